use crate::support::*;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::Confidence::{High, Low, Medium};
use zikaron_memory::profile::Source::{AiExtraction, Customer, Import, Manual};
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;

#[test]
fn the_first_value_of_a_field_is_taken() {
    let merged = merged(&[ai("חיפה", Medium, "s1", 0)]);
    let field = city(&merged.profile);
    assert_eq!((field.value(), field.source(), field.confidence()), (Some("חיפה"), AiExtraction, Medium));
    assert_eq!(field.updated_at(), minute(0));
    assert_eq!((last(&merged).accepted, last(&merged).reason), (true, Reason::New));
    assert_eq!((last(&merged).old.as_deref(), last(&merged).new.as_deref()), (None, Some("חיפה")));
}

#[test]
fn equal_values_are_one_value_and_the_higher_confidence_stands() {
    for (one, other) in [
        ("Tel Aviv", "tel-aviv"),
        ("תל אביב", "תל־אביב"),
        ("תל אביב", "תֵּל אָבִיב"),
        ("תל אביב יפו", "תל אביב-יפו."),
        ("רון", "רונ"),
        ("ג'ורג׳", "ג׳ורג'"),
        ("צה״ל", "צה\"ל"),
        ("+972 50-123-4567", "050 1234567"),
        ("1,500 ₪", "1500₪"),
        ("ﬁne", "FINE"),
        ("1500.00", "1,500"),
        ("050-555-0000", "٠٥٠٥٥٥٠٠٠٠"),
        ("00972-50-5550000", "+972 (0)50 555 0000"),
        ("أحمد", "احمد"),
    ] {
        let merged = merged(&[ai(one, Medium, "s1", 0), ai(other, High, "s2", 1)]);
        let field = city(&merged.profile);
        assert_eq!((field.value(), field.confidence()), (Some(one), High), "{one} = {other}");
        assert_eq!(field.previous_value(), None);
        assert_eq!(last(&merged).reason, Reason::SameValue);
    }
}

#[test]
fn different_values_are_not_taken_for_equal() {
    for (one, other) in [
        ("1.5", "15"),
        ("10-12", "1012"),
        ("C", "C++"),
        ("👍", "👎"),
        ("Dan", "Dana"),
        ("050-1234567", "050-1234568"),
        ("1234567.5", "12345675"),
        ("1500.5", "1500"),
    ] {
        assert_eq!(value(&[ai(one, Medium, "s1", 0), ai(other, Medium, "s2", 1)]).as_deref(), Some(other));
    }
}

#[test]
fn an_equal_value_never_lowers_the_confidence() {
    let merged = merged(&[ai("Haifa", High, "s1", 0), ai("haifa", Low, "s2", 1)]);
    assert_eq!(city(&merged.profile).confidence(), High);
    assert_eq!(city(&merged.profile).updated_at(), minute(0));
}

#[test]
fn a_stronger_source_takes_an_equal_value_over_with_its_spelling() {
    let merged = merged(&[ai("haifa", High, "s1", 0), manual("Haifa", 1)]);
    let field = city(&merged.profile);
    assert_eq!((field.value(), field.source(), field.confidence()), (Some("Haifa"), Manual, High));
    assert_eq!((last(&merged).accepted, last(&merged).reason), (true, Reason::SameValue));
}

#[test]
fn a_person_can_correct_the_spelling_of_what_a_person_wrote() {
    assert_eq!(value(&[manual("tel aviv", 0), manual("Tel Aviv", 1)]).as_deref(), Some("Tel Aviv"));
}

#[test]
fn a_less_sure_person_does_not_respell_what_a_surer_one_wrote() {
    let unsure = from(Manual, "haifa", Medium, "s2", 1);
    assert_eq!(value(&[manual("Haifa", 0), unsure.clone()]).as_deref(), Some("Haifa"));
    assert_eq!(value(&[unsure, manual("Haifa", 2)]).as_deref(), Some("Haifa"));
}

#[test]
fn a_stronger_source_always_wins_and_a_weaker_one_never_overwrites() {
    let sources = [AiExtraction, Import, Customer, Manual];
    for (rank, weaker) in sources.into_iter().enumerate() {
        for stronger in sources.into_iter().skip(rank + 1) {
            let weak_first = [from(weaker, "Eilat", High, "s1", 0), from(stronger, "Haifa", Low, "s2", 1)];
            assert_eq!(value(&weak_first).as_deref(), Some("Haifa"), "{stronger:?} over {weaker:?}");
            assert_eq!(verdict(&weak_first), (true, Reason::StrongerSource));

            let strong_first = [from(stronger, "Haifa", Low, "s1", 0), from(weaker, "Eilat", High, "s2", 1)];
            assert_eq!(value(&strong_first).as_deref(), Some("Haifa"), "{weaker:?} against {stronger:?}");
            let reason = if stronger == Manual { Reason::ManualWins } else { Reason::WeakerSource };
            assert_eq!(verdict(&strong_first), (false, reason));
        }
    }
}

#[test]
fn of_one_source_a_later_value_of_equal_or_higher_confidence_wins_and_a_lower_one_loses() {
    for source in [AiExtraction, Import, Customer, Manual] {
        for held in [Low, Medium, High] {
            for offered in [Low, Medium, High] {
                let both = [from(source, "Eilat", held, "s1", 0), from(source, "Haifa", offered, "s2", 1)];
                // A guess of the AI's does not fill the field in the first place.
                if (source, held) == (AiExtraction, Low) {
                    continue;
                }
                let wins = offered >= held;
                let reason = if wins { Reason::Newer } else { Reason::LowerConfidence };
                assert_eq!(verdict(&both), (wins, reason), "{source:?}: {offered:?} after {held:?}");
            }
        }
    }
}

#[test]
fn the_old_value_moves_to_previous_value() {
    let merged = merged(&[ai("Eilat", Medium, "s1", 0), ai("Haifa", High, "s2", 1)]);
    assert_eq!(city(&merged.profile).previous_value(), Some("Eilat"));
    assert_eq!(last(&merged).old.as_deref(), Some("Eilat"));
}

#[test]
fn a_lower_ai_value_wins_once_a_second_session_repeats_it() {
    let standing = ai("Eilat", High, "s1", 0);
    let once = ai("Haifa", Low, "s2", 1);
    let same_session = [standing.clone(), once.clone(), ai("Haifa", Low, "s2", 2)];
    assert_eq!(value(&same_session).as_deref(), Some("Eilat"));

    let merged = merged(&[standing, once, ai("haifa", Low, "s3", 2)]);
    let field = city(&merged.profile);
    assert_eq!((field.value(), field.confidence(), field.previous_value()), (Some("haifa"), Low, Some("Eilat")));
    assert_eq!((last(&merged).accepted, last(&merged).reason), (true, Reason::Corroborated));
    assert!(field.suggestions().is_empty(), "what stands is no suggestion");
}

#[test]
fn a_repetition_counts_only_if_it_is_later_than_the_latest_evidence_of_what_stands() {
    let told = [ai("Eilat", High, "s1", 0), ai("Haifa", Low, "s2", 1)];
    let confirmed_at_the_same_time = [ai("eilat", Low, "s0", 2), ai("Haifa", Low, "s3", 2)];
    let all: Vec<Candidate> = told.iter().cloned().chain(confirmed_at_the_same_time).collect();
    assert_eq!(value(&all).as_deref(), Some("Eilat"));
    let later: Vec<Candidate> = all.into_iter().chain([ai("Haifa", Low, "s4", 3)]).collect();
    assert_eq!(value(&later).as_deref(), Some("Haifa"));
}

#[test]
fn a_lower_value_of_another_source_is_not_corroborated() {
    for source in [Import, Customer, Manual] {
        let thrice = [
            from(source, "Eilat", High, "s1", 0),
            from(source, "Haifa", Low, "s2", 1),
            from(source, "Haifa", Low, "s3", 2),
        ];
        assert_eq!(value(&thrice).as_deref(), Some("Eilat"));
        let taken_over = [
            ai("Eilat", High, "s1", 0),
            ai("Haifa", Low, "s2", 1),
            from(source, "Eilat", High, "s3", 2),
            from(source, "Haifa", Low, "s4", 3),
        ];
        assert_eq!(value(&taken_over).as_deref(), Some("Eilat"));
    }
}

#[test]
fn no_number_of_sessions_makes_the_ai_overwrite_a_person() {
    let mut all = vec![manual("Haifa", 0)];
    all.extend((1..40).map(|n| ai("Eilat", High, &format!("s{n}"), n)));
    let merged = merged(&all);
    assert_eq!(city(&merged.profile).value(), Some("Haifa"));
    assert_eq!((last(&merged).accepted, last(&merged).reason), (false, Reason::ManualWins));
}

#[test]
fn the_ai_repeating_a_person_does_not_keep_that_person_from_changing_their_mind() {
    let first = from(Manual, "Haifa", Low, "e1", 0);
    let second = from(Manual, "Eilat", Medium, "e2", 2);
    let all = [first, ai("Haifa", High, "s1", 1), second];
    assert_eq!(value(&all).as_deref(), Some("Eilat"));
}

#[test]
fn a_deletion_by_a_person_stands_against_the_ai() {
    let merged = merged(&[ai("Haifa", High, "s1", 0), deletion(1), ai("Haifa", High, "s2", 2)]);
    let field = city(&merged.profile);
    assert_eq!((field.value(), field.source(), field.previous_value()), (None, Manual, Some("Haifa")));
    assert_eq!(suggested(&merged.profile), [("Haifa".to_owned(), Reason::ManualWins)]);
    let reasons: Vec<_> = merged.verdicts.iter().map(|v| (v.accepted, v.reason)).collect();
    assert_eq!(reasons, [(false, Reason::ManualWins), (true, Reason::Deleted), (false, Reason::ManualWins)]);
    assert!(merged.profile.is_empty());
}

#[test]
fn a_person_can_fill_a_deleted_field_again() {
    let merged = merged(&[manual("Eilat", 0), deletion(1), manual("Haifa", 2)]);
    assert_eq!(city(&merged.profile).value(), Some("Haifa"));
    assert_eq!(city(&merged.profile).previous_value(), Some("Eilat"));
}

#[test]
fn only_a_person_deletes_and_the_ai_takes_back_no_more_than_it_wrote() {
    let retracted = Candidate { value: None, ..ai("", High, "s1", 1) };
    let after = |before: Candidate| merged(&[before, retracted.clone()]);
    let own = after(ai("Haifa", High, "s0", 0));
    assert_eq!((city(&own.profile).value(), last(&own).reason), (None, Reason::Deleted));
    assert_eq!(city(&own.profile).previous_value(), Some("Haifa"));
    assert_eq!(city(&after(manual("Haifa", 0)).profile).value(), Some("Haifa"));
    let again = merged(&[ai("Haifa", High, "s0", 0), retracted, ai("Acre", Medium, "s2", 2)]);
    assert_eq!(city(&again.profile).value(), Some("Acre"), "what was taken back is no rival");
    for source in [Import, Customer] {
        let nothing = Candidate { value: None, ..from(source, "", High, "s1", 1) };
        let merged = merged(&[ai("Haifa", Medium, "s0", 0), nothing]);
        assert_eq!(city(&merged.profile).value(), Some("Haifa"));
        assert_eq!((last(&merged).accepted, last(&merged).reason), (false, Reason::Empty));
    }
}

#[test]
fn a_guess_fills_no_empty_field_of_a_kind_that_must_be_right_until_it_is_said_again_elsewhere() {
    let guess = |value, session, at| ai(value, Low, session, at);
    let waits = [guess("Haifa", "s1", 0), guess("Eilat", "s1", 1), guess("Haifa", "s1", 2)];
    let merged = merged(&waits);
    assert_eq!((city(&merged.profile).value(), merged.profile.is_empty()), (None, true));
    let waiting = [("Haifa".to_owned(), Reason::LowerConfidence), ("Eilat".to_owned(), Reason::LowerConfidence)];
    assert_eq!(suggested(&merged.profile), waiting);
    assert!(merged.verdicts.iter().all(|verdict| verdict.reason == Reason::LowerConfidence));
    for (next, reason, stands) in [
        (guess("Eilat", "s2", 3), Reason::Corroborated, "Eilat"),
        (ai("Acre", Medium, "s1", 3), Reason::New, "Acre"),
        (from(Import, "Acre", Low, "s1", 3), Reason::New, "Acre"),
    ] {
        let both = [waits.as_slice(), &[next]].concat();
        assert_eq!((value(&both).as_deref(), verdict(&both)), (Some(stands), (true, reason)));
    }
    // What the customer took back is empty again, and no easier to fill.
    let retracted = Candidate { value: None, ..ai("", High, "s1", 1) };
    let anew = [ai("Haifa", High, "s0", 0), retracted, guess("Acre", "s2", 2)];
    assert_eq!((value(&anew), verdict(&anew)), (None, (false, Reason::LowerConfidence)));
    assert_eq!(value(&[anew.as_slice(), &[guess("Acre", "s3", 3)]].concat()).as_deref(), Some("Acre"));
    // A dismissed guess leaves nothing behind.
    let dismissed = dismissed(&fields(), &merged.profile, "city", "Haifa").unwrap().profile;
    assert_eq!(suggested(&dismissed), [("Eilat".to_owned(), Reason::LowerConfidence)]);
    // What must be right, and what may be a guess: a wish, a habit, a remark.
    use zikaron_memory::field::{FieldList, Kind};
    for (kind, stands) in [
        (Kind::Name, None),
        (Kind::Place, None),
        (Kind::Phone, None),
        (Kind::Date, None),
        (Kind::Number, Some("x")),
        (Kind::Choice, Some("x")),
        (Kind::Text, Some("x")),
        (Kind::Interest, Some("x")),
    ] {
        let mut spec = fields().get("city").unwrap().clone();
        spec.kind = Some(kind);
        let fields = FieldList::new(vec![spec]).unwrap();
        let merged = merge(&fields, &Profile::default(), &[guess("x", "s1", 0)]);
        assert_eq!(city(&merged.profile).value(), stands, "{kind:?}");
    }
}

#[test]
fn what_was_said_earlier_but_arrives_later_does_not_win() {
    let first = merged(&[ai("Haifa", Medium, "s2", 5)]);
    let late = merge(&fields(), &first.profile, &[ai("Eilat", Medium, "s1", 1)]);
    assert_eq!(city(&late.profile).value(), Some("Haifa"));
    assert_eq!((last(&late).accepted, last(&late).reason), (false, Reason::Older));
    assert_eq!(last(&late).old.as_deref(), Some("Haifa"));
}

#[test]
fn within_one_second_the_position_in_the_session_decides() {
    let first = Candidate { position: 7, ..ai("Haifa", High, "s1", 0) };
    let then = Candidate { position: 10, ..ai("Eilat", High, "s1", 0) };
    assert_eq!(value(&[then, first]).as_deref(), Some("Eilat"));
}

#[test]
fn a_candidate_merged_twice_changes_nothing_the_second_time() {
    let candidates = [ai("Eilat", High, "s1", 0), ai("Haifa", Low, "s2", 1)];
    let once = merged(&candidates);
    let twice = merge(&fields(), &once.profile, &candidates);
    assert_eq!(twice.profile, once.profile);
    assert!(twice.verdicts.iter().all(|v| !v.accepted && v.reason == Reason::Repeated));
}

#[test]
fn sixteen_candidates_are_kept_and_a_persons_is_never_pushed_out() {
    let mut all = vec![manual("Haifa", 0)];
    all.extend((1..=30).map(|n| ai(&format!("Town {n}"), Medium, &format!("s{n}"), n)));
    let merged = merged(&all);
    let kept = city(&merged.profile).candidates();
    assert_eq!(kept.len(), 16);
    assert_eq!(kept.first().and_then(|c| c.value.as_deref()), Some("Haifa"));
    assert_eq!(kept.last().and_then(|c| c.value.as_deref()), Some("Town 30"));
    assert_eq!(city(&merged.profile).value(), Some("Haifa"));
}

#[test]
fn sixteen_guesses_do_not_push_out_what_was_certain() {
    let mut all = vec![ai("Haifa", High, "s0", 0)];
    all.extend((1..=30).map(|n| ai(&format!("Town {n}"), Low, &format!("s{n}"), n)));
    assert_eq!(value(&all).as_deref(), Some("Haifa"));
}

#[test]
fn of_a_source_other_than_the_ai_the_surest_word_outlives_any_number_of_less_sure_ones() {
    for source in [Import, Customer, Manual] {
        let doubts = (1..40).map(|n| from(source, &format!("town {n}"), Medium, &format!("s{n}"), n));
        let told: Vec<_> = [from(source, "Haifa", High, "s0", 0)].into_iter().chain(doubts).collect();
        assert_eq!(value(&told).as_deref(), Some("Haifa"), "{source:?}");
    }
}

#[test]
fn every_candidate_has_its_verdict_in_the_order_given() {
    let unknown = Candidate { field: "shoe_size".to_owned(), ..ai("43", High, "s1", 0) };
    let name = Candidate { field: "name".to_owned(), ..ai("Dana", High, "s1", 0) };
    let given = [ai("Haifa", High, "s1", 0), unknown, name, ai(" \u{200F} ", High, "s1", 0)];
    let merged = merged(&given);
    let told: Vec<_> = merged.verdicts.iter().map(|v| (v.field.as_str(), v.reason)).collect();
    let expected =
        [("city", Reason::New), ("shoe_size", Reason::UnknownField), ("name", Reason::New), ("city", Reason::Empty)];
    assert_eq!(told, expected);
    assert!(merged.profile.get("shoe_size").is_none());
}

#[test]
fn a_profile_written_without_candidates_is_merged_as_it_stands() {
    let text = r#"{"city": {"value": "חיפה", "source": "manual", "confidence": "high", "updated_at": "2024-01-15T10:00:00Z"}}"#;
    let profile: Profile = serde_json::from_str(text).unwrap();
    let merged = merge(&fields(), &profile, &[ai("אילת", High, "s1", 5)]);
    assert_eq!(city(&merged.profile).value(), Some("חיפה"));
    assert_eq!(suggested(&merged.profile), [("אילת".to_owned(), Reason::ManualWins)]);
}

#[test]
fn fields_the_business_no_longer_has_stay_as_they_are() {
    let before = merged(&[ai("Haifa", High, "s1", 0)]).profile;
    let after = merge(&list_field(50), &before, &[Candidate { field: "name".into(), ..manual("Dana", 1) }]);
    assert_eq!(after.profile, before);
    assert_eq!(last(&after).reason, Reason::UnknownField);
}

#[test]
fn the_shape_is_that_of_the_specification() {
    let name = |value: &str, at| Candidate { field: "name".to_owned(), ..manual(value, at) };
    let wishes = |value: &str, at| Candidate {
        field: "preferences".to_owned(),
        session: SessionId::new("s1"),
        ..ai(value, Low, "s1", at)
    };
    let merged = merged(&[
        name("יוסי כהן", 0),
        wishes("אחר הצהריים", 10),
        wishes("בוקר מוקדם, בימי שלישי", 15),
        Candidate { field: "name".to_owned(), ..ai("יוסף", High, "s1", 20) },
    ]);
    insta::assert_json_snapshot!(merged.profile.to_public_json(), @r#"
    {
      "name": {
        "confidence": "high",
        "source": "manual",
        "suggestions": [
          {
            "at": "2024-01-15T10:20:00Z",
            "confidence": "high",
            "reason": "manual_wins",
            "session": "s1",
            "source": "ai_extraction",
            "value": "יוסף"
          }
        ],
        "updated_at": "2024-01-15T10:00:00Z",
        "value": "יוסי כהן"
      },
      "preferences": {
        "confidence": "low",
        "previous_value": "אחר הצהריים",
        "source": "ai_extraction",
        "updated_at": "2024-01-15T10:15:00Z",
        "value": "בוקר מוקדם, בימי שלישי"
      }
    }
    "#);
    let stored = serde_json::to_string(&merged.profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), merged.profile);
}
