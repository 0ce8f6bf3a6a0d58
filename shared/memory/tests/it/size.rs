//! A profile stays within its bound whatever comes, and forgets the same whatever the order.

use crate::support::*;
use proptest::prelude::*;
use zikaron_memory::field::{FieldList, FieldSpec, MAX_FIELDS, MAX_VALUE_CHARS};
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Confidence, Field, MAX_PROFILE_BYTES, Profile, Source};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;

/// The longest names, as a business could choose them.
fn name(prefix: &str, index: usize) -> String {
    format!("{prefix}_{index:0>width$}", width = 39 - prefix.len())
}

fn fields_of(prefix: &str, count: usize, max_chars: usize, list: bool) -> FieldList {
    let spec = |index| FieldSpec { label: String::new(), max_chars, list, ..FieldSpec::named(&name(prefix, index)) };
    FieldList::new((0..count).map(spec).collect()).unwrap()
}

fn bytes(profile: &Profile) -> usize {
    serde_json::to_string(profile).unwrap().len()
}

/// A candidate of the longest kind: four bytes a character, or two with every character escaped.
fn longest(field: &str, unit: &str, source: Source, confidence: Confidence, at: i64) -> Candidate {
    // Differs at the beginning, and as a list has distinct items.
    let item = |n: usize| format!("{at} {n} {}, ", unit.repeat(90));
    let value: String = (0..MAX_VALUE_CHARS / 90).map(item).collect::<String>().chars().take(MAX_VALUE_CHARS).collect();
    Candidate {
        field: field.to_owned(),
        value: Some(value),
        source,
        confidence,
        at: minute(at) + jiff::SignedDuration::from_nanos(123_456_789),
        session: SessionId::new(format!("{at:0>64}")),
        position: u32::MAX,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    }
}

/// The longest history: every source, suggestions against a person's value, thirty of them.
fn longest_history(field: &str, unit: &str, manual_at: i64) -> Vec<Candidate> {
    let sources = [Source::AiExtraction, Source::Import, Source::Customer, Source::AiExtraction];
    let mut all = vec![
        longest(field, unit, Source::Manual, Confidence::High, manual_at),
        longest(field, unit, Source::Manual, Confidence::High, manual_at + 1),
    ];
    all.extend(
        (0..30)
            .zip(sources.into_iter().cycle())
            .map(|(at, source)| longest(field, unit, source, Confidence::Medium, at)),
    );
    all
}

fn fill(fields: &FieldList, profile: &Profile, unit: &str, manual_at: i64) -> Profile {
    let all: Vec<Candidate> = fields.iter().flat_map(|spec| longest_history(&spec.name, unit, manual_at)).collect();
    merge(fields, profile, &all).profile
}

#[test]
fn thirty_fields_of_the_longest_values_and_histories_stay_within_the_bound() {
    let longest = [
        (MAX_FIELDS, "😀", false),
        (MAX_FIELDS, "😀", true),
        (MAX_FIELDS, "\"", true),
        (5, "😀", false),
        (1, "ש", true),
    ];
    for ((count, unit, list), manual_at) in longest.into_iter().zip([-5, 50].into_iter().cycle()) {
        let fields = fields_of("f", count, MAX_VALUE_CHARS, list);
        let mut profile = fill(&fields, &Profile::default(), unit, manual_at);
        assert!(bytes(&profile) <= MAX_PROFILE_BYTES, "{} bytes: {count} {unit} {list}", bytes(&profile));
        for spec in &fields {
            let held = profile.get(&spec.name).unwrap().clone();
            assert_eq!(held.source(), Source::Manual, "a person's value outlives everything");
            for suggestion in held.suggestions() {
                profile = dismiss(&fields, &profile, &spec.name, suggestion.value.as_deref()).unwrap();
            }
        }
        assert!(bytes(&profile) <= MAX_PROFILE_BYTES, "{} bytes dismissed", bytes(&profile));
        profile = fill(&fields, &profile, unit, manual_at + 100);
        assert!(bytes(&profile) <= MAX_PROFILE_BYTES, "{} bytes again", bytes(&profile));
    }
}

#[test]
fn short_values_are_never_thinned_below_sixteen_however_many_fields_there_are() {
    let fields = fields_of("f", MAX_FIELDS, 80, false);
    let field = name("f", 0);
    let told: Vec<Candidate> = (0..20)
        .map(|at| Candidate {
            field: field.clone(),
            session: SessionId::new(format!("{at:0>26}")),
            ..ai(&format!("Town {at}"), Confidence::High, "", at)
        })
        .collect();
    let profile = merge(&fields, &Profile::default(), &told).profile;
    assert_eq!(profile.get(&field).unwrap().candidates().len(), 16);
}

#[test]
fn the_standard_fields_keep_sixteen_of_the_longest_hebrew_values() {
    let notes = |at: i64| Candidate {
        field: "notes".into(),
        ..ai(&format!("{at} {}", "ש".repeat(490)), Confidence::High, "01J0000000000000000000000A", at)
    };
    let told: Vec<Candidate> = (0..20).map(notes).collect();
    let profile = merge(&fields(), &Profile::default(), &told).profile;
    assert_eq!(profile.get("notes").unwrap().candidates().len(), 16);
}

#[test]
fn of_fields_a_business_changes_over_and_over_the_longest_unchanged_lose_their_history_and_then_go() {
    let mut profile = Profile::default();
    let mut gone = Vec::new();
    for round in 0..12_u8 {
        let fields = fields_of(&format!("r{round}"), 5, MAX_VALUE_CHARS, false);
        let all: Vec<Candidate> =
            fields.iter().flat_map(|spec| longest_history(&spec.name, "😀", 100 * i64::from(round))).collect();
        let merged = merge(&fields, &profile, &all);
        gone.extend(merged.verdicts.into_iter().filter(|verdict| verdict.reason == Reason::NoRoom));
        profile = merged.profile;
        assert!(bytes(&profile) <= MAX_PROFILE_BYTES, "{} bytes", bytes(&profile));
        assert!(fields.iter().all(|spec| profile.get(&spec.name).and_then(Field::value).is_some()));
    }
    let first = |round: u8| profile.get(&name(&format!("r{round}"), 0));
    assert_eq!(first(0), None);
    let told = gone.iter().find(|verdict| verdict.field == name("r0", 0)).unwrap();
    assert!(told.old.is_some() && told.new.is_none() && told.source == Source::Manual, "a value does not go untold");
    assert!(first(10).is_some_and(|field| field.value().is_some() && field.candidates().is_empty()));
    assert!(first(11).is_some_and(|field| !field.candidates().is_empty()));
    let all = fields_of("r11", MAX_FIELDS, MAX_VALUE_CHARS, true);
    let profile = fill(&all, &profile, "😀", 1000);
    assert!(bytes(&profile) <= MAX_PROFILE_BYTES);
    assert!(all.iter().all(|spec| profile.get(&spec.name).is_some_and(|field| field.source() == Source::Manual)));
}

/// Long enough for thirty fields to have no room for it in every script.
const LONG: usize = 400;

/// Long and short values of any source; many fields, so that there is little room.
fn hostile() -> impl Strategy<Value = Candidate> {
    let length = prop::sample::select(vec![1_usize, 40, 150, LONG]);
    let unit = prop::sample::select(vec!["x", "ש", "😀", "\"", "\\", "a, "]);
    let value = prop_oneof![8 => (0..4_u8, unit, length).prop_map(Some), 1 => Just(None)];
    let source = prop::sample::select(vec![Source::AiExtraction, Source::Import, Source::Customer, Source::Manual]);
    let confidence = prop::sample::select(vec![Confidence::Low, Confidence::Medium, Confidence::High]);
    let text = |(n, unit, length): (u8, &str, usize)| -> String {
        format!("{n}{}", unit.repeat(length)).chars().take(LONG).collect()
    };
    let what = (value, prop::bool::weighted(0.2));
    (what, source, confidence, 0..40_i64, 0..2_u32).prop_map(
        move |((value, takes_back), source, confidence, at, position)| Candidate {
            field: name("f", 0),
            value: value.filter(|_| !takes_back).map(text),
            taken_back: value.filter(|_| takes_back && source == Source::AiExtraction).map(text),
            source,
            confidence,
            at: minute(at),
            session: SessionId::new(format!("session-{}", at % 5)),
            position,
            transcribed: false,
            valid_until: None,
        },
    )
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn long_candidates_in_any_order_once_or_twice_end_in_the_same_small_field(
        list in any::<bool>(),
        (given, arriving) in prop::collection::vec(hostile(), 1..24).prop_flat_map(|given| {
            let twice: Vec<Candidate> = given.iter().chain(given.iter().step_by(2)).cloned().collect();
            (Just(given), Just(twice).prop_shuffle())
        }),
        chunk in 1..6_usize,
    ) {
        let fields = fields_of("f", MAX_FIELDS, LONG, list);
        let at_once = merge(&fields, &Profile::default(), &given).profile;
        let profile = arriving.chunks(chunk).fold(Profile::default(), |profile, part| merge(&fields, &profile, part).profile);
        prop_assert!(bytes(&profile) <= MAX_PROFILE_BYTES / MAX_FIELDS, "{} bytes", bytes(&profile));
        prop_assert_eq!(profile, at_once);
    }
}
