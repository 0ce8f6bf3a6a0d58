//! Merges what stands on standard input and prints `{"profile", "verdicts"}`: `cargo run -q -p zikaron-memory
//! --example merge < case.json`. The format is that of `tests/merge/README.md`.

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::ExitCode;
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Profile};

fn main() -> ExitCode {
    let mut input = String::new();
    let read = std::io::stdin()
        .read_to_string(&mut input)
        .map_err(|error| format!("the input cannot be read ({error}): write a case in UTF-8 to standard input"));
    match read.and_then(|_| answer(&input)) {
        Ok(answer) if writeln!(std::io::stdout(), "{answer:#}").is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to tell if standard error is closed too.
            let _ = writeln!(std::io::stderr(), "merge: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The outcome of one case.
///
/// # Errors
/// Names the part of the input that cannot be used, its rule and the way out.
fn answer(input: &str) -> Result<Value, String> {
    let case: Value = serde_json::from_str(input)
        .map_err(|error| format!("the input is not JSON ({error}): write {{\"candidates\": [...]}}"))?;
    let Value::Object(mut case) = case else {
        return Err("the input must be a JSON object: write {\"candidates\": [...]}".to_owned());
    };
    let mut part = |name: &str| case.remove(name).filter(|part| !part.is_null());
    let fields = part("fields").map(fields).transpose()?.unwrap_or_else(|| FieldList::standard(Language::default()));
    let profile = part("profile").map(profile).transpose()?.unwrap_or_default();
    let candidates = part("candidates").ok_or("`candidates` is missing: write a list of candidates, [] for none")?;
    let candidates: Vec<Candidate> = items("candidates", candidates, &CANDIDATE)?;
    let now = part("now").map(now).transpose()?;
    if let Some(unknown) = case.keys().find(|key| !["why", "expect"].contains(&key.as_str())) {
        return Err(format!("`{unknown}` is no part of a case: use fields, profile, candidates, now, why, expect"));
    }
    let merged = merge(&fields, &profile, &candidates);
    let mut answer = json!({"profile": merged.profile, "verdicts": merged.verdicts});
    if let Some(now) = now {
        answer["ages"] = ages(&fields, &merged.profile, now);
    }
    Ok(answer)
}

fn now(now: Value) -> Result<Timestamp, String> {
    let way_out = "write a time such as 2024-01-15T10:00:00Z";
    serde_json::from_value(now).map_err(|error| format!("`now` cannot be used: {error}: {way_out}"))
}

/// How old what stands in each field is at `now`.
fn ages(fields: &FieldList, profile: &Profile, now: Timestamp) -> Value {
    let age = |spec: &FieldSpec| {
        let age = profile.get(&spec.name)?.age(spec, now)?;
        let mut shown = json!({"state": age.freshness, "said_at": age.said_at});
        if let Some(end) = age.valid_until {
            shown["valid_until"] = json!(end);
        }
        Some((spec.name.clone(), shown))
    };
    Value::Object(fields.iter().filter_map(age).collect())
}

/// What an object of the input must hold and may hold, and how it is written.
struct Shape {
    needed: &'static [&'static str],
    optional: &'static [&'static str],
    way_out: &'static str,
}

const SPEC: Shape = Shape {
    needed: &["name", "label", "description", "max_chars"],
    optional: &["list", "kind", "shelf_life_days", "manual_ages"],
    way_out: "write {\"name\", \"label\", \"description\": texts, \"max_chars\": 1 to 2000, and perhaps \"list\": true, \"kind\": a text, \"shelf_life_days\": a whole number, \"manual_ages\": true}, or \
              leave `fields` out for the standard fields",
};
const FIELD: Shape = Shape {
    needed: &["value", "source", "confidence", "updated_at"],
    optional: &["previous_value", "suggestions", "candidates", "dismissals"],
    way_out: "write {\"value\" (null: deleted), \"source\": manual, customer, import or ai_extraction, \"confidence\": low, \
              medium or high, \"updated_at\": a time such as 2024-01-15T10:00:00Z}, with whatever else this command prints",
};
const CANDIDATE: Shape = Shape {
    needed: &["field", "value", "source", "confidence", "at", "session"],
    optional: &["position", "taken_back", "valid_until"],
    way_out: "write {\"field\", \"value\" (null deletes), \"source\": manual, customer, import or ai_extraction, \
              \"confidence\": low, medium or high, \"at\": a time such as 2024-01-15T10:00:00Z, \"session\": a text, and \
              perhaps \"position\": a whole number, \"taken_back\": a text, \"valid_until\": a time}",
};

fn fields(list: Value) -> Result<FieldList, String> {
    FieldList::new(items("fields", list, &SPEC)?).map_err(|error| format!("`fields` cannot be used: {error}"))
}

fn profile(profile: Value) -> Result<Profile, String> {
    let Value::Object(fields) = &profile else {
        return Err("`profile` must be an object: write each field under its name, {} for none".to_owned());
    };
    for (name, field) in fields {
        // Read one by one, so that an error names the field.
        let alone = Value::Object([(name.clone(), field.clone())].into_iter().collect());
        check(&format!("profile.{name}"), field, &FIELD)?;
        read::<Profile>(&format!("profile.{name}"), alone, &FIELD)?;
    }
    read("profile", profile, &FIELD)
}

fn items<T: DeserializeOwned>(name: &str, list: Value, shape: &Shape) -> Result<Vec<T>, String> {
    let Value::Array(list) = list else { return Err(format!("`{name}` must be a list: write [...]")) };
    let items = list.into_iter().enumerate().map(|(index, item)| {
        let name = format!("{name}[{index}]");
        check(&name, &item, shape)?;
        read(&name, item, shape)
    });
    items.collect()
}

/// A key left out or misspelt must not pass for something else: a candidate without a value is a deletion.
fn check(name: &str, value: &Value, shape: &Shape) -> Result<(), String> {
    let Value::Object(value) = value else { return Err(format!("`{name}` must be an object: {}", shape.way_out)) };
    let known = |key: &&String| shape.needed.iter().chain(shape.optional).any(|known| known == key);
    if let Some(unknown) = value.keys().find(|key| !known(key)) {
        return Err(format!("`{name}` has the unknown key `{unknown}`: {}", shape.way_out));
    }
    match shape.needed.iter().find(|needed| !value.contains_key(**needed)) {
        Some(missing) => Err(format!("`{name}` has no `{missing}`: {}", shape.way_out)),
        None => Ok(()),
    }
}

fn read<T: DeserializeOwned>(name: &str, value: Value, shape: &Shape) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("`{name}` cannot be used: {error}: {}", shape.way_out))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CITY: &str =
        r#"{"value": "Acre", "source": "manual", "confidence": "high", "updated_at": "2024-01-14T10:00:00Z"}"#;
    const HAIFA: &str = r#"{"field": "city", "value": "Haifa", "source": "ai_extraction", "confidence": "high",
                            "at": "2024-01-15T12:00:00+02:00", "session": "s1"}"#;

    /// What stands in the field `city` after `case`.
    fn city(case: &str) -> Value {
        answer(case).unwrap()["profile"]["city"]["value"].clone()
    }

    #[test]
    fn every_shape_of_a_case_is_merged() {
        assert_eq!(city(&format!(r#"{{"candidates": [{HAIFA}]}}"#)), "Haifa");
        assert_eq!(city(&format!(r#"{{"fields": null, "profile": null, "candidates": [{HAIFA}]}}"#)), "Haifa");
        assert_eq!(city(&format!(r#"{{"profile": {{"city": {CITY}}}, "candidates": [{HAIFA}]}}"#)), "Acre");
        assert_eq!(
            city(&format!(r#"{{"why": "x", "expect": {{}}, "profile": {{}}, "candidates": [{HAIFA}]}}"#)),
            "Haifa"
        );
        let own = r#"[{"name": "city", "label": "", "description": "", "max_chars": 3}]"#;
        assert_eq!(city(&format!(r#"{{"fields": {own}, "candidates": [{HAIFA}]}}"#)), "Hai");
        let pet = HAIFA.replace("city", "pet");
        let unknown = answer(&format!(r#"{{"candidates": [{pet}]}}"#)).unwrap();
        assert_eq!((&unknown["profile"], &unknown["verdicts"][0]["reason"]), (&json!({}), &json!("unknown_field")));
    }

    #[test]
    fn what_it_prints_is_the_profile_of_the_next_case() {
        let first = answer(&format!(r#"{{"profile": {{"city": {CITY}}}, "candidates": [{HAIFA}]}}"#)).unwrap();
        let next = json!({"profile": first["profile"], "candidates": []});
        assert_eq!(answer(&next.to_string()).unwrap()["profile"], first["profile"]);
    }

    #[test]
    fn an_error_names_the_input_its_rule_and_the_way_out() {
        let candidate = |from: &str, to: &str| format!(r#"{{"candidates": [{}]}}"#, HAIFA.replace(from, to));
        let stands = |from: &str, to: &str| {
            format!(r#"{{"profile": {{"city": {}}}, "candidates": []}}"#, CITY.replace(from, to))
        };
        for (case, start, rule) in [
            (String::new(), "the input is not JSON", "write"),
            ("[]".to_owned(), "the input must be a JSON object", "write"),
            ("{}".to_owned(), "`candidates` is missing", "[] for none"),
            (r#"{"candidates": {}}"#.to_owned(), "`candidates` must be a list", "write"),
            (r#"{"candidates": [null]}"#.to_owned(), "`candidates[0]` must be an object", "write"),
            (candidate("\"value\": \"Haifa\",", ""), "`candidates[0]` has no `value`", "null deletes"),
            (candidate("session", "sesion"), "`candidates[0]` has the unknown key `sesion`", "session"),
            (candidate("ai_extraction", "robot"), "`candidates[0]` cannot be used: unknown variant `robot`", "manual"),
            (candidate("high", "sure"), "`candidates[0]` cannot be used: unknown variant `sure`", "medium"),
            (candidate("\"Haifa\"", "5"), "`candidates[0]` cannot be used", "expected a string"),
            (candidate("2024-01-15T", "yesterday"), "`candidates[0]` cannot be used", "such as 2024-01-15T10:00:00Z"),
            (stands("\"value\": \"Acre\",", ""), "`profile.city` has no `value`", "null: deleted"),
            (stands("source", "sauce"), "`profile.city` has the unknown key `sauce`", "source"),
            (stands("manual", "boss"), "`profile.city` cannot be used: unknown variant `boss`", "customer"),
            (r#"{"profile": [], "candidates": []}"#.to_owned(), "`profile` must be an object", "{} for none"),
            (r#"{"profile": {"city": "x"}, "candidates": []}"#.to_owned(), "`profile.city` must be an object", "write"),
            (r#"{"fields": ["city"], "candidates": []}"#.to_owned(), "`fields[0]` must be an object", "max_chars"),
            (r#"{"profiles": {}, "candidates": []}"#.to_owned(), "`profiles` is no part of a case", "use fields"),
        ] {
            let error = answer(&case).unwrap_err();
            assert!(error.starts_with(start) && error.contains(rule), "{case}: {error}");
        }
    }
}
