//! Reading JSON whose shape is only promised: a wrong type costs the value it stands in, nothing else.

use serde_json::Value;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The members of an object, each still unread. Of a repeated name the last one counts.
pub(crate) type Members<'a> = BTreeMap<String, &'a RawValue>;

/// Takes an object apart; none if it is none.
pub(crate) fn members(raw: &RawValue) -> Option<Members<'_>> {
    serde_json::from_str(raw.get()).ok()
}

/// Takes a list apart. Absent and null are empty; none if it is anything else than a list.
pub(crate) fn items(raw: Option<&RawValue>) -> Option<Vec<&RawValue>> {
    match raw.map(RawValue::get) {
        None | Some("null") => Some(Vec::new()),
        Some(list) => serde_json::from_str(list).ok(),
    }
}

/// What stands at `pointer` (RFC 6901, but for names with `/` or `~` in them). Takes nothing apart anew: what is looked for
/// in every message is seldom there.
pub(crate) fn at<'a>(value: &'a Value, pointer: &str) -> Option<&'a Value> {
    pointer.split('/').skip(1).try_fold(value, |value, name| match value {
        Value::Object(members) => members.get(name),
        Value::Array(items) => items.get(name.parse::<usize>().ok()?),
        _ => None,
    })
}

/// The text at `pointer` (see [`at`]). Numbers become text; empty, null, absent and other types are none.
pub(crate) fn text(value: &Value, pointer: &str) -> Option<String> {
    match at(value, pointer)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The whole number at `pointer`, written as a number or as text.
pub(crate) fn integer(value: &Value, pointer: &str) -> Option<i64> {
    text(value, pointer)?.trim().parse().ok()
}

/// A number of a time beyond this is in milliseconds: as seconds it would be in the year 5138.
pub(crate) const MILLIS_FROM: f64 = 1e11;

/// The time at `pointer` in whole seconds, written as seconds or milliseconds, as a number or as text.
pub(crate) fn seconds(value: &Value, pointer: &str) -> Option<i64> {
    let text = text(value, pointer)?;
    let number = text.trim().parse::<f64>().ok()?;
    whole(if number.abs() < MILLIS_FROM { number } else { number / 1000.0 })
}

#[expect(clippy::cast_possible_truncation, reason = "beyond 2^53 it is none")]
pub(crate) fn whole(number: f64) -> Option<i64> {
    (number.abs() < 9e15).then_some(number as i64)
}
