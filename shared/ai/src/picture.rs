//! Pictures of a message, as parts of its content: endpoints that know none are sent a plain text.
//!
//! Source: [images](https://platform.openai.com/docs/guides/images-vision).

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use zikaron_protocol::ports::MediaFile;

/// The content of a message: the text alone, or, where there are pictures, a part with the text and one for each.
pub(crate) fn beside<'a>(text: String, pictures: impl Iterator<Item = &'a MediaFile>) -> Value {
    let part = |file: &MediaFile| {
        let url = format!("data:{};base64,{}", file.picture()?, BASE64_STANDARD.encode(&file.bytes));
        Some(json!({"type": "image_url", "image_url": {"url": url}}))
    };
    let mut parts = pictures.filter_map(part).peekable();
    if parts.peek().is_none() {
        return text.into();
    }
    std::iter::once(json!({"type": "text", "text": text})).chain(parts).collect()
}

/// The same content with words before its text.
pub(crate) fn behind(words: &str, content: &Value) -> Value {
    let joined = |text: &Value| format!("{words}\n\n{}", text.as_str().unwrap_or_default());
    match content.as_array().map(Vec::as_slice) {
        Some([text, pictures @ ..]) => std::iter::once(json!({"type": "text", "text": joined(&text["text"])}))
            .chain(pictures.iter().cloned())
            .collect(),
        _ => joined(content).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(bytes: &[u8]) -> MediaFile {
        MediaFile { bytes: bytes.to_vec(), mime_type: "image/gif".to_owned() }
    }

    #[test]
    fn a_picture_is_a_part_of_its_own_and_named_by_its_bytes() {
        let png = file(b"\x89PNG");
        let text = json!({"type": "text", "text": "ככה"});
        let picture = json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw=="}});
        assert_eq!(beside("ככה".to_owned(), [&png].into_iter()), json!([text, picture]));
        for none in [vec![], vec![file(b"GIF89a")]] {
            assert_eq!(beside("ככה".to_owned(), none.iter()), "ככה", "no picture, no parts");
        }
    }

    #[test]
    fn words_go_before_the_text_whatever_stands_beside_it() {
        assert_eq!(behind("a", &json!("b")), "a\n\nb");
        let parts = json!([{"type": "text", "text": "b"}, {"type": "image_url"}]);
        assert_eq!(behind("a", &parts), json!([{"type": "text", "text": "a\n\nb"}, {"type": "image_url"}]));
    }
}
