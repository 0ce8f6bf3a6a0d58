//! A value as the items it is compared by: the distinct parts of a list field, or the whole value of any other.

use crate::field::FieldSpec;
use crate::{kinds, text};
use std::collections::BTreeSet;

/// A value as it is compared.
pub(crate) type Items = BTreeSet<String>;

/// What two values are compared by. A single value is a list of one; no value is the empty list.
pub(crate) fn items(spec: &FieldSpec, value: Option<&str>) -> Items {
    let Some(value) = value else {
        return BTreeSet::new();
    };
    split(spec, value).map(|item| key(spec, item)).collect()
}

/// What one item is compared by.
pub(crate) fn key(spec: &FieldSpec, item: &str) -> String {
    kinds::key(spec.kind(), item)
}

/// What candidates, suggestions and dismissals are compared by: the items offered, or those taken back of a list, which
/// are never the same as any that are offered.
pub(crate) fn offer(spec: &FieldSpec, value: Option<&str>, taken_back: Option<&str>) -> Items {
    match taken_back {
        Some(gone) => items(spec, Some(gone)).into_iter().map(|item| format!("{TAKEN_BACK}{item}")).collect(),
        None => items(spec, value),
    }
}

/// No key of a value has it.
const TAKEN_BACK: char = '\0';

/// What is left of a value without some of its items; none where that is nothing.
pub(crate) fn without(spec: &FieldSpec, value: Option<&str>, gone: &Items) -> Option<String> {
    let left = split(spec, value?).map(str::trim).filter(|item| !gone.contains(&key(spec, item)));
    Some(left.collect::<Vec<_>>().join(", ")).filter(|left| !left.is_empty())
}

/// The items of a list field (separated by commas, semicolons or line breaks), or the whole value.
pub(crate) fn split<'a>(spec: &FieldSpec, value: &'a str) -> impl Iterator<Item = &'a str> {
    let separators: &[char] = if spec.list { &[',', ';', '\n', '\r', '،', '、'] } else { &[] };
    value.split(separators).filter(|item| !item.trim().is_empty())
}

/// The distinct items of both, the older ones first; the oldest give way when they do not fit together into
/// the field's limit and `max_bytes` of JSON.
pub(crate) fn joined(spec: &FieldSpec, max_bytes: usize, held: Option<&str>, offered: Option<&str>) -> Option<String> {
    let both = [held, offered].into_iter().flatten().flat_map(|value| split(spec, value));
    let mut seen = BTreeSet::new();
    let mut items: Vec<&str> = both.map(str::trim).filter(|item| seen.insert(key(spec, item))).collect();
    let mut joined = items.join(", ");
    while items.len() > 1 && (joined.chars().count() > spec.max_chars || text::json_len(&joined) > max_bytes) {
        items.remove(0);
        joined = items.join(", ");
    }
    Some(joined)
}
