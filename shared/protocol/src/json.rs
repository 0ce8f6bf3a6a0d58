//! JSON as others write it: broken in ways `serde_json` does not forgive.

use std::borrow::Cow;

/// A document as text that `serde_json` will read: bytes that are not UTF-8, and `\u` escapes that are half of a
/// surrogate pair, become U+FFFD. `serde_json` refuses a whole document for one of either.
#[must_use]
pub fn readable(body: &[u8]) -> Cow<'_, str> {
    match String::from_utf8_lossy(body) {
        Cow::Borrowed(text) => mend_surrogates(text),
        Cow::Owned(text) => Cow::Owned(mend_surrogates(&text).into_owned()),
    }
}

fn mend_surrogates(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let mut mended = String::new();
    let (mut copied, mut at) = (0, 0);
    while let Some(step) = bytes.get(at..).and_then(|rest| rest.iter().position(|&b| b == b'\\')) {
        at += step;
        at += match (escaped_unit(bytes, at), escaped_unit(bytes, at + 6)) {
            (Some(0xD800..=0xDBFF), Some(0xDC00..=0xDFFF)) => 12,
            (Some(0xD800..=0xDFFF), _) => {
                mended.push_str(&text[copied..at]);
                mended.push_str("\\uFFFD");
                copied = at + 6;
                6
            }
            (Some(_), _) => 6,
            // `\\`, `\"`, …: the second byte must not be taken for the beginning of an escape.
            (None, _) => 2,
        };
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    mended.push_str(&text[copied..]);
    Cow::Owned(mended)
}

/// The code unit of the `\uXXXX` that begins at `at`, if one does.
fn escaped_unit(bytes: &[u8], at: usize) -> Option<u16> {
    let digits = bytes.get(at..at + 6)?.strip_prefix(b"\\u")?;
    if !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_surrogate_pair_costs_one_character() {
        let table = [
            (r#""a\ud83db""#, "a\u{FFFD}b"),
            (r#""\ude00""#, "\u{FFFD}"),
            (r#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"),
            (r#""\ud83d\u05d0""#, "\u{FFFD}א"),
            (r#""\ud83d\n""#, "\u{FFFD}\n"),
            (r#""\uD83D\uDE00 \u05d0""#, "😀 א"),
            (r#""\\ud83d""#, "\\ud83d"),
            (r#""\\\ud83d""#, "\\\u{FFFD}"),
            (r#""\ud83d""#, "\u{FFFD}"),
        ];
        for (json, expected) in table {
            let mended = readable(json.as_bytes());
            assert_eq!(serde_json::from_str::<String>(&mended).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn a_body_cut_inside_an_escape_is_left_for_the_parser_to_refuse() {
        for body in [&b"\"\\"[..], b"\"\\u", b"\"\\ud8", b"\"\\ud83d\\u", b"\"\\ud83d", b"\"\\u+123\""] {
            assert!(serde_json::from_str::<String>(&readable(body)).is_err(), "{body:?}");
        }
    }

    #[test]
    fn bytes_that_are_not_utf8_cost_themselves() {
        assert_eq!(serde_json::from_str::<String>(&readable(b"\"a\xFF\\ud83d\"")).unwrap(), "a\u{FFFD}\u{FFFD}");
    }

    #[test]
    fn a_body_without_fault_is_not_copied() {
        assert!(matches!(readable("{\"text\":\"שלום \\u05d0\"}".as_bytes()), Cow::Borrowed(_)));
    }
}
