//! Merges what stands on standard input and prints `{"profile", "verdicts"}`: `cargo run -q -p zikaron-memory
//! --example merge < case.json`. The format is that of `tests/merge/README.md`.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use std::io::{Read, Write};
use std::process::ExitCode;
use zikaron_memory::field::FieldList;
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
    let fields = part(&mut case, "fields", FIELDS)?.unwrap_or_else(|| FieldList::standard(Language::default()));
    let profile: Profile = part(&mut case, "profile", PROFILE)?.unwrap_or_default();
    let candidates: Vec<Value> = part(&mut case, "candidates", "write a list of candidates")?
        .ok_or("`candidates` is missing: write a list of candidates, [] for none")?;
    let candidates = candidates.into_iter().enumerate().map(|(index, candidate)| {
        check_keys(&candidate, index)?;
        read(candidate, &format!("candidates[{index}]"), CANDIDATE)
    });
    let candidates: Vec<Candidate> = candidates.collect::<Result<_, _>>()?;
    if let Some(unknown) = case.keys().find(|key| !["why", "expect"].contains(&key.as_str())) {
        return Err(format!("`{unknown}` is no part of a case: use fields, profile, candidates, why, expect"));
    }
    let merged = merge(&fields, &profile, &candidates);
    Ok(json!({"profile": merged.profile, "verdicts": merged.verdicts}))
}

const FIELDS: &str = "leave it out for the standard fields, or write a list, each with name, label, description, max_chars and, if so, list";
const PROFILE: &str =
    "write each field as {\"value\", \"source\", \"confidence\", \"updated_at\"}, as this command prints it";
const CANDIDATE: &str = "write {\"field\", \"value\" (null deletes), \"source\": manual, customer, import or ai_extraction, \
                         \"confidence\": low, medium or high, \"at\": a time such as 2024-01-15T10:00:00Z, \"session\": a \
                         text, and perhaps \"position\": a whole number}";

/// Takes a part out of the case; none if it is not there or null.
fn part<T: DeserializeOwned>(case: &mut Map<String, Value>, name: &str, way_out: &str) -> Result<Option<T>, String> {
    case.remove(name).filter(|value| !value.is_null()).map(|value| read(value, name, way_out)).transpose()
}

fn read<T: DeserializeOwned>(value: Value, name: &str, way_out: &str) -> Result<T, String> {
    serde_json::from_value(value).map_err(|error| format!("`{name}` cannot be used: {error}. {way_out}"))
}

/// A candidate with a key left out or misspelt must not pass for a deletion.
fn check_keys(candidate: &Value, index: usize) -> Result<(), String> {
    let keys = ["field", "value", "source", "confidence", "at", "session", "position"];
    let Some(candidate) = candidate.as_object() else { return Ok(()) };
    if let Some(unknown) = candidate.keys().find(|key| !keys.contains(&key.as_str())) {
        return Err(format!("`candidates[{index}]` has the unknown key `{unknown}`. {CANDIDATE}"));
    }
    if !candidate.contains_key("value") {
        return Err(format!("`candidates[{index}]` has no `value`. {CANDIDATE}"));
    }
    Ok(())
}
