use crate::support::*;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::Confidence::{High, Low, Medium};
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::reason::Reason;

#[test]
fn a_losing_candidate_stays_beside_the_field_with_its_reason() {
    let merged = merged(&[manual("Haifa", 0), ai("Eilat", Medium, "s1", 1), ai("Acre", Low, "s1", 2)]);
    let expected = [("Acre".to_owned(), Reason::ManualWins), ("Eilat".to_owned(), Reason::ManualWins)];
    assert_eq!(suggested(&merged.profile), expected);
}

#[test]
fn a_value_suggested_again_is_one_suggestion_with_its_newest_evidence() {
    let merged = merged(&[manual("Haifa", 0), ai("Eilat", Low, "s1", 1), ai("eilat", Medium, "s2", 2)]);
    let suggestions = city(&merged.profile).suggestions();
    assert_eq!(suggestions.len(), 1);
    assert_eq!(suggestions[0].at, minute(2));
    assert_eq!(suggestions[0].session.as_str(), "s2");
}

#[test]
fn accepting_a_suggestion_is_a_persons_edit_and_ends_it() {
    let merged = merged(&[manual("Haifa", 0), ai("Eilat", Medium, "s1", 1), manual("Eilat", 2)]);
    assert_eq!(city(&merged.profile).value(), Some("Eilat"));
    assert!(city(&merged.profile).suggestions().is_empty());
}

#[test]
fn a_dismissed_suggestion_returns_only_with_newer_evidence() {
    let suggesting = merged(&[manual("Haifa", 0), ai("Eilat", Medium, "s1", 5)]).profile;
    let dismissed = dismiss(&fields(), &suggesting, "city", "eilat").unwrap();
    assert!(city(&dismissed).suggestions().is_empty());
    assert_eq!(city(&dismissed).value(), Some("Haifa"));

    let older = merge(&fields(), &dismissed, &[ai("Eilat", High, "s0", 4)]);
    assert!(city(&older.profile).suggestions().is_empty());
    assert_eq!((last(&older).accepted, last(&older).reason), (false, Reason::Dismissed));

    let newer = merge(&fields(), &older.profile, &[ai("Eilat", Low, "s2", 6)]);
    assert_eq!(suggested(&newer.profile), [("Eilat".to_owned(), Reason::ManualWins)]);
}

#[test]
fn a_dismissal_holds_whether_the_old_evidence_comes_before_or_after_it() {
    let start = merged(&[manual("Haifa", 0), ai("Eilat", Medium, "s1", 5)]).profile;
    let late = [ai("Eilat", High, "s0", 4)];
    let before = dismiss(&fields(), &merge(&fields(), &start, &late).profile, "city", "Eilat").unwrap();
    let after = merge(&fields(), &dismiss(&fields(), &start, "city", "Eilat").unwrap(), &late).profile;
    assert_eq!(before.to_public_json(), after.to_public_json());
}

#[test]
fn dismissed_evidence_does_not_count_as_the_first_of_two_sessions() {
    let start = merged(&[ai("Haifa", High, "s1", 0), ai("Eilat", Low, "s2", 1)]).profile;
    let dismissed = dismiss(&fields(), &start, "city", "Eilat").unwrap();
    let again = merge(&fields(), &dismissed, &[ai("Eilat", Low, "s3", 2)]).profile;
    assert_eq!(city(&again).value(), Some("Haifa"));
    assert_eq!(suggested(&again), [("Eilat".to_owned(), Reason::LowerConfidence)]);
    let twice = merge(&fields(), &again, &[ai("Eilat", Low, "s4", 3)]).profile;
    assert_eq!(city(&twice).value(), Some("Eilat"));
}

#[test]
fn late_but_old_evidence_does_not_bring_a_dismissed_value_back_however_sure_it_is() {
    let start = merged(&[ai("Haifa", Medium, "s1", 0), ai("Eilat", Low, "s3", 5)]).profile;
    let dismissed = dismiss(&fields(), &start, "city", "Eilat").unwrap();
    for late in [ai("Eilat", High, "s2", 4), ai("Eilat", Low, "s2", 4), ai("Eilat", High, "s2", 5)] {
        let after = merge(&fields(), &dismissed, &[late]);
        assert_eq!(city(&after.profile).value(), Some("Haifa"));
        assert!(city(&after.profile).suggestions().is_empty());
        assert_eq!((last(&after).accepted, last(&after).reason), (false, Reason::Dismissed));
    }
    let newer = merge(&fields(), &dismissed, &[ai("Eilat", High, "s4", 6)]);
    assert_eq!(city(&newer.profile).value(), Some("Eilat"));
}

#[test]
fn a_dismissal_leaves_the_value_and_the_previous_value_alone() {
    let corrected = [ai("Eilat", High, "s1", 0), manual("Haifa", 1), ai("Eilat", High, "s2", 2)];
    let dismissed = dismiss(&fields(), &merged(&corrected).profile, "city", "Eilat").unwrap();
    assert_eq!((city(&dismissed).value(), city(&dismissed).previous_value()), (Some("Haifa"), Some("Eilat")));

    // Eilat once unseated Haifa, and Acre could only unseat Eilat.
    let told = [
        ai("Haifa", High, "s1", 0),
        ai("Eilat", Low, "s2", 1),
        ai("Eilat", Low, "s3", 2),
        ai("Acre", Medium, "s4", 3),
        ai("Eilat", Low, "s5", 4),
    ];
    let dismissed = dismiss(&fields(), &merged(&told).profile, "city", "Eilat").unwrap();
    assert_eq!((city(&dismissed).value(), city(&dismissed).previous_value()), (Some("Acre"), Some("Eilat")));
}

#[test]
fn a_guess_dismissed_twice_does_not_count_as_said_in_two_sessions() {
    let guess = |session, at| ai("Haifa", Low, session, at);
    let mut profile = Profile::default();
    for (session, at) in [("s0", 0), ("s1", 1), ("s2", 2)] {
        profile = merge(&fields(), &profile, &[guess(session, at)]).profile;
        assert_eq!((city(&profile).value(), suggested(&profile).len()), (None, 1), "{session}");
        profile = dismiss(&fields(), &profile, "city", "Haifa").unwrap();
        assert_eq!((city(&profile).value(), suggested(&profile).len()), (None, 0), "{session}");
    }
}

#[test]
fn what_the_customer_took_back_is_suggested_to_who_entered_it() {
    let taken_back = |at| Candidate { value: None, ..ai("", High, "s1", at) };
    let told = merged(&[manual("Haifa", 0), taken_back(1)]);
    assert_eq!((city(&told.profile).value(), last(&told).reason), (Some("Haifa"), Reason::ManualWins));
    assert_eq!(suggested(&told.profile), [("-".to_owned(), Reason::ManualWins)]);
    let public = told.profile.to_public_json();
    assert_eq!(public["city"]["suggestions"][0]["value"], serde_json::Value::Null);
    // No to it holds until the customer says it again.
    let no = dismissed(&fields(), &told.profile, "city", None).unwrap();
    assert_eq!((city(&no.profile).value(), suggested(&no.profile).len()), (Some("Haifa"), 0));
    assert_eq!((no.verdicts[0].new.as_deref(), no.verdicts[0].reason), (None, Reason::Dismissed));
    assert_eq!(suggested(&merge(&fields(), &no.profile, &[taken_back(1)]).profile), []);
    assert_eq!(suggested(&merge(&fields(), &no.profile, &[taken_back(2)]).profile).len(), 1);
    assert_eq!(dismissed(&fields(), &no.profile, "city", None), None);
    // Yes to it is a person's deletion; another value settles it too.
    for settled in [deletion(3), manual("Acre", 3)] {
        assert_eq!(suggested(&merge(&fields(), &told.profile, &[settled]).profile), []);
    }
}

#[test]
fn only_what_is_suggested_can_be_dismissed() {
    let profile = merged(&[manual("Haifa", 0)]).profile;
    assert_eq!(dismiss(&fields(), &profile, "city", "Haifa"), None);
    assert_eq!(dismiss(&fields(), &profile, "name", "Dana"), None);
    assert_eq!(dismiss(&fields(), &profile, "shoe_size", "43"), None);
}

#[test]
fn staff_see_suggestions_but_not_candidates() {
    let profile = merged(&[manual("Haifa", 0), ai("Eilat", Medium, "s1", 1)]).profile;
    let shown = dismiss(&fields(), &profile, "city", "Eilat").unwrap().to_public_json();
    assert!(shown["city"].get("suggestions").is_none());
    assert_eq!(profile.to_public_json()["city"]["suggestions"][0]["reason"], "manual_wins");
    for hidden in ["candidates", "dismissals"] {
        assert!(profile.to_public_json()["city"].get(hidden).is_none());
        assert!(shown["city"].get(hidden).is_none());
    }
}
