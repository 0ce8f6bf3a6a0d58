//! A form with a file, as an endpoint reads it ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).

/// One field: its name, the file's name if it is a file, and its bytes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) file: Option<String>,
    pub(crate) bytes: Vec<u8>,
}

/// The fields of a form; none where it is none.
pub(crate) fn fields(content_type: &str, body: &[u8]) -> Option<Vec<Field>> {
    let boundary = content_type.strip_prefix("multipart/form-data")?.split("boundary=").nth(1)?;
    let boundary = boundary.split(';').next()?.trim_matches('"');
    let line = format!("\r\n--{boundary}");
    let mut rest = body.strip_prefix(line.trim_start().as_bytes())?;
    let mut fields = Vec::new();
    while rest != b"--\r\n" && rest != b"--" {
        let (head, after) = parted(rest.strip_prefix(b"\r\n")?, b"\r\n\r\n")?;
        let (bytes, after) = parted(after, line.as_bytes())?;
        let head = std::str::from_utf8(head).ok()?;
        let parameter = |name: &str| {
            let quoted = head.split(';').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix("=\""));
            quoted.and_then(|rest| rest.split('"').next()).map(str::to_owned)
        };
        fields.push(Field { name: parameter("name")?, file: parameter("filename"), bytes: bytes.to_vec() });
        rest = after;
    }
    Some(fields)
}

fn parted<'a>(bytes: &'a [u8], by: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(by.len()).position(|part| part == by)?;
    Some((&bytes[..at], &bytes[at + by.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_taken_apart_as_curl_writes_it() {
        let body = "--x7\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nwhisper-1\r\n\
                    --x7\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.ogg\"\r\n\
                    Content-Type: audio/ogg\r\n\r\nOggS\r\n\r\n--x\r\n--x7--\r\n";
        let field = |name: &str, file: Option<&str>, bytes: &[u8]| Field {
            name: name.to_owned(),
            file: file.map(str::to_owned),
            bytes: bytes.to_vec(),
        };
        let expected = vec![field("model", None, b"whisper-1"), field("file", Some("a.ogg"), b"OggS\r\n\r\n--x")];
        assert_eq!(fields("multipart/form-data; boundary=x7", body.as_bytes()), Some(expected));
        assert_eq!(fields("application/json", b"{}"), None);
        assert_eq!(fields("multipart/form-data; boundary=x7", b"--x7\r\nhalf"), None);
    }
}
