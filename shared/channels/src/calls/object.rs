//! A JSON object of a provider, read member by member: what has another shape than described is as good as absent.

use crate::lenient_json::{MILLIS_FROM, Members, items, members, whole};
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use serde_json::value::RawValue;

/// An object whose members are still unread; empty where there is none.
#[derive(Default)]
pub(super) struct Object<'a>(Members<'a>);

impl<'a> Object<'a> {
    pub(super) fn of(raw: &'a RawValue) -> Option<Self> {
        members(raw).map(Self)
    }

    /// The object under a name; an empty one where there is none.
    pub(super) fn object(&self, name: &str) -> Self {
        self.0.get(name).and_then(|raw| Self::of(raw)).unwrap_or_default()
    }

    /// The objects of a list; what is none is left out.
    pub(super) fn objects(&self, name: &str) -> Vec<Self> {
        let items = items(self.0.get(name).copied()).unwrap_or_default();
        items.into_iter().filter_map(Self::of).collect()
    }

    fn value(&self, name: &str) -> Option<Value> {
        serde_json::from_str(self.0.get(name)?.get()).ok()
    }

    /// Whether anything stands under a name; null is nothing.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some_and(|value| !value.is_null())
    }

    /// A text; numbers become text, empty ones are none.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::String(text) if !text.trim().is_empty() => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The first of these names that holds a text.
    pub(super) fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| self.text(name))
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.text(name)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        matches!(self.value(name), Some(Value::Bool(true))) || self.text(name).is_some_and(|text| text == "true")
    }

    /// A time as RFC 3339 or RFC 2822, as a date and time of UTC, or in seconds or milliseconds since 1970.
    pub(super) fn time(&self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let text = text.trim();
        if let Ok(number) = text.parse::<f64>() {
            let millis = if number.abs() < MILLIS_FROM { number * 1000.0 } else { number };
            return Timestamp::from_millisecond(whole(millis)?).ok();
        }
        let without_zone = || {
            let at: DateTime = text.parse().ok()?;
            at.to_zoned(TimeZone::UTC).ok().map(|at| at.timestamp())
        };
        text.parse().ok().or_else(without_zone).or_else(|| rfc2822::parse(text).ok().map(|at| at.timestamp()))
    }

    /// A length in `unit` seconds; none where it is negative.
    pub(super) fn lasting(&self, name: &str, unit: f64) -> Option<SignedDuration> {
        let seconds = self.number(name).filter(|number| *number >= 0.0)? * unit;
        Some(SignedDuration::from_millis(whole(seconds * 1000.0)?))
    }

    /// A time within the call, in seconds of `unit`.
    pub(super) fn second(&self, name: &str, unit: f64) -> Option<u32> {
        u32::try_from(whole(self.number(name)? * unit)?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(json: &str) -> Option<String> {
        let raw: Box<RawValue> = RawValue::from_string(format!("{{\"at\":{json}}}")).unwrap();
        Object::of(&raw).unwrap().time("at").map(|at| at.to_string())
    }

    #[test]
    fn a_time_is_read_in_every_form_a_provider_writes() {
        let expected = Some("2026-11-16T08:00:00Z");
        for json in [
            "1794816000",
            "\"1794816000\"",
            "1794816000000",
            "1794816000.4",
            "\"2026-11-16T08:00:00Z\"",
            "\"2026-11-16T10:00:00.000+02:00\"",
            "\"2026-11-16 08:00:00\"",
            "\"2026-11-16T08:00:00\"",
            "\"Mon, 16 Nov 2026 08:00:00 +0000\"",
        ] {
            let read = time(json).map(|at| at.replace(".4Z", "Z"));
            assert_eq!(read.as_deref(), expected, "{json}");
        }
        for json in ["null", "\"\"", "\"soon\"", "{}", "1e300", "true"] {
            assert_eq!(time(json), None, "{json}");
        }
    }
}
