//! Finding the JSON object in a text: between fences and prose, or broken off before its end.

use serde_json::Value;

/// How many beginnings, and how many ends of a broken object, are tried.
const MAX_TRIES: usize = 64;

/// How deep a broken object may be nested: ours has three levels.
const MAX_DEPTH: usize = 16;

/// Stands at the end of a string that was broken off.
pub(crate) const BROKEN_OFF: char = '\u{FFFF}';

/// The first whole object that is `wanted`; or else the first one that becomes it when its open ends are closed.
pub(crate) fn object(text: &str, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
    let beginnings = || text.match_indices('{').take(MAX_TRIES).map(|(at, _)| &text[at..]);
    let is_wanted = |value: &Value| value.is_object() && wanted(value);
    let whole = |text| serde_json::Deserializer::from_str(text).into_iter::<Value>().next()?.ok();
    beginnings().filter_map(whole).find(is_wanted).or_else(|| beginnings().filter_map(closed).find(is_wanted))
}

/// The object with everything closed that is open at its end; what does not fit any more is left out from the end.
fn closed(text: &str) -> Option<Value> {
    let mut open = Vec::new();
    let mut in_string = false;
    let mut escaped = false;
    // Where one can break off, and what has to be closed there.
    let mut ends: Vec<(usize, Vec<char>)> = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if in_string => escaped = true,
            '"' => in_string = !in_string,
            _ if in_string => {}
            '{' => open.push('}'),
            '[' => open.push(']'),
            '}' | ']' if open.pop() != Some(c) => return None,
            ',' => ends.push((at, open.clone())),
            _ => {}
        }
        if open.len() > MAX_DEPTH {
            return None;
        }
    }
    let whole = if in_string { format!("{}{BROKEN_OFF}\"", without_half_escape(text)) } else { text.to_owned() };
    let last = std::iter::once((whole.as_str(), &open));
    let earlier = ends.iter().rev().map(|(at, open)| (&text[..*at], open));
    last.chain(earlier).take(MAX_TRIES).find_map(|(kept, open)| {
        let closers: String = open.iter().rev().collect();
        serde_json::from_str(&format!("{kept}{closers}")).ok()
    })
}

/// Without the beginning of an escape (`\`, `\u05`) at the end of a string that is broken off.
fn without_half_escape(text: &str) -> &str {
    let text = text.trim_end_matches('\\');
    match text.rsplit_once("\\u") {
        Some((before, digits)) if digits.len() < 4 && digits.bytes().all(|b| b.is_ascii_hexdigit()) => before,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_broken_off_anywhere_keeps_its_whole_members() {
        let whole = r#"{"a": "x\"{", "b": [1, {"c": "é"}], "d": null}"#;
        let first = r#"{"a": "x\"{","#;
        for cut in (first.len()..whole.len()).filter(|cut| whole.is_char_boundary(*cut)) {
            let found = object(&whole[..cut], |value| value.get("a").is_some()).unwrap();
            assert_eq!(found["a"], json!("x\"{"), "{cut}");
        }
        assert_eq!(object(r#"{"a": "x\"#, |_| true), Some(json!({"a": "x\u{FFFF}"})));
        assert_eq!(object(r#"{"a": "\u05d0\u05"#, |_| true), Some(json!({"a": "א\u{FFFF}"})));
        assert_eq!(object(r#"{"a"#, |_| true), None);
    }

    #[test]
    fn a_bottomless_nesting_is_left_alone() {
        let text = format!("{{\"a\":{}{}", "[".repeat(300_000), ",".repeat(300_000));
        assert_eq!(object(&text, |_| true), None);
    }

    #[test]
    fn brackets_that_do_not_match_are_no_object() {
        assert_eq!(object(r#"{"a": [1}"#, |_| true), None);
        assert_eq!(object("no brackets", |_| true), None);
    }
}
