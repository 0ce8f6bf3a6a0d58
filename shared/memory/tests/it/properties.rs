use crate::support::*;
use proptest::prelude::*;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::evidence::{About, Extracted, Meant, Said, check};
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language::Hebrew;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source, Suggestion};
use zikaron_memory::render::block;
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

fn several(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(candidate(), 1..most)
}

/// The same candidates in another order, some of them twice.
fn reordered(candidates: Vec<Candidate>) -> impl Strategy<Value = (Vec<Candidate>, Vec<Candidate>)> {
    let repeated: Vec<Candidate> = candidates.iter().chain(candidates.iter().step_by(2)).cloned().collect();
    (Just(candidates), Just(repeated).prop_shuffle())
}

fn one_by_one(fields: &FieldList, candidates: &[Candidate], chunk: usize) -> Profile {
    candidates.chunks(chunk).fold(Profile::default(), |profile, part| merge(fields, &profile, part).profile)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_same_candidates_in_any_order_once_or_twice_end_in_the_same_profile(
        fields in either_kind(),
        (given, arriving) in several(17).prop_flat_map(reordered),
        chunk in 1..5_usize,
    ) {
        let at_once = merge(&fields, &Profile::default(), &given).profile;
        prop_assert_eq!(one_by_one(&fields, &arriving, chunk), at_once);
    }

    #[test]
    fn that_holds_beyond_the_bound_of_sixteen_too(
        fields in either_kind(),
        (given, arriving) in several(60).prop_flat_map(reordered),
        chunk in 1..9_usize,
    ) {
        let at_once = merge(&fields, &Profile::default(), &given).profile;
        prop_assert_eq!(one_by_one(&fields, &arriving, chunk), at_once);
    }

    #[test]
    fn what_a_person_entered_is_never_changed_by_anyone_else(
        fields in either_kind(),
        candidates in several(17),
    ) {
        let manual: Vec<Candidate> = candidates.iter().filter(|c| c.source == Source::Manual).cloned().collect();
        if manual.is_empty() {
            return Ok(());
        }
        let by_people = merge(&fields, &Profile::default(), &manual).profile;
        let by_all = merge(&fields, &Profile::default(), &candidates).profile;
        prop_assert_eq!(city(&by_all).value(), city(&by_people).value());
        prop_assert_eq!(city(&by_all).source(), Source::Manual);
    }

    #[test]
    fn what_a_person_entered_outlives_any_number_of_candidates(entered in candidate(), others in several(60)) {
        let entered = Candidate { source: Source::Manual, taken_back: None, ..entered };
        let others = others.into_iter().filter(|c| c.source != Source::Manual);
        let all: Vec<Candidate> = others.chain([entered.clone()]).collect();
        let profile = merge(&fields(), &Profile::default(), &all).profile;
        prop_assert_eq!(city(&profile).value(), entered.value.as_deref());
    }

    #[test]
    fn a_field_stays_small(candidates in several(60)) {
        let profile = merge(&fields(), &Profile::default(), &candidates).profile;
        if let Some(field) = profile.get("city") {
            prop_assert!(field.candidates().len() <= 16);
            prop_assert!(field.suggestions().len() <= 16);
        }
    }

    #[test]
    fn a_verdict_tells_whether_the_field_says_what_was_offered(candidates in several(17)) {
        let merged = merge(&fields(), &Profile::default(), &candidates);
        prop_assert_eq!(merged.verdicts.len(), candidates.len());
        let stands = |offered: &Option<String>| plain(offered.as_deref()) == plain(city(&merged.profile).value());
        for (verdict, candidate) in merged.verdicts.iter().zip(&candidates) {
            if candidate.taken_back.is_some() {
                // Tells what is left without it.
                continue;
            }
            prop_assert_eq!(&verdict.new, &candidate.value);
            prop_assert!(!verdict.accepted || stands(&verdict.new), "{:?}", verdict);
        }
    }

    #[test]
    fn dismissing_a_suggestion_never_changes_the_value(candidates in several(17)) {
        let profile = merge(&fields(), &Profile::default(), &candidates).profile;
        let Some(field) = profile.get("city") else { return Ok(()) };
        for suggestion in field.suggestions() {
            let after = dismiss(&fields(), &profile, "city", suggestion.value.as_deref()).unwrap();
            prop_assert_eq!(city(&after).value(), field.value());
            prop_assert_eq!(city(&after).suggestions().len(), field.suggestions().len() - 1);
        }
    }

    #[test]
    fn a_dismissed_value_returns_only_with_newer_evidence(
        fields in either_kind(),
        candidates in several(12),
        late in several(4),
    ) {
        let profile = merge(&fields, &Profile::default(), &candidates).profile;
        let suggestion = profile.get("city").and_then(|field| field.suggestions().first().cloned());
        let Some(suggestion) = suggestion else { return Ok(()) };
        let dismissed = dismiss(&fields, &profile, "city", suggestion.value.as_deref()).unwrap();
        let offered = suggestion.value.clone().filter(|_| suggestion.taken_back.is_none());
        let late: Vec<Candidate> = late
            .into_iter()
            .filter(|c| c.source != Source::Manual && c.at <= suggestion.at)
            .map(|c| Candidate { value: offered.clone(), taken_back: suggestion.taken_back.clone(), ..c })
            .collect();
        let after = merge(&fields, &dismissed, &late).profile;
        prop_assert_eq!(plain(city(&after).value()), plain(city(&dismissed).value()));
        let is_it = |s: &Suggestion| (&s.value, &s.taken_back) == (&suggestion.value, &suggestion.taken_back);
        prop_assert!(!city(&after).suggestions().iter().any(is_it));
    }

    #[test]
    fn any_text_is_kept_safe_and_cleaning_it_again_changes_nothing(text in "\\PC{0,60}|[<>b/\\[\\]()x#*_` -]{0,60}|.{0,60}") {
        let once = merged(&[ai(&text, Confidence::High, "s1", 0)]).profile;
        if let Some(kept) = once.get("city").and_then(|field| field.value()) {
            prop_assert!(kept.chars().count() <= 80);
            let reorders = |c: char| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
            let unsafe_characters = kept.chars().filter(|c| c.is_control() || reorders(*c)).count();
            prop_assert_eq!(unsafe_characters, 0);
            let again = value(&[ai(kept, Confidence::High, "s1", 0)]);
            prop_assert_eq!(again.as_deref(), Some(kept));
        }
    }

    #[test]
    fn nothing_becomes_a_candidate_without_a_quote_from_the_customer(
        texts in prop::collection::vec("[a-dא-ד .,?!]{0,30}", 1..4),
        value in "[a-dא-ד ]{1,8}",
        quote in "[a-dא-ד .]{0,8}",
        claimed in prop::option::of(confidence()),
        cap in confidence(),
    ) {
        let said: Vec<Said> = texts.iter().zip(0..).map(|(text, position)| {
            Said::new(text.as_str(), minute(i64::from(position)), position)
        }).collect();
        let claim = Extracted { field: "city".into(), value, line: None, quote: quote.clone(), span: None, about: Some(About::Customer), meant: Some(Meant::States), until: None, confidence: claimed };
        let checked = check(&fields(), &said, &SessionId::new("s"), std::slice::from_ref(&claim), cap, &Zone::default());
        let boasting = Extracted { confidence: Some(Confidence::High), ..claim.clone() };
        let silent = Extracted { confidence: None, ..claim };
        let come_to = |claim| check(&fields(), &said, &SessionId::new("s"), &[claim], cap, &Zone::default());
        prop_assert_eq!(come_to(boasting), come_to(silent), "a model that is sure of everything gains nothing");
        prop_assert_eq!(checked.candidates.len() + checked.dropped.len(), 1);
        for candidate in &checked.candidates {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            let message = said.iter().find(|said| said.position == candidate.position / 4096).unwrap();
            prop_assert!(letters(&message.text).contains(&letters(&quote)));
            prop_assert_eq!(candidate.at, message.at);
            prop_assert!(candidate.confidence <= cap && claimed.is_none_or(|claimed| candidate.confidence <= claimed));
        }
    }

    #[test]
    fn the_block_keeps_its_budget_and_its_shape_whatever_is_stored(text in ".{0,80}", budget in 0..600_usize) {
        let mut memory = LeadMemory { last_summary: Some(text.clone()), ..Default::default() };
        for (id, at) in [("a", 1), ("b", 2)] {
            memory.add_note(Note { id: id.into(), kind: NoteKind::Note, text: text.clone(), at: minute(at) });
        }
        if let Some(block) = block(&memory, &fields(), Hebrew, &Zone::default(), minute(9), budget) {
            prop_assert!(block.chars().count() <= budget);
            let flush = block.lines().filter(|line| !line.starts_with("  ") && !line.is_empty());
            prop_assert!(flush.clone().all(|line| line.starts_with(['🧠', '📝', '📚'])));
            prop_assert!(flush.count() <= 3);
        }
    }
}
