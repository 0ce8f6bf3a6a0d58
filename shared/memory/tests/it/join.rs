use crate::support::*;
use proptest::prelude::*;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::join::join;
use zikaron_memory::merge::merge;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Confidence, Field, Profile, Source, Suggestion};
use zikaron_memory::session::Channel;

fn holding(profile: Profile) -> LeadMemory {
    LeadMemory { customer_profile_json: profile, ..LeadMemory::default() }
}

fn of(fields: &FieldList, candidates: &[Candidate]) -> LeadMemory {
    holding(merge(fields, &Profile::default(), candidates).profile)
}

fn several(most: usize) -> impl Strategy<Value = Vec<Candidate>> {
    prop::collection::vec(candidate(), 0..most)
}

/// A memory as it may have come about: candidates, a suggestion dismissed, a summary, notes.
fn memory(fields: &FieldList, candidates: &[Candidate], dismissed: bool, notes: &[i64]) -> LeadMemory {
    let mut memory = of(fields, candidates);
    let suggestion = |field: &Field| field.suggestions().first().and_then(|suggestion| suggestion.value.clone());
    if dismissed && let Some(value) = memory.customer_profile_json.get("city").and_then(suggestion) {
        memory.customer_profile_json = dismiss(fields, &memory.customer_profile_json, "city", value.as_str()).unwrap();
    }
    for at in notes {
        let text = format!("note of {at}");
        memory.take_summary(text.clone(), minute(*at), minute(at + 1), Channel::Call);
        memory.add_note(Note { id: format!("n{at}"), kind: NoteKind::Note, text, at: minute(*at) });
    }
    memory
}

fn document() -> impl Strategy<Value = (Vec<Candidate>, bool, Vec<i64>)> {
    (several(30), any::<bool>(), prop::collection::vec(0..30_i64, 0..8))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn two_joined_leads_know_what_one_would_that_had_heard_it_all(
        fields in either_kind(),
        (one, other) in (several(40), several(40)),
    ) {
        let all: Vec<_> = one.iter().chain(&other).cloned().collect();
        let (joined, _) = join(&fields, &of(&fields, &one), &of(&fields, &other));
        prop_assert_eq!(joined, of(&fields, &all));
    }

    #[test]
    fn whichever_is_named_first_and_however_often_the_joined_memory_is_the_same(
        fields in either_kind(),
        (one, other) in (document(), document()),
    ) {
        let [one, other] = [one, other].map(|(candidates, no, notes)| memory(&fields, &candidates, no, &notes));
        let (joined, _) = join(&fields, &one, &other);
        prop_assert_eq!(&join(&fields, &other, &one).0, &joined);
        for part in [&one, &other, &joined] {
            prop_assert_eq!(&join(&fields, &joined, part).0, &joined);
        }
        prop_assert_eq!(join(&fields, &one, &LeadMemory::default()).0, one);
    }

    #[test]
    fn what_a_person_entered_in_either_stands_after_the_join(
        fields in either_kind(),
        (one, other) in (several(9), several(9)),
    ) {
        let manual: Vec<_> = one.iter().chain(&other).filter(|c| c.source == Source::Manual).cloned().collect();
        let (joined, _) = join(&fields, &of(&fields, &one), &of(&fields, &other));
        if !manual.is_empty() {
            let by_people = of(&fields, &manual).customer_profile_json;
            let joined = joined.customer_profile_json;
            prop_assert_eq!(city(&joined).value(), city(&by_people).value());
            prop_assert_eq!(city(&joined).source(), Source::Manual);
        }
    }

    #[test]
    fn what_was_dismissed_in_either_does_not_come_back_by_the_join(
        (one, other) in (several(20), several(20)),
    ) {
        let fields = fields();
        let mine = of(&fields, &one);
        let suggestion = mine.customer_profile_json.get("city").and_then(|field| field.suggestions().first().cloned());
        let Some(suggestion) = suggestion else { return Ok(()) };
        let other: Vec<_> = other.into_iter().filter(|c| c.at <= suggestion.at).collect();
        let said_no = holding(dismiss(&fields, &mine.customer_profile_json, "city", suggestion.value.as_deref()).unwrap());
        let (joined, _) = join(&fields, &said_no, &of(&fields, &other));
        let field = city(&joined.customer_profile_json).clone();
        let said = |s: &Suggestion| (plain(s.value.as_deref()), s.taken_back.clone());
        prop_assert!(field.suggestions().iter().all(|s| said(s) != said(&suggestion)));
    }
}

#[test]
fn the_summary_of_the_later_conversation_and_the_newest_notes_of_both_stay() {
    let of = |hours: &[i64]| memory(&fields(), &[], false, hours);
    let (joined, verdicts) = join(&fields(), &of(&[1, 5, 9]), &of(&[2, 4, 8, 11]));
    assert_eq!(joined.last_summary.as_deref(), Some("note of 11"));
    assert_eq!((joined.summary_session_ended_at, joined.summary_channel), (Some(minute(11)), Some(Channel::Call)));
    let notes: Vec<_> = joined.notes.iter().map(|note| note.id.as_str()).collect();
    assert_eq!(notes, ["n11", "n9", "n8", "n5", "n4"]);
    assert_eq!(verdicts, []);
}

#[test]
fn every_value_the_other_brings_is_told_with_what_it_replaced_or_why_it_lost() {
    let fields = fields();
    let name = |value: &str, at| Candidate { field: "name".to_owned(), ..manual(value, at) };
    let one = of(&fields, &[ai("Haifa", Confidence::High, "s1", 1), name("Dana", 9)]);
    let other = of(&fields, &[ai("Eilat", Confidence::High, "s2", 5), name("Dina", 3)]);
    let (joined, verdicts) = join(&fields, &one, &other);
    let told: Vec<_> = verdicts.iter().map(|v| (v.field.as_str(), v.old.as_deref(), v.accepted)).collect();
    assert_eq!(told, [("city", Some("Haifa"), true), ("name", Some("Dana"), false)]);
    assert_eq!(city(&joined.customer_profile_json).previous_value(), Some("Haifa"));
    let (_, brought) = join(&fields, &LeadMemory::default(), &other);
    assert!(brought.len() == 2 && brought.iter().all(|verdict| verdict.accepted), "{brought:?}");
}

#[test]
fn a_field_the_business_has_no_more_keeps_its_later_value() {
    let was = list_field(80);
    let (one, other) =
        (of(&was, &[ai("Haifa", Confidence::High, "s1", 1)]), of(&was, &[ai("Acre", Confidence::Medium, "s2", 5)]));
    let now = FieldList::new(fields().iter().filter(|spec| spec.name != "city").cloned().collect()).unwrap();
    for joined in [join(&now, &one, &other).0, join(&now, &other, &one).0] {
        assert_eq!(city(&joined.customer_profile_json).value(), Some("Acre"));
    }
}

#[test]
fn what_was_dismissed_of_two_lists_in_one_moment_is_the_same_whichever_is_named_first() {
    let fields = list_field(20);
    let refusing = |gone: &str| {
        let retraction =
            Candidate { value: None, taken_back: Some(gone.to_owned()), ..ai("", Confidence::Low, "s1", 4) };
        let told = of(&fields, &[manual("Haifa, Acre", 0), retraction]);
        let waits = city(&told.customer_profile_json).suggestions()[0].clone();
        holding(dismiss(&fields, &told.customer_profile_json, "city", waits.value.as_deref()).unwrap())
    };
    let (one, other) = (refusing("Haifa"), refusing("Acre"));
    assert_eq!(join(&fields, &one, &other).0, join(&fields, &other, &one).0);
}
