//! Judges cases of language: reads a JSON array of `{"id", "run", "input"}` from standard input and prints one of `{"id",
//! "outcome"}`, or `{"id", "error"}` for a case that cannot be read, in the same order. What a run is and what its input holds: `tests/language/README.md`.
//!
//! ```text
//! $ echo '[{"id": "1", "run": "fresh", "input": {"text": "start over please"}}]' | cargo run -q -p zikaron-memory --example judge
//! [{"id":"1","outcome":true}]
//! ```

mod actions;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::process::ExitCode;
use zikaron_memory::action::opt_out::{OptOut, opt_out};
use zikaron_memory::evidence::{Extracted, Said, check};
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::handover::wants_person;
use zikaron_memory::language::Language;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Field, Profile, Source, same_value};
use zikaron_memory::resume::wants_fresh;
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

fn main() -> ExitCode {
    let mut input = String::new();
    let read = std::io::stdin()
        .read_to_string(&mut input)
        .map_err(|error| format!("the input cannot be read ({error}): write a JSON array in UTF-8 to standard input"));
    match read.and_then(|_| judge_all(&input)) {
        Ok(answer) if writeln!(std::io::stdout(), "{answer}").is_ok() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            // Nobody is left to tell if standard error is closed too.
            let _ = writeln!(std::io::stderr(), "judge: {error}");
            ExitCode::FAILURE
        }
    }
}

#[derive(Deserialize)]
struct Case {
    id: Value,
    run: String,
    input: Value,
}

fn judge_all(input: &str) -> Result<Value, String> {
    let cases: Vec<Case> = serde_json::from_str(input)
        .map_err(|error| format!("the input is no list of cases ({error}): write [{{\"id\", \"run\", \"input\"}}]"))?;
    let fields = fields()?;
    let judged = cases.into_iter().map(|case| match judge(&fields, &case.run, case.input) {
        Ok(outcome) => json!({"id": case.id, "outcome": outcome}),
        // The others are judged all the same.
        Err(error) => json!({"id": case.id, "error": format!("run `{}`: {error}", case.run)}),
    });
    Ok(judged.collect())
}

/// The standard fields, and those of a business with more.
fn fields() -> Result<FieldList, String> {
    let more: Vec<FieldSpec> = serde_json::from_str(include_str!("../../../../tests/language/fields.json"))
        .map_err(|error| error.to_string())?;
    let specs = Vec::from(FieldList::standard(Language::Hebrew)).into_iter().chain(more).collect();
    FieldList::new(specs).map_err(|error| error.to_string())
}

fn judge(fields: &FieldList, run: &str, input: Value) -> Result<Value, String> {
    match run {
        "fresh" => Ok(wants_fresh(&read::<Text>(input)?.text).into()),
        "handover" => Ok(wants_person(&read::<Text>(input)?.text).into()),
        "evidence" => evidence(fields, read(input)?),
        "key" => {
            let pair: Pair = read(input)?;
            Ok(if same_value(fields, &pair.field, &pair.a, &pair.b) { "same" } else { "different" }.into())
        }
        "merge" => merged(fields, read(input)?),
        "opt_out" => Ok((opt_out(&read::<Text>(input)?.text) == Some(OptOut::Plain)).into()),
        "when" => actions::time(read(input)?),
        "commitment" => actions::commitment(read(input)?),
        _ => Err("no such run: commitment, evidence, fresh, handover, key, merge, opt_out, when".to_owned()),
    }
}

fn read<T: serde::de::DeserializeOwned>(input: Value) -> Result<T, String> {
    serde_path_to_error::deserialize(input).map_err(|error| error.to_string())
}

#[derive(Deserialize)]
struct Text {
    text: String,
}

#[derive(Deserialize)]
struct Pair {
    a: String,
    b: String,
    #[serde(default)]
    field: String,
}

/// One message, or several of a session.
#[derive(Deserialize)]
#[serde(untagged)]
enum Messages {
    One(String),
    Several(Vec<String>),
}

impl Messages {
    /// From `minute` on, a second apart.
    fn said(self, minute: i64) -> Vec<Said> {
        let texts = match self {
            Self::One(text) => vec![text],
            Self::Several(texts) => texts,
        };
        let said = texts.into_iter().zip(0_u32..);
        said.map(|(text, place)| Said::new(text, at(minute) + SignedDuration::from_secs(place.into()), place)).collect()
    }
}

/// Minutes since the beginning of 2026.
fn at(minute: i64) -> Timestamp {
    const YEAR_2026: i64 = 1_767_225_600;
    Timestamp::from_second(YEAR_2026 + minute * 60).unwrap_or_default()
}

#[derive(Deserialize)]
struct Claimed {
    messages: Messages,
    #[serde(default)]
    cap: Option<Confidence>,
    #[serde(flatten)]
    claim: Extracted,
}

fn evidence(fields: &FieldList, case: Claimed) -> Result<Value, String> {
    let cap = case.cap.unwrap_or(Confidence::High);
    let checked = check(fields, &case.messages.said(0), &SessionId::new("s"), &[case.claim], cap, &Zone::default());
    match checked.candidates.first() {
        Some(candidate) if candidate.value.is_some() => {
            serde_json::to_value(candidate.confidence).map_err(|error| error.to_string())
        }
        _ => Ok("dropped".into()),
    }
}

#[derive(Deserialize)]
struct Sequence {
    field: String,
    steps: Vec<Step>,
}

/// A candidate, or a session with the claims of a model.
#[derive(Deserialize)]
struct Step {
    at: i64,
    value: Option<String>,
    confidence: Option<Confidence>,
    source: Option<Source>,
    messages: Option<Messages>,
    #[serde(default)]
    claims: Vec<Extracted>,
}

/// The field after all steps: `{"value", "confidence", "source", "suggestions"}`, each step merged in a session of its own.
fn merged(fields: &FieldList, case: Sequence) -> Result<Value, String> {
    let mut profile = Profile::default();
    for (number, step) in case.steps.into_iter().enumerate() {
        let session = SessionId::new(format!("s{number}"));
        let candidates = match step.messages {
            Some(messages) => {
                check(fields, &messages.said(step.at), &session, &step.claims, Confidence::High, &Zone::default())
                    .offers(fields, &profile)
            }
            None => vec![Candidate {
                field: case.field.clone(),
                value: step.value,
                source: step.source.unwrap_or(Source::AiExtraction),
                confidence: step.confidence.unwrap_or(Confidence::High),
                at: at(step.at),
                session,
                position: 0,
                taken_back: None,
                transcribed: false,
                valid_until: None,
            }],
        };
        profile = merge(fields, &profile, &candidates).profile;
    }
    let field = profile.get(&case.field);
    let suggestions: Vec<Option<&str>> =
        field.map(Field::suggestions).unwrap_or_default().iter().map(|waits| waits.value.as_deref()).collect();
    Ok(json!({
        "value": field.and_then(Field::value),
        "confidence": field.map(Field::confidence),
        "source": field.map(Field::source),
        "suggestions": suggestions,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_case_of_each_run_has_its_outcome_and_a_broken_one_is_named() {
        let cases = json!([
            {"id": 1, "run": "evidence", "input": {"messages": "I live in Haifa", "field": "city", "value": "Haifa",
                "quote": "I live in Haifa", "confidence": "high", "about": "customer", "meant": "states"}},
            {"id": 2, "run": "handover", "input": {"text": "a human please"}},
            {"id": 3, "run": "key", "input": {"a": "3/5", "b": "35", "field": ""}},
            {"id": 4, "run": "merge", "input": {"field": "city", "steps": [{"value": "Haifa", "at": 0}]}},
        ]);
        let judged = judge_all(&cases.to_string()).unwrap();
        assert_eq!(judged[0], json!({"id": 1, "outcome": "high"}));
        assert_eq!((&judged[1]["outcome"], &judged[2]["outcome"]), (&json!(true), &json!("different")));
        assert_eq!(judged[3]["outcome"]["value"], "Haifa");
        let broken =
            json!([{"id": 7, "run": "fresh", "input": {}}, {"id": 8, "run": "fresh", "input": {"text": "reset"}}]);
        let judged = judge_all(&broken.to_string()).unwrap();
        assert!(judged[0]["error"].as_str().unwrap().contains("text"), "{judged}");
        assert_eq!(judged[1], json!({"id": 8, "outcome": true}));
        assert!(judge_all("{}").is_err());
    }

    #[test]
    fn what_was_once_understood_or_taken_wrongly_stays_as_it_should_be() {
        let cases: Vec<Value> = serde_json::from_str(include_str!("../../../../tests/language/held.json")).unwrap();
        let judged = judge_all(&Value::from(cases.clone()).to_string()).unwrap();
        let pairs = cases.iter().zip(judged.as_array().unwrap());
        let wrong = pairs.filter(|(case, judged)| !case["expected"].as_array().unwrap().contains(&judged["outcome"]));
        let wrong: Vec<String> =
            wrong.map(|(case, judged)| format!("{}: {} is {judged}", case["expected"], case["input"])).collect();
        assert!(wrong.is_empty(), "{} of {}: {wrong:#?}", wrong.len(), cases.len());
    }

    /// What no rule of the merge reaches: plurals and spellings of another word, and what only a claim of the model says.
    const BEYOND: [&str; 3] = ["merge-sequence-040", "merge-pipeline-007", "merge-pipeline-008"];

    fn is_as(expected: &Value, outcome: &Value) -> bool {
        let value = outcome["value"].as_str().unwrap_or_default();
        let items = || value.split(',').map(str::trim).collect::<BTreeSet<_>>();
        expected.as_object().unwrap().iter().all(|(name, wanted)| match name.as_str() {
            "value" => *wanted == outcome["value"],
            "not_value" => *wanted != outcome["value"],
            "value_in" => wanted.as_array().unwrap().contains(&outcome["value"]),
            "value_set" => {
                wanted.as_array().unwrap().iter().filter_map(Value::as_str).collect::<BTreeSet<_>>() == items()
            }
            "value_set_size" => wanted.as_u64() == u64::try_from(items().len()).ok(),
            "suggestions" => *wanted == outcome["suggestions"],
            _ => panic!("{name}"),
        })
    }

    #[test]
    fn sequences_end_as_they_should() {
        let mut cases: Vec<Value> =
            serde_json::from_str(include_str!("../../../../tests/language/merge.json")).unwrap();
        cases.retain(|case| case["debatable"] != true);
        for claim in cases.iter_mut().flat_map(|case| case["input"]["steps"].as_array_mut().unwrap()) {
            for claim in claim.get_mut("claims").and_then(Value::as_array_mut).into_iter().flatten() {
                for (name, usual) in [("about", "customer"), ("meant", "states")] {
                    if claim[name].is_null() {
                        claim[name] = usual.into();
                    }
                }
            }
        }
        let judged = judge_all(&Value::from(cases.clone()).to_string()).unwrap();
        let wrong = cases.iter().zip(judged.as_array().unwrap()).filter(|(case, judged)| {
            !case["expected"].as_array().unwrap().iter().any(|expected| is_as(expected, &judged["outcome"]))
        });
        let wrong: Vec<&str> = wrong.map(|(case, _)| case["id"].as_str().unwrap()).collect();
        assert_eq!(wrong, BEYOND);
    }
}
