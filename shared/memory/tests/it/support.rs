use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::language::Language;
use zikaron_memory::merge::{self, Merged, Verdict, merge};
use zikaron_memory::profile::{Candidate, Confidence, Field, Profile, Source};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;

/// 2024-01-15 10:00 UTC and so many minutes.
pub(crate) fn minute(minutes: i64) -> Timestamp {
    let start: Timestamp = "2024-01-15T10:00:00Z".parse().unwrap();
    start + SignedDuration::from_mins(minutes)
}

pub(crate) fn fields() -> FieldList {
    FieldList::standard(Language::English)
}

/// The standard fields, and those of a business with more: the fields of the cases in `tests/language`.
pub(crate) fn more_fields() -> FieldList {
    let more: Vec<FieldSpec> = serde_json::from_str(include_str!("../../../../tests/language/fields.json")).unwrap();
    FieldList::new(Vec::from(FieldList::standard(Language::Hebrew)).into_iter().chain(more).collect()).unwrap()
}

pub(crate) fn list_field(max_chars: usize) -> FieldList {
    let spec = FieldSpec {
        name: "city".to_owned(),
        label: "Cities".to_owned(),
        description: String::new(),
        max_chars,
        list: true,
        ..FieldSpec::named("city")
    };
    FieldList::new(vec![spec]).unwrap()
}

/// A candidate for the field `city`.
pub(crate) fn from(source: Source, value: &str, confidence: Confidence, session: &str, at: i64) -> Candidate {
    Candidate {
        field: "city".to_owned(),
        value: Some(value.to_owned()),
        source,
        confidence,
        at: minute(at),
        session: SessionId::new(session),
        position: 0,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    }
}

pub(crate) fn ai(value: &str, confidence: Confidence, session: &str, at: i64) -> Candidate {
    from(Source::AiExtraction, value, confidence, session, at)
}

pub(crate) fn manual(value: &str, at: i64) -> Candidate {
    Candidate::manual("city", Some(value.to_owned()), minute(at), SessionId::new(format!("edit-{at}")))
}

pub(crate) fn deletion(at: i64) -> Candidate {
    Candidate::manual("city", None, minute(at), SessionId::new(format!("edit-{at}")))
}

pub(crate) fn merged(candidates: &[Candidate]) -> Merged {
    merge(&fields(), &Profile::default(), candidates)
}

pub(crate) fn city(profile: &Profile) -> &Field {
    profile.get("city").unwrap()
}

/// A person's "no" to a suggestion, at an hour that decides nothing.
pub(crate) fn dismissed<'a>(
    fields: &FieldList,
    profile: &Profile,
    field: &str,
    value: impl Into<Option<&'a str>>,
) -> Option<Merged> {
    merge::dismiss(fields, profile, field, value.into(), minute(999), SessionId::new("no"))
}

pub(crate) fn dismiss<'a>(
    fields: &FieldList,
    profile: &Profile,
    field: &str,
    value: impl Into<Option<&'a str>>,
) -> Option<Profile> {
    dismissed(fields, profile, field, value).map(|dismissed| dismissed.profile)
}

/// The value of `city` after merging, none if deleted.
pub(crate) fn value(candidates: &[Candidate]) -> Option<String> {
    merged(candidates).profile.get("city").and_then(Field::value).map(str::to_owned)
}

pub(crate) fn last(merged: &Merged) -> &Verdict {
    merged.verdicts.last().unwrap()
}

pub(crate) fn verdict(candidates: &[Candidate]) -> (bool, Reason) {
    let merged = merged(candidates);
    (last(&merged).accepted, last(&merged).reason)
}

pub(crate) fn suggested(profile: &Profile) -> Vec<(String, Reason)> {
    city(profile).suggestions().iter().map(|s| (s.value.clone().unwrap_or_else(|| "-".to_owned()), s.reason)).collect()
}

/// A thousand cases, ten thousand in CI, `PROPTEST_CASES` where it is set.
pub(crate) fn config() -> ProptestConfig {
    let set = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    let usual = if std::env::var("CI").is_ok_and(|ci| ci == "true") { 10_000 } else { 1000 };
    let cases = set.unwrap_or(usual);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

pub(crate) fn source() -> impl Strategy<Value = Source> {
    prop_oneof![
        4 => Just(Source::AiExtraction),
        1 => Just(Source::Import),
        1 => Just(Source::Customer),
        1 => Just(Source::Manual),
    ]
}

pub(crate) fn confidence() -> impl Strategy<Value = Confidence> {
    prop_oneof![Just(Confidence::Low), Just(Confidence::Medium), Just(Confidence::High)]
}

/// Few values, times and sessions, so that rules meet.
pub(crate) fn candidate() -> impl Strategy<Value = Candidate> {
    let value = prop_oneof![
        4 => prop::sample::select(vec!["Haifa", "haifa.", "Eilat", "Acre", "Haifa, Acre", "Acre; Eilat"]).prop_map(Some),
        1 => Just(None),
    ];
    let gone = prop::option::of(prop::sample::select(vec!["haifa", "Acre", "Acre, Eilat"]));
    let occasion = (0..4_u8, 0..6_i64, 0..3_u32);
    // Later than anything is said, so that it is an end.
    let end = prop::option::of(6..9_i64);
    (value, gone, source(), confidence(), occasion, end).prop_map(|(value, gone, source, confidence, occasion, end)| {
        let (session, at, position) = occasion;
        let is_heard = source == Source::AiExtraction;
        let takes_back = value.is_none() && is_heard;
        let ends = value.is_some() && is_heard;
        Candidate {
            field: "city".to_owned(),
            value: value.map(str::to_owned),
            source,
            confidence,
            at: minute(at),
            session: SessionId::new(format!("s{session}")),
            position,
            taken_back: gone.filter(|_| takes_back).map(str::to_owned),
            transcribed: false,
            valid_until: end.filter(|_| ends).map(minute),
        }
    })
}

pub(crate) fn either_kind() -> impl Strategy<Value = FieldList> {
    prop_oneof![Just(fields()), Just(list_field(20))]
}

/// A value without what makes no difference.
pub(crate) fn plain(value: Option<&str>) -> Option<String> {
    value.map(|value| value.to_lowercase().replace(['.', ',', ';', ' '], ""))
}
