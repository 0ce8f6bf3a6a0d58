//! Finding the JSON object in a text: between fences and prose, or broken off before its end.

use serde_json::Value;

/// How many beginnings, and how many ends of a broken object, are tried.
const MAX_TRIES: usize = 64;

/// How deep a broken object may be nested: ours has three levels.
const MAX_DEPTH: usize = 16;

/// Stands at the end of a string that was broken off.
pub(crate) const BROKEN_OFF: char = '\u{FFFF}';

/// The whole object that is `wanted`; or else the first one that becomes it when its open ends are closed. Of several
/// the first counts where the text begins with it, and what follows is a turn nobody spoke; behind other words the last:
/// what comes before it are drafts.
pub(crate) fn object(text: &str, wanted: impl Fn(&Value) -> bool) -> Option<Value> {
    let is_wanted = |value: &Value| value.is_object() && wanted(value);
    let mut whole = whole_objects(text, &is_wanted);
    let begins = |at: usize| !text.split_at(at).0.contains(char::is_alphanumeric) || is_fence(text.split_at(at).0);
    let first = whole.next();
    let found = match first {
        Some((at, value)) if begins(at) => Some(value),
        first => whole.last().or(first).map(|(_, value)| value),
    };
    let beginnings = || text.match_indices('{').take(MAX_TRIES).map(|(at, _)| text.split_at(at).1);
    found.or_else(|| beginnings().filter_map(closed).find(|value| is_wanted(value)))
}

/// The whole objects that are wanted, none inside another, and where they begin.
fn whole_objects(text: &str, is_wanted: impl Fn(&Value) -> bool) -> impl Iterator<Item = (usize, Value)> {
    let mut end = 0;
    text.match_indices('{').take(MAX_TRIES).filter_map(move |(at, _)| {
        if at < end {
            return None;
        }
        let mut values = serde_json::Deserializer::from_str(text.split_at(at).1).into_iter::<Value>();
        let value = values.next()?.ok().filter(&is_wanted)?;
        end = at + values.byte_offset();
        Some((at, value))
    })
}

fn is_fence(before: &str) -> bool {
    before.trim_start().strip_prefix("```").is_some_and(|name| name.trim().eq_ignore_ascii_case("json"))
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
    fn of_several_objects_the_last_counts_unless_the_text_begins_with_one() {
        let wanted = |value: &Value| value.get("a").is_some();
        for (text, expected) in [
            (r#"I could say {"a": 1}. Better: {"a": 2}"#, 2),
            (r#"Draft: {"a": 1}, {"b": 7}"#, 1),
            (r#"{"a": 1} and then {"a": 2}"#, 1),
            ("```json\n{\"a\": 1}\n```\nuser: {\"a\": 2}", 1),
            (r#"So: {"a": 1, "b": {"a": 2}}"#, 1),
            (r#"Wrapped: {"b": {"a": 2}}"#, 2),
            (r#"So: {"a": 1} {"a": 2"#, 1),
        ] {
            assert_eq!(object(text, wanted).and_then(|found| found["a"].as_i64()), Some(expected), "{text}");
        }
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
