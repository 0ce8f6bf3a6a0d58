use crate::support::*;
use zikaron_memory::merge::{Merged, merge};
use zikaron_memory::profile::Confidence::{High, Low, Medium};
use zikaron_memory::profile::{Candidate, Confidence, Profile, Source};
use zikaron_memory::reason::Reason;

fn listed(candidates: &[Candidate]) -> Merged {
    merge(&list_field(40), &Profile::default(), candidates)
}

#[test]
fn what_wins_in_a_list_joins_the_distinct_items_of_its_own_source() {
    let merged = listed(&[ai("haircut, beard", Medium, "s1", 0), ai("Beard; colour", High, "s2", 1)]);
    let field = city(&merged.profile);
    assert_eq!(field.value(), Some("haircut, beard, colour"));
    assert_eq!(field.previous_value(), Some("haircut, beard"));
    assert_eq!(field.confidence(), Medium, "a list is as sure as its least sure item");
    assert_eq!(last(&merged).reason, Reason::Newer);
}

#[test]
fn items_that_stand_already_are_the_same_value() {
    let merged = listed(&[ai("haircut\nbeard", Medium, "s1", 0), ai("BEARD", Medium, "s2", 1)]);
    assert_eq!(city(&merged.profile).value(), Some("haircut, beard"));
    assert_eq!((last(&merged).accepted, last(&merged).reason), (true, Reason::SameValue));
}

#[test]
fn a_person_replaces_the_whole_list_and_the_ai_adds_nothing_to_it() {
    let merged = listed(&[
        ai("haircut, beard", High, "s1", 0),
        manual("beard", 1),
        ai("beard, colour", High, "s2", 2),
        ai("beard", High, "s3", 3),
    ]);
    assert_eq!(city(&merged.profile).value(), Some("beard"));
    assert_eq!(suggested(&merged.profile), [("beard, colour".to_owned(), Reason::ManualWins)]);
    assert_eq!(last(&merged).reason, Reason::SameValue);
}

#[test]
fn a_person_replaces_their_own_list_too() {
    assert_eq!(city(&listed(&[manual("haircut, beard", 0), manual("colour", 1)]).profile).value(), Some("colour"));
}

#[test]
fn an_unsure_item_waits_for_a_second_session_in_a_list_too() {
    let told = [ai("haircut", High, "s1", 0), ai("colour", Low, "s2", 1)];
    assert_eq!(city(&listed(&told).profile).value(), Some("haircut"));
    let again: Vec<Candidate> = told.into_iter().chain([ai("colour", Low, "s3", 2)]).collect();
    let merged = listed(&again);
    assert_eq!(city(&merged.profile).value(), Some("haircut, colour"));
    assert_eq!(city(&merged.profile).confidence(), Low);
}

#[test]
fn the_oldest_items_give_way_when_a_list_is_full() {
    let merged = listed(&[ai("first item here, second item", High, "s1", 0), ai("third item here", High, "s2", 1)]);
    assert_eq!(city(&merged.profile).value(), Some("second item, third item here"));
}

#[test]
fn a_dismissed_item_does_not_come_back_as_one_of_a_list_on_late_evidence() {
    let start = listed(&[ai("haircut", High, "s1", 0), ai("colour", Low, "s3", 5)]).profile;
    let dismissed = dismiss(&list_field(40), &start, "city", "colour").unwrap();
    let late = merge(&list_field(40), &dismissed, &[ai("colour", High, "s2", 4)]);
    assert_eq!(city(&late.profile).value(), Some("haircut"));
    assert_eq!(last(&late).reason, Reason::Dismissed);
}

#[test]
fn dismissing_what_the_ai_says_leaves_what_people_said_in_the_account() {
    let told = [manual("colour", 0), manual("beard", 1), ai("colour", High, "s1", 5)];
    let dismissed = dismiss(&list_field(40), &listed(&told).profile, "city", "colour").unwrap();
    assert_eq!((city(&dismissed).value(), city(&dismissed).previous_value()), (Some("beard"), Some("colour")));
}

/// What the customer took back of a list.
fn takes_back(gone: &str, confidence: Confidence, session: &str, at: i64) -> Candidate {
    Candidate { value: None, taken_back: Some(gone.to_owned()), ..ai("", confidence, session, at) }
}

#[test]
fn an_item_taken_back_leaves_what_the_ai_wrote_and_the_others_stay() {
    let told = [ai("dog, cat", High, "s1", 0), takes_back("Dog", High, "s2", 1)];
    let merged = listed(&told);
    let field = city(&merged.profile);
    assert_eq!((field.value(), field.previous_value()), (Some("cat"), Some("dog, cat")));
    assert_eq!((last(&merged).reason, last(&merged).new.as_deref()), (Reason::Deleted, Some("cat")));
    let again = merge(&list_field(40), &merged.profile, &[ai("dog", High, "s3", 2)]);
    assert_eq!(city(&again.profile).value(), Some("cat, dog"), "said again later it is back");
    let all = listed(&[told[0].clone(), takes_back("cat, dog, parrot", High, "s2", 1)]).profile;
    assert_eq!(city(&all).value(), None);
    let other = listed(&[told[0].clone(), takes_back("parrot", High, "s2", 1)]);
    assert_eq!((city(&other.profile).value(), last(&other).reason), (Some("dog, cat"), Reason::SameValue));
    let unsure = listed(&[told[0].clone(), takes_back("dog", Medium, "s2", 1)]);
    assert_eq!((city(&unsure.profile).value(), last(&unsure).reason), (Some("dog, cat"), Reason::LowerConfidence));
    assert_eq!(city(&unsure.profile).suggestions()[0].value.as_deref(), Some("cat"));
    let twice = merge(&list_field(40), &unsure.profile, &[takes_back("dog", Medium, "s3", 2)]).profile;
    assert_eq!((city(&twice).value(), city(&twice).suggestions().len()), (Some("cat"), 0), "a second session says so");
    let guessed =
        listed(&[ai("cat", High, "s1", 0), ai("dog", Low, "s2", 1), takes_back("dog", High, "s3", 2)]).profile;
    assert_eq!(city(&guessed).suggestions(), [], "nor is it guessed any more");
    let again = merge(&list_field(40), &guessed, &[ai("dog", Low, "s4", 3)]).profile;
    assert_eq!(city(&again).value(), Some("cat"), "a guess from before does not corroborate one from after");
    let doubted = [told[0].clone(), takes_back("dog", Low, "s2", 1), takes_back("dog", High, "s3", 2)];
    let back = merge(&list_field(40), &listed(&doubted).profile, &[ai("dog", High, "s4", 3)]).profile;
    assert_eq!(
        (city(&back).value(), city(&back).suggestions().len()),
        (Some("cat, dog"), 0),
        "what was doubted is settled"
    );
    let imported = Candidate { source: Source::Import, ..ai("dog", High, "s2", 1) };
    let waits = listed(&[manual("cat", 0), imported, takes_back("dog", High, "s3", 2)]).profile;
    assert_eq!(city(&waits).suggestions()[0].value.as_deref(), Some("dog"), "what others offer waits on");
}

#[test]
fn an_item_of_a_person_that_is_taken_back_is_a_suggestion_of_the_list_without_it() {
    let (fields, told) = (list_field(40), [manual("dog, cat", 0), takes_back("dog", High, "s2", 1)]);
    let merged = listed(&told);
    let field = city(&merged.profile);
    assert_eq!((field.value(), last(&merged).reason), (Some("dog, cat"), Reason::ManualWins));
    let suggestion = &field.suggestions()[0];
    assert_eq!((suggestion.value.as_deref(), suggestion.taken_back.as_deref()), (Some("cat"), Some("dog")));
    let refused = dismiss(&fields, &merged.profile, "city", "cat").unwrap();
    assert_eq!((city(&refused).value(), city(&refused).suggestions().len()), (Some("dog, cat"), 0));
    let late = merge(&fields, &refused, &[takes_back("dog", High, "s3", 1)]).profile;
    assert_eq!(city(&late).suggestions().len(), 0, "older evidence of it does not bring it back");
    let cat = merge(&fields, &refused, &[ai("cat, bird", High, "s4", 1)]).profile;
    assert_eq!(city(&cat).suggestions()[0].value.as_deref(), Some("cat, bird"), "and nobody said no to the cat");
    let newer = merge(&fields, &refused, &[takes_back("dog", High, "s5", 2)]).profile;
    assert_eq!(city(&newer).suggestions().len(), 1);
    let entered = merge(&fields, &merged.profile, &[manual("dog, cat, bird", 3)]).profile;
    assert_eq!(city(&entered).suggestions().len(), 0, "who enters the list anew has decided");
    let form = Candidate { source: Source::Customer, ..ai("dog, cat", High, "s1", 0) };
    let more = Candidate { source: Source::Customer, ..ai("bird", High, "s3", 3) };
    let grown = listed(&[form, takes_back("dog", High, "s2", 1), more]).profile;
    assert_eq!(city(&grown).suggestions()[0].value.as_deref(), Some("cat, bird"), "the list as it is now, without it");
}
