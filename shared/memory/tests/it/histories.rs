//! Histories: sessions, imports, edits and dismissals one after the other, and what holds after every one of them.

use crate::support::*;
use proptest::prelude::*;
use std::collections::BTreeSet;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Merged, merge};
use zikaron_memory::profile::{Candidate, Confidence, Field, MAX_PROFILE_BYTES, Profile, Source, Suggestion};
use zikaron_memory::session::SessionId;

/// One occasion on which the profile is written.
#[derive(Clone, Debug)]
enum Occasion {
    /// A conversation, a form or an import: what others than the business's people say.
    Told(Vec<Candidate>),
    /// A person enters or deletes.
    Edited(Candidate),
    /// A person dismisses a suggestion, if there is one.
    Dismissed(prop::sample::Index),
}

fn history() -> impl Strategy<Value = Vec<Occasion>> {
    let told = prop::collection::vec(candidate(), 1..5).prop_map(|told| {
        let others = told.into_iter().filter(|c| c.source != Source::Manual);
        Occasion::Told(others.collect())
    });
    let edited =
        candidate().prop_map(|c| Occasion::Edited(Candidate { source: Source::Manual, taken_back: None, ..c }));
    let dismissed = any::<prop::sample::Index>().prop_map(Occasion::Dismissed);
    prop::collection::vec(prop_oneof![5 => told, 1 => edited, 2 => dismissed], 1..10)
}

/// The AI alone, one remark after the other in any order of time: here values win and lose by what arrives late.
fn what_the_ai_heard() -> impl Strategy<Value = Vec<Occasion>> {
    let remark = candidate().prop_filter_map("a value", |c| {
        Some(Candidate { source: Source::AiExtraction, value: Some(c.value?), taken_back: None, ..c })
    });
    prop::collection::vec(remark.prop_map(|remark| Occasion::Told(vec![remark])), 4..12)
}

impl Occasion {
    fn candidates(&self) -> Vec<Candidate> {
        match self {
            Self::Told(told) => told.clone(),
            Self::Edited(edit) => vec![edit.clone()],
            Self::Dismissed(_) => Vec::new(),
        }
    }

    fn happen(&self, fields: &FieldList, profile: &Profile) -> Merged {
        let waiting = profile.get("city").map(Field::suggestions).unwrap_or_default();
        match self {
            Self::Dismissed(which) if !waiting.is_empty() => {
                let suggestion = &waiting[which.index(waiting.len())];
                dismissed(fields, profile, "city", suggestion.value.as_deref()).unwrap()
            }
            other => merge(fields, profile, &other.candidates()),
        }
    }
}

fn stands(profile: &Profile) -> Option<&str> {
    profile.get("city")?.value()
}

/// The items of a value, without what makes no difference.
fn items(value: Option<&str>, list: bool) -> BTreeSet<String> {
    let separators: &[char] = if list { &[',', ';'] } else { &[] };
    value.into_iter().flat_map(|value| value.split(separators)).filter_map(|item| plain(Some(item))).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_manual_value_never_changes_except_by_a_person(fields in either_kind(), history in history()) {
        let mut profile = Profile::default();
        for occasion in history {
            let after = occasion.happen(&fields, &profile).profile;
            if let (false, Some(held)) = (matches!(occasion, Occasion::Edited(_)), profile.get("city"))
                && held.source() == Source::Manual
            {
                prop_assert_eq!((stands(&after), city(&after).source()), (held.value(), Source::Manual));
            }
            profile = after;
        }
    }

    #[test]
    fn what_stands_was_really_said_by_its_source(list in any::<bool>(), history in history()) {
        let fields = if list { list_field(20) } else { fields() };
        let (mut profile, mut told) = (Profile::default(), Vec::new());
        for occasion in history {
            told.extend(occasion.candidates());
            profile = occasion.happen(&fields, &profile).profile;
            let Some(field) = profile.get("city") else { continue };
            let by = |source: Option<Source>| told.iter().filter(move |c| source.is_none_or(|source| c.source == source));
            let said = |value: Option<&str>, source| match value {
                // Deleted, or nothing but guesses.
                None => by(source).any(|c| c.value.is_none() || c.confidence == Confidence::Low),
                Some(_) => items(value, list)
                    .iter()
                    .all(|item| by(source).any(|c| items(c.value.as_deref(), list).contains(item))),
            };
            prop_assert!(said(field.value(), Some(field.source())), "{:?}", field);
            prop_assert!(by(None).any(|c| c.at == field.updated_at()), "{:?}", field);
            prop_assert!(by(None).any(|c| c.confidence == field.confidence()), "{:?}", field);
            prop_assert!(field.previous_value().is_none_or(|previous| said(Some(previous), None)), "{:?}", field);
            for suggestion in field.suggestions() {
                let takes_back = suggestion.taken_back.is_some();
                prop_assert!(takes_back || said(suggestion.value.as_deref(), Some(suggestion.source)), "{:?}", suggestion);
                // A person's shorter list would take items away, so it says something else.
                let says_more = !items(suggestion.value.as_deref(), list).is_subset(&items(field.value(), list));
                // What the customer took back says less.
                let says_less = (takes_back || suggestion.value.is_none()) && field.value().is_some();
                prop_assert!(says_more || says_less || suggestion.source == Source::Manual, "{:?}", suggestion);
            }
        }
    }

    #[test]
    fn nothing_disappears_without_a_change(
        list in any::<bool>(),
        history in prop_oneof![history(), what_the_ai_heard()],
    ) {
        let fields = if list { list_field(20) } else { fields() };
        let mut profile = Profile::default();
        for occasion in history {
            let Merged { profile: after, verdicts } = occasion.happen(&fields, &profile);
            prop_assert!(verdicts.len() >= occasion.candidates().len());
            let (before, now) = (items(stands(&profile), list), items(stands(&after), list));
            if before != now {
                let tells = verdicts.iter().any(|verdict| {
                    verdict.accepted
                        && (before.is_empty() || verdict.old.as_deref() == stands(&profile))
                        && items(verdict.new.as_deref(), list).is_subset(&now)
                });
                prop_assert!(tells, "{:?} became {:?}: {:?}", before, now, verdicts);
            }
            // A suggestion goes by standing, by a dismissal, or because its place among sixteen went to newer ones.
            for lost in profile.get("city").map(Field::suggestions).unwrap_or_default() {
                let meant = items(lost.value.as_deref(), list);
                let waits = city(&after).suggestions().iter().any(|s| items(s.value.as_deref(), list) == meant);
                prop_assert!(waits || !verdicts.is_empty(), "{:?} went untold", lost);
            }
            profile = after;
        }
    }

    #[test]
    fn a_dismissed_value_comes_back_by_nothing_but_a_person_or_newer_evidence_of_its_own(
        list in any::<bool>(),
        before in history(),
        after in prop::collection::vec(candidate(), 1..8),
    ) {
        let fields = if list { list_field(20) } else { fields() };
        let profile = before.iter().fold(Profile::default(), |profile, one| one.happen(&fields, &profile).profile);
        let suggestion = profile.get("city").and_then(|field| field.suggestions().first().cloned());
        let Some(suggestion) = suggestion else { return Ok(()) };
        let meant = items(suggestion.value.as_deref(), list);
        if meant.len() != 1 || suggestion.taken_back.is_some() {
            // The items of a list may come one by one; a retraction says nothing to come back.
            return Ok(());
        }
        let profile = dismiss(&fields, &profile, "city", suggestion.value.as_deref()).unwrap();
        let says_so = |c: &Candidate| items(c.value.as_deref(), list) == meant;
        let holds_it = |c: &Candidate| meant.is_subset(&items(c.value.as_deref(), list));
        let is_old = |c: &Candidate| c.at <= suggestion.at && c.source != Source::Manual;
        // A list that holds it beside other items is another value, which nobody dismissed.
        let old = after.into_iter().filter(|c| if holds_it(c) { says_so(c) && is_old(c) } else { true });
        let old: Vec<Candidate> = old.collect();
        let later = merge(&fields, &profile, &old).profile;
        let other_list = city(&later).candidates().iter().any(|c| holds_it(c) && !says_so(c));
        let alone = other_list || city(&later).candidates().iter().all(says_so);
        prop_assert!(alone || city(&later).source() == Source::Manual || !meant.is_subset(&items(stands(&later), list)));
        // What is left of a list without what was taken back may be the same words, and is another suggestion.
        let offers_it = |s: &Suggestion| s.taken_back.is_none() && items(s.value.as_deref(), list) == meant;
        prop_assert!(!city(&later).suggestions().iter().any(offers_it));
    }

    #[test]
    fn a_history_of_any_length_stays_within_the_bound(histories in prop::collection::vec(history(), 1..4)) {
        let all = histories.concat();
        let profile = all.iter().fold(Profile::default(), |profile, one| one.happen(&fields(), &profile).profile);
        let bytes = serde_json::to_string(&profile).unwrap().len();
        prop_assert!(bytes <= MAX_PROFILE_BYTES / 30, "{} bytes", bytes);
        prop_assert!(profile.iter().all(|(_, field)| field.candidates().len() <= 16));
    }
}

#[test]
fn a_dismissal_covers_what_says_the_same_and_waits_unseen_behind_a_list_that_holds_it() {
    let claim = |value: &str, source, at, session: &str| Candidate {
        field: "city".to_owned(),
        value: Some(value.to_owned()),
        source,
        confidence: if value == "Haifa" { Confidence::Low } else { Confidence::Medium },
        at: minute(at),
        session: SessionId::new(session),
        position: 0,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    };
    let (fields, mut profile) = (list_field(20), Profile::default());
    let told = [
        claim("Haifa", Source::Manual, 1, "b"),
        claim("Haifa, Acre", Source::Manual, 0, "a"),
        claim("Haifa", Source::AiExtraction, 4, "a"),
    ];
    for one in told {
        profile = merge(&fields, &profile, &[one]).profile;
    }
    profile = dismiss(&fields, &profile, "city", "Haifa").unwrap();
    profile = merge(&fields, &profile, &[claim("Eilat", Source::Manual, 1, "a")]).profile;
    assert_eq!((stands(&profile), city(&profile).suggestions().len()), (Some("Eilat"), 0));
}
