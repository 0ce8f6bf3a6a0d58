//! A form with a file, as bytes ([RFC 7578](https://www.rfc-editor.org/rfc/rfc7578)).

use zikaron_protocol::ports::MediaFile;

/// What an endpoint tells a file's format by is the end of its name. Types and ends:
/// [IANA](https://www.iana.org/assignments/media-types/media-types.xhtml#audio).
const EXTENSIONS: [(&str, &str); 14] = [
    ("audio/ogg", "ogg"),
    ("audio/opus", "ogg"),
    ("audio/mpeg", "mp3"),
    ("audio/mp3", "mp3"),
    ("audio/mp4", "m4a"),
    ("audio/m4a", "m4a"),
    ("audio/x-m4a", "m4a"),
    ("audio/aac", "aac"),
    ("audio/amr", "amr"),
    ("audio/webm", "webm"),
    ("video/webm", "webm"),
    ("audio/wav", "wav"),
    ("audio/x-wav", "wav"),
    ("audio/flac", "flac"),
];

/// The end of the name of a file of this type; that of a voice note where the type is unknown.
fn extension(mime_type: &str) -> &'static str {
    let kind = mime_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    EXTENSIONS.iter().find(|(known, _)| *known == kind).map_or("ogg", |(_, extension)| extension)
}

/// A form that is being written.
pub(crate) struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    /// An empty form whose boundary stands nowhere in `file`.
    pub(crate) fn beside(file: &[u8]) -> Self {
        let held = |boundary: &String| file.windows(boundary.len()).any(|bytes| bytes == boundary.as_bytes());
        let mut boundary = "zikaron-form-0".to_owned();
        let mut number = 0_u64;
        while held(&boundary) {
            number += 1;
            boundary = format!("zikaron-form-{number}");
        }
        Self { boundary, body: Vec::with_capacity(file.len() + 2_048) }
    }

    /// The request's `content-type`.
    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    /// A field. `name` is one of ours: it is written as it is.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.begin(&format!("name=\"{name}\""));
        // No line of a value can pass for a boundary.
        self.body.extend_from_slice(value.replace(['\r', '\n'], " ").as_bytes());
        self.body.extend_from_slice(b"\r\n");
    }

    /// The whole form, with `file` as its last field.
    pub(crate) fn ended_by(mut self, file: &MediaFile) -> Vec<u8> {
        self.begin(&format!("name=\"file\"; filename=\"voice.{}\"", extension(&file.mime_type)));
        self.body.extend_from_slice(&file.bytes);
        self.body.extend_from_slice(format!("\r\n--{}--\r\n", self.boundary).as_bytes());
        self.body
    }

    fn begin(&mut self, disposition: &str) {
        let is_file = disposition.contains("filename");
        let kind = if is_file { "\r\ncontent-type: application/octet-stream" } else { "" };
        let head = format!("--{}\r\ncontent-disposition: form-data; {disposition}{kind}\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_ends_as_the_type_says() {
        for (mime_type, expected) in [
            ("audio/ogg; codecs=opus", "ogg"),
            ("Audio/MPEG", "mp3"),
            ("audio/webm;codecs=opus", "webm"),
            ("audio/aac", "aac"),
            ("", "ogg"),
            ("audio/\"\r\nx", "ogg"),
        ] {
            assert_eq!(extension(mime_type), expected, "{mime_type}");
        }
    }

    #[test]
    fn no_file_can_hold_the_boundary() {
        let form = Form::beside(b"--zikaron-form-0\r\n--zikaron-form-1--");
        assert_eq!(form.content_type(), "multipart/form-data; boundary=zikaron-form-2");
    }
}
