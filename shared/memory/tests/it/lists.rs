use crate::support::*;
use zikaron_memory::merge::{Merged, merge};
use zikaron_memory::profile::Confidence::{High, Low, Medium};
use zikaron_memory::profile::{Candidate, Profile};
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
