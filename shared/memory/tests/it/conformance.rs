//! The conformance suite of the merge: `tests/merge/*.json` at the root of the repository.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use std::path::Path;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language::English;
use zikaron_memory::merge::{Merged, merge};
use zikaron_memory::profile::{Candidate, Profile};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    why: String,
    fields: Option<FieldList>,
    profile: Profile,
    candidates: Vec<Candidate>,
    now: Option<Timestamp>,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    profile: Value,
    verdicts: Value,
    ages: Option<Value>,
}

impl Case {
    fn fields(&self) -> FieldList {
        self.fields.clone().unwrap_or_else(|| FieldList::standard(English))
    }

    fn merge(&self, profile: &Profile, candidates: &[Candidate]) -> Merged {
        merge(&self.fields(), profile, candidates)
    }

    /// The members of [`Profile::to_public_json_at`] that tell how old each value is.
    fn ages(&self, profile: &Profile, now: Timestamp) -> Value {
        let mut ages = profile.to_public_json_at(&self.fields(), now);
        let told = ["state", "said_at", "valid_until"];
        let fields = ages.as_object_mut().unwrap();
        fields
            .values_mut()
            .for_each(|field| field.as_object_mut().unwrap().retain(|key, _| told.contains(&key.as_str())));
        fields.retain(|_, field| field.get("state").is_some());
        ages
    }
}

/// Every case with the name of its file.
fn cases() -> Vec<(String, Case)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/merge");
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut cases: Vec<(String, Case)> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            let case = serde_json::from_str(&std::fs::read_to_string(&path).unwrap());
            let case = case.unwrap_or_else(|error| panic!("{name}: {error}"));
            (name, case)
        })
        .collect();
    cases.sort_by(|(a, _), (b, _)| a.cmp(b));
    cases
}

#[test]
fn every_case_of_the_conformance_suite_ends_as_it_says() {
    let cases = cases();
    assert!(cases.len() >= 60, "{} cases", cases.len());
    let wrong: Vec<String> = cases.iter().filter_map(|(name, case)| differs(name, case)).collect();
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn differs(name: &str, case: &Case) -> Option<String> {
    let merged = case.merge(&case.profile, &case.candidates);
    let ages = case.now.map(|now| case.ages(&merged.profile, now));
    let found = json!({"profile": merged.profile.to_public_json(), "verdicts": merged.verdicts, "ages": ages});
    let Expect { profile, verdicts, ages } = &case.expect;
    let expected = json!({"profile": profile, "verdicts": verdicts, "ages": ages});
    // What `--example merge` prints is this with the history each field was folded from.
    let mut printed = json!(merged.profile);
    for field in printed.as_object_mut().unwrap().values_mut() {
        field.as_object_mut().unwrap().retain(|key, _| key != "candidates" && key != "dismissals");
    }
    assert_eq!(printed, found["profile"], "{name}");
    (found != expected).then(|| format!("{name}: {}\n  expected {expected}\n  found    {found}", case.why))
}

#[test]
fn every_case_ends_in_the_same_profile_in_the_reverse_order_twice_and_one_by_one() {
    for (name, case) in cases() {
        let given = case.merge(&case.profile, &case.candidates).profile;
        let reversed: Vec<Candidate> = case.candidates.iter().rev().cloned().collect();
        assert_eq!(case.merge(&case.profile, &reversed).profile, given, "{name}, reversed");
        let doubled = [case.candidates.clone(), reversed.clone()].concat();
        assert_eq!(case.merge(&case.profile, &doubled).profile, given, "{name}, twice at once");
        assert_eq!(case.merge(&given, &reversed).profile, given, "{name}, delivered again");
        let one_by_one = reversed.iter().fold(case.profile.clone(), |profile, candidate| {
            case.merge(&profile, std::slice::from_ref(candidate)).profile
        });
        assert_eq!(one_by_one, given, "{name}, one by one");
    }
}

#[test]
fn every_reason_of_the_merge_has_a_case() {
    let told: Vec<Value> =
        cases().iter().flat_map(|(_, case)| case.expect.verdicts.as_array().unwrap().clone()).collect();
    for reason in [
        "new",
        "same_value",
        "stronger_source",
        "newer",
        "corroborated",
        "deleted",
        "manual_wins",
        "weaker_source",
        "lower_confidence",
        "older",
        "dismissed",
        "repeated",
        "unknown_field",
        "too_long",
        "empty",
    ] {
        assert!(told.iter().any(|verdict| verdict["reason"] == reason), "no case for {reason}");
    }
}
