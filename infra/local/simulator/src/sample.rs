//! The voice notes and pictures in `events/`, and what a file of Opus says of itself.

/// The type of a voice note.
pub(crate) const OPUS: &str = "audio/ogg; codecs=opus";

const FILES: [(&str, &str, &[u8]); 6] = [
    ("voice-he.ogg", OPUS, include_bytes!("../../../../events/voice-he.ogg")),
    ("voice-en.ogg", OPUS, include_bytes!("../../../../events/voice-en.ogg")),
    ("voice-ru.ogg", OPUS, include_bytes!("../../../../events/voice-ru.ogg")),
    ("voice-ar.ogg", OPUS, include_bytes!("../../../../events/voice-ar.ogg")),
    ("picture.png", "image/png", include_bytes!("../../../../events/picture.png")),
    ("picture.jpg", "image/jpeg", include_bytes!("../../../../events/picture.jpg")),
];

/// The sample of this name.
pub(crate) fn bytes(name: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, _, bytes)| *bytes)
}

/// What the sample of this name is.
pub(crate) fn mime_type(name: &str) -> Option<&'static str> {
    FILES.iter().find(|(known, ..)| *known == name).map(|(_, kind, _)| *kind)
}

/// A comment of the file's header ([RFC 7845](https://www.rfc-editor.org/rfc/rfc7845#section-5.2)): the samples hold the
/// words they were made from as `DESCRIPTION`, and the language as `LANGUAGE`.
pub(crate) fn tag(file: &[u8], name: &str) -> Option<String> {
    const MAGIC: &[u8] = b"OpusTags";
    let head = file.get(..file.len().min(64 * 1024))?;
    let mut rest = head.get(head.windows(MAGIC.len()).position(|part| part == MAGIC)? + MAGIC.len()..)?;
    let number = |rest: &mut &[u8]| {
        let (four, after) = rest.split_first_chunk::<4>()?;
        *rest = after;
        usize::try_from(u32::from_le_bytes(*four)).ok()
    };
    let text = |rest: &mut &[u8]| {
        let length = number(rest)?;
        let (bytes, after) = rest.split_at_checked(length)?;
        *rest = after;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    text(&mut rest)?;
    let many = number(&mut rest)?;
    for _ in 0..many {
        let comment = text(&mut rest)?;
        if let Some((_, value)) = comment.split_once('=').filter(|(key, _)| key.eq_ignore_ascii_case(name)) {
            return Some(value.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_small_and_say_what_they_were_made_from() {
        for (name, _, file) in FILES.into_iter().filter(|(_, kind, _)| *kind == OPUS) {
            assert!(file.len() < 20_000 && file.starts_with(b"OggS"), "{name}");
            let language = tag(file, "language").unwrap();
            assert_eq!(name, format!("voice-{language}.ogg"));
            assert!(tag(file, "DESCRIPTION").is_some_and(|words| words.chars().count() > 20), "{name}");
            assert_eq!(tag(file, "ARTIST"), None);
        }
        for file in [&b""[..], b"OpusTags", b"OpusTags\xff\xff\xff\xff", b"OpusTags\0\0\0\0\xff\xff\xff\x7f"] {
            assert_eq!(tag(file, "DESCRIPTION"), None);
        }
    }
}
