//! Reading a reply or a digest out of what the model wrote. Whatever is malformed costs itself and nothing else
//! (docs/rules.md#d).

use crate::json_repair::{BROKEN_OFF, object};
use crate::markdown::for_whatsapp;
use crate::marks::without_marks;
use crate::prompts::repeats_rules;
use crate::thoughts::without_thoughts;
use crate::whole::{beginning, runs_in_circles, says_something, whole};
use serde::de::DeserializeOwned;
use serde_json::Value;
use zikaron_memory::action::ActionKind;
use zikaron_memory::action::commitment::{Claimed, MAX_COMMITMENTS};
use zikaron_memory::evidence::{Extracted, Meant};
use zikaron_memory::profile::Confidence;
use zikaron_protocol::json::readable;
use zikaron_protocol::ports::{Digest, MAX_CLAIMS, ModelError, Reply};

const NOT_WHOLE: &str = "nothing of the reply can be shown";

/// The reply in a model's answer: JSON, as for a digest, or plain text, which is the answer itself. What looks like
/// JSON and holds no answer is not for a customer's eyes, nor is half a sentence. `cut`: the answer ends at the bound on
/// its length.
pub(crate) fn reply(text: &str, cut: bool) -> Result<Reply, ModelError> {
    let text = readable(text.as_bytes());
    let is_reply = |value: &Value| value.get("answer").is_some() || value.get("handover").is_some();
    let Some(object) = object(&text, is_reply) else {
        let bare = text.trim().trim_start_matches("```json").trim_start_matches('`').trim_start();
        if bare.starts_with('{') {
            return Err(ModelError::unusable("the reply holds no answer"));
        }
        let text = for_whatsapp(&told(&text, cut));
        return if text.is_empty() || repeats_rules(&text) {
            Err(ModelError::unusable(NOT_WHOLE))
        } else {
            Ok(Reply { text, ..Reply::default() })
        };
    };
    let told = ["handover", "fresh", "confirms", "books"].map(|name| is_true(&object, name));
    let [handover, fresh, confirms, books] = told;
    let answer = object.get("answer").and_then(Value::as_str).unwrap_or_default();
    let text = for_whatsapp(&of_string(answer));
    if (text.is_empty() || repeats_rules(&text)) && !handover {
        return Err(ModelError::unusable(if answer.trim().is_empty() {
            "the reply holds no answer"
        } else {
            NOT_WHOLE
        }));
    }
    Ok(Reply { text, handover, fresh, confirms, books, ..Reply::default() })
}

fn is_true(object: &Value, name: &str) -> bool {
    match object.get(name) {
        Some(Value::Bool(wanted)) => *wanted,
        Some(Value::String(wanted)) => wanted.trim().eq_ignore_ascii_case("true"),
        _ => false,
    }
}

/// A string of the model's object, as far as it may be shown.
fn of_string(text: &str) -> String {
    told(text.trim_end_matches(BROKEN_OFF), text.ends_with(BROKEN_OFF))
}

/// What is whole of a text, without what a template leaked; empty where that says nothing.
fn told(text: &str, cut: bool) -> String {
    Some(whole(without_marks(without_thoughts(text)), cut)).filter(|text| says_something(text)).unwrap_or_default()
}

/// The digest in a model's answer: JSON, perhaps fenced, surrounded by prose or broken off. It may be empty
/// ([`not_empty`]).
pub(crate) fn digest(text: &str) -> Result<Digest, ModelError> {
    let answer = object(&readable(text.as_bytes()), is_digest)
        .ok_or_else(|| ModelError::unusable("the digest is not a JSON object"))?;
    let patch = told_once("changes", &offered(&answer), change, MAX_CLAIMS);
    let commitments = told_once("commitments", array(&answer, "commitments"), commitment, MAX_COMMITMENTS);
    Ok(Digest { summary: summary(&answer), patch, commitments, ..Digest::default() })
}

/// What of these can be read, each once.
fn told_once<T: PartialEq>(what: &str, offered: &[Value], read: fn(&Value) -> Option<T>, most: usize) -> Vec<T> {
    let told: Vec<T> = offered.iter().filter_map(read).collect();
    if offered.len() > told.len() {
        let (offered, malformed) = (offered.len(), offered.len() - told.len());
        tracing::warn!(what, offered, malformed, "[CUSTOMER-MEMORY] a part of the model's digest cannot be read");
    }
    let mut once = Vec::new();
    add(&mut once, told, most, T::eq);
    once
}

/// A digest that says something.
pub(crate) fn not_empty(digest: Digest) -> Result<Digest, ModelError> {
    if digest.summary.is_none() {
        tracing::warn!("[CUSTOMER-MEMORY] the model wrote no summary");
    }
    if digest.summary.is_none() && digest.patch.is_empty() {
        return Err(ModelError::unusable("neither a summary nor a change"));
    }
    Ok(digest)
}

fn is_digest(value: &Value) -> bool {
    value.get("summary").is_some() || value.get("changes").is_some()
}

/// The summary of a digest as [`digest`] reads it, and whether it only repeats itself from somewhere on. (Claims may: one
/// made twice counts once.)
pub(crate) fn summary_of(text: &str) -> (Option<String>, bool) {
    let Some(answer) = object(&readable(text.as_bytes()), is_digest) else { return (None, false) };
    let circles = written_summary(&answer).is_some_and(|written| runs_in_circles(&written));
    (summary(&answer), circles)
}

/// One digest of two of the same conversation: every claim and commitment of both once, the first one's before the
/// second's, and the summary of the second where that is the better one. Of a commitment in two wordings the one that says
/// when: without, it would be due at once.
pub(crate) fn joined(mut first: Digest, again: Digest, is_better: bool) -> Digest {
    if is_better {
        first.summary = again.summary;
    }
    add(&mut first.patch, again.patch, MAX_CLAIMS, Extracted::eq);
    let is_known = |other: &Claimed| first.commitments.iter().any(|known| is_one_commitment(known, other));
    let (repeated, new): (Vec<_>, Vec<_>) = again.commitments.into_iter().partition(is_known);
    for known in first.commitments.iter_mut().filter(|known| known.when.is_none()) {
        let timed = repeated.iter().find(|other| other.when.is_some() && is_one_commitment(known, other));
        *known = timed.unwrap_or(known).clone();
    }
    add(&mut first.commitments, new, MAX_COMMITMENTS, is_one_commitment);
    first
}

/// Whether both ask for one thing, in more words or fewer: done twice, the customer would get two messages. What calls it
/// off holds the words it was asked for in, and is another thing; so are the same words in another line.
fn is_one_commitment(one: &Claimed, other: &Claimed) -> bool {
    let within = |one: &str, other: &str| one.contains(other) || other.contains(one);
    let when = |claimed: &Claimed| claimed.when.clone().unwrap_or_default();
    let is_off = |claimed: &Claimed| matches!(claimed.meant, Some(Meant::Denies | Meant::TakesBack));
    let is_one_line = one.line.zip(other.line).is_none_or(|(one, other)| one == other);
    let are_alike = one.kind == other.kind && is_off(one) == is_off(other) && is_one_line;
    are_alike && within(&one.quote, &other.quote) && within(&when(one), &when(other))
}

fn add<T>(known: &mut Vec<T>, more: Vec<T>, most: usize, is_same: fn(&T, &T) -> bool) {
    for one in more {
        if known.len() < most && !known.iter().any(|known| is_same(known, &one)) {
            known.push(one);
        }
    }
}

/// As the model wrote it.
fn written_summary(answer: &Value) -> Option<String> {
    match answer.get("summary")? {
        Value::String(text) => Some(text.clone()),
        Value::Array(lines) => Some(lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n")),
        _ => None,
    }
}

fn summary(answer: &Value) -> Option<String> {
    let summary = written_summary(answer)?;
    let whole = of_string(&summary);
    let kept = if whole.is_empty() { beginning(without_marks(summary.trim_end_matches(BROKEN_OFF))) } else { whole };
    (!kept.is_empty()).then_some(kept)
}

/// The changes, each with its field. Models that are given no schema like to write `{"city": {…}}`.
fn offered(answer: &Value) -> Vec<Value> {
    match answer.get("changes") {
        Some(Value::Array(changes)) => changes.clone(),
        Some(Value::Object(fields)) => {
            let named = |(name, change): (&String, &Value)| {
                let mut change = change.clone();
                // Anything but an object stays as it is and is counted as malformed.
                if let Some(members) = change.as_object_mut() {
                    members.insert("field".to_owned(), Value::from(name.as_str()));
                }
                change
            };
            // A null says that nothing changed.
            fields.iter().filter(|(_, change)| !change.is_null()).map(named).collect()
        }
        _ => Vec::new(),
    }
}

fn array<'a>(answer: &'a Value, name: &str) -> &'a [Value] {
    answer.get(name).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn change(change: &Value) -> Option<Extracted> {
    Some(Extracted {
        field: member(change, "field")?,
        value: member(change, "value")?,
        line: line(change),
        quote: member(change, "quote")?,
        span: member(change, "span"),
        about: named(member(change, "about")),
        meant: named(member(change, "meant")),
        until: member(change, "until"),
        confidence: named::<Confidence>(member(change, "confidence")),
    })
}

fn commitment(claimed: &Value) -> Option<Claimed> {
    Some(Claimed {
        line: line(claimed),
        quote: member(claimed, "quote")?,
        // What a person of the business is to do is nothing that a model gives out.
        kind: named(member(claimed, "kind")).filter(|kind| *kind != ActionKind::Person)?,
        when: member(claimed, "when"),
        what: member(claimed, "what")?,
        about: named(member(claimed, "about")),
        meant: named(member(claimed, "meant")),
    })
}

/// A member as text; none where it is empty, or broken off: half a value is another value.
fn member(object: &Value, name: &str) -> Option<String> {
    match object.get(name)? {
        Value::String(text) if text.ends_with(BROKEN_OFF) => None,
        Value::String(text) if !text.trim().is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn line(object: &Value) -> Option<u32> {
    member(object, "line").and_then(|line| line.trim_matches(['[', ']', ' ']).parse().ok())
}

/// One of a few words; none for any other, which then says nothing.
fn named<T: DeserializeOwned>(word: Option<String>) -> Option<T> {
    serde_json::from_value(word?.trim().to_ascii_lowercase().into()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use zikaron_memory::evidence::{About, Meant};

    fn city() -> Extracted {
        let confidence = Some(Confidence::High);
        Extracted {
            field: "city".to_owned(),
            value: "חיפה".to_owned(),
            line: None,
            quote: "גר בחיפה".to_owned(),
            span: None,
            about: None,
            meant: None,
            until: None,
            confidence,
        }
    }

    fn right() -> Value {
        json!({"field": "city", "value": "חיפה", "quote": "גר בחיפה", "confidence": "high"})
    }

    #[test]
    fn a_whole_digest_is_read_fenced_in_prose_or_bare() {
        let json = json!({"summary": "נושא: תור {מחר}", "changes": [right()]}).to_string();
        let pretty =
            serde_json::to_string_pretty(&json!({"summary": "נושא: תור {מחר}", "changes": [right()]})).unwrap();
        for text in [
            json.clone(),
            pretty.clone(),
            format!("```json\n{pretty}\n```"),
            format!("```\n{json}\n```"),
            format!("Here is {{the}} digest:\n{json}\nAnything else? {{}}"),
            format!("{{\"note\": 1}} {json}"),
        ] {
            let read = digest(&text).unwrap();
            assert_eq!(read.summary.as_deref(), Some("נושא: תור {מחר}"), "{text}");
            assert_eq!(read.patch, [city()], "{text}");
        }
    }

    #[test]
    fn a_reply_is_read_from_json_and_plain_text_is_the_reply_itself() {
        let yes = |text: &str| Ok(Reply { text: text.to_owned(), ..Reply::default() });
        let person = |text: &str| Ok(Reply { text: text.to_owned(), handover: true, ..Reply::default() });
        let table = [
            (r#"{"answer": "שלום!", "handover": false}"#, yes("שלום!")),
            ("```json\n{\"answer\": \"שלום {שם}\"}\n```", yes("שלום {שם}")),
            (r#"Sure: {"answer": " ב-80 ש\"ח ", "handover": null}"#, yes("ב-80 ש\"ח")),
            (r#"{"answer": "", "handover": true}"#, person("")),
            (r#"{"handover": "True"}"#, person("")),
            (
                r#"{"answer": "עדיין בבוקר?", "handover": false, "confirms": true}"#,
                Ok(Reply { text: "עדיין בבוקר?".to_owned(), confirms: true, ..Reply::default() }),
            ),
            (
                r#"{"answer": "נרשם.", "handover": false, "books": "true"}"#,
                Ok(Reply { text: "נרשם.".to_owned(), books: true, ..Reply::default() }),
            ),
            // No verdict is none.
            (r#"{"answer": "נרשם.", "handover": false, "books": "tomorrow"}"#, yes("נרשם.")),
            (r#"{"answer": "רגע", "handover": true}"#, person("רגע")),
            (r#"{"answer": "משפט שלם. נגמר באמצ"#, yes("משפט שלם.")),
            (r#"{"answer": "half \ud83d", "handover": false}"#, yes("half \u{FFFD}")),
            ("שלום, במה אפשר לעזור?", yes("שלום, במה אפשר לעזור?")),
            ("פתוח {בערך} עד שש", yes("פתוח {בערך} עד שש")),
        ];
        for (text, expected) in table {
            assert_eq!(reply(text, false), expected, "{text}");
        }
        for text in [
            "{}",
            "{\"answer\": \"\"}",
            "{\"answer\": \"נגמר באמצ",
            "{\"answer\": 7}",
            "{\"text\": \"x\"}",
            "```json\n{\"x\": 1}\n```",
            "{{{{",
        ] {
            assert!(matches!(reply(text, false), Err(ModelError::Unusable(_))), "{text}");
        }
    }

    #[test]
    fn a_malformed_change_costs_only_itself() {
        let malformed = [
            json!(null),
            json!("city"),
            json!([]),
            json!({}),
            json!({"field": "city", "value": "חיפה"}),
            json!({"field": "city", "value": "", "quote": "גר בחיפה"}),
            json!({"field": "city", "value": null, "quote": "גר בחיפה"}),
            json!({"field": 7.5, "value": {"x": 1}, "quote": "גר בחיפה"}),
            json!({"field": "city", "value": "חיפה", "quote": ["גר בחיפה"]}),
        ];
        for bad in malformed {
            let text = json!({"summary": "ס", "changes": [bad, right()]}).to_string();
            assert_eq!(digest(&text).unwrap().patch, [city()], "{text}");
        }
    }

    #[test]
    fn a_confidence_nobody_knows_is_no_claim() {
        for (claim, expected) in [
            (json!("HIGH "), Some(Confidence::High)),
            (json!("medium"), Some(Confidence::Medium)),
            (json!("Low"), Some(Confidence::Low)),
            (json!("certain"), None),
            (json!(0.9), None),
            (json!(null), None),
        ] {
            let mut change = right();
            change["confidence"] = claim.clone();
            let read = digest(&json!({"summary": "ס", "changes": [change]}).to_string()).unwrap();
            assert_eq!(read.patch[0].confidence, expected, "{claim}");
        }
    }

    #[test]
    fn what_is_asked_for_later_is_read_and_a_malformed_one_costs_only_itself() {
        let right = json!({"line": "[3]", "quote": "תתקשרו מחר בעשר", "kind": "Call", "when": "מחר בעשר", "what": "שיחה",
            "about": "customer", "meant": "asks"});
        let bare = json!({"quote": "send me the price", "kind": "message", "when": "", "what": "the price"});
        let bad = [
            json!(null),
            json!("call"),
            json!({"quote": "call me", "kind": "person", "what": "call"}),
            json!({"quote": "call me", "kind": "fax", "what": "call"}),
            json!({"quote": " ", "kind": "call", "what": "call"}),
            json!({"quote": "call me", "kind": "call"}),
        ];
        let all: Vec<Value> = bad.iter().cloned().chain([right, bare]).collect();
        let read = digest(&json!({"summary": "ס", "changes": [], "commitments": all}).to_string()).unwrap();
        let [call, message] = read.commitments.as_slice() else { panic!("{:?}", read.commitments) };
        assert_eq!((call.line, call.kind, call.when.as_deref()), (Some(3), ActionKind::Call, Some("מחר בעשר")));
        assert_eq!((call.about, call.meant), (Some(About::Customer), Some(Meant::Asks)));
        assert_eq!((message.kind, message.when.as_deref(), message.about), (ActionKind::Message, None, None));
        for none in [json!(null), json!({}), json!("none"), json!([])] {
            let read = digest(&json!({"summary": "ס", "commitments": none}).to_string()).unwrap();
            assert_eq!((read.summary.as_deref(), read.commitments.len()), (Some("ס"), 0));
        }
        let flood: Vec<Value> =
            (0..100).map(|n| json!({"quote": format!("call me {n}"), "kind": "call", "what": "call"})).collect();
        let flood = json!({"summary": "ס", "commitments": flood}).to_string();
        assert_eq!(digest(&flood).unwrap().commitments.len(), MAX_COMMITMENTS);
    }

    #[test]
    fn a_missing_summary_costs_only_the_summary_and_a_missing_patch_only_the_patch() {
        for summary in [json!(null), json!(" "), json!(7), json!({})] {
            let read = digest(&json!({"summary": summary, "changes": [right()]}).to_string()).unwrap();
            assert_eq!((read.summary, read.patch), (None, vec![city()]));
        }
        for changes in [json!(null), json!("none"), json!([]), json!(7)] {
            let read = digest(&json!({"summary": "ס", "changes": changes}).to_string()).unwrap();
            assert_eq!((read.summary.as_deref(), read.patch.len()), (Some("ס"), 0));
        }
        assert_eq!(digest(r#"{"summary": ["א", "ב"]}"#).unwrap().summary.as_deref(), Some("א\nב"));
    }

    #[test]
    fn changes_by_field_are_read_too() {
        let changes =
            json!({"city": {"value": "חיפה", "quote": "גר בחיפה", "confidence": "high"}, "name": null, "notes": "x"});
        assert_eq!(digest(&json!({"summary": "ס", "changes": changes}).to_string()).unwrap().patch, [city()]);
    }

    #[test]
    fn an_answer_broken_off_keeps_what_it_had() {
        let mut other = right();
        other["value"] = json!("עכו");
        let whole = format!(r#"{{"summary": "נושא: \"תור\"", "changes": [{}, {other}"#, right());
        for (cut, changes) in [(whole.len(), 2), (whole.len() - 1, 1), (whole.len() - 30, 1)] {
            let mut cut = cut;
            while !whole.is_char_boundary(cut) {
                cut -= 1;
            }
            let read = digest(&whole[..cut]).unwrap();
            assert_eq!(read.summary.as_deref(), Some("נושא: \"תור\""), "{cut}");
            assert!(read.patch.len() >= changes && read.patch.iter().all(|change| change.field == "city"), "{cut}");
        }
        assert_eq!(digest("{\"summary\": \"נושא: תור\\nמה נד").unwrap().summary.as_deref(), Some("נושא: תור"));
    }

    #[test]
    fn what_holds_nothing_at_all_is_unusable() {
        for text in
            ["", "I cannot do that.", "[]", "{}", "{\"x\": 1}", "{\"summary\": null}", "{\"changes\": [{}]}", "{{{{"]
        {
            assert!(matches!(digest(text).and_then(not_empty), Err(ModelError::Unusable(_))), "{text}");
        }
    }

    #[test]
    fn a_flood_of_changes_is_cut_and_what_comes_again_takes_no_room() {
        let numbered = |n: usize| {
            let mut change = right();
            change["line"] = json!(n);
            change
        };
        let flood: Vec<Value> = (0..5_000).map(numbered).collect();
        assert_eq!(digest(&json!({"summary": "ס", "changes": flood}).to_string()).unwrap().patch.len(), MAX_CLAIMS);
        let again: Vec<Value> = std::iter::repeat_n(right(), 5_000).chain([numbered(7)]).collect();
        assert_eq!(digest(&json!({"summary": "ס", "changes": again}).to_string()).unwrap().patch.len(), 2);
    }
}
