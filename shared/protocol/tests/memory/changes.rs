//! Every accepted or rejected change is in the log (docs/rules.md#b7), and what staff entered stands.

use crate::harness::{IDLE, MemoryHarness, claim};
use zikaron_memory::evidence::{Extracted, Meant};
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::profile::{Confidence, Source};
use zikaron_memory::reason::Reason;
use zikaron_memory::settings::Settings;

#[tokio::test]
async fn every_claim_of_a_digest_becomes_a_change_also_one_without_evidence() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שמי דנה ואני מחיפה").await;
    let patch = vec![
        claim("name", "דנה", "שמי דנה"),
        claim("city", "אילת", "אני מאילת"),
        claim("shoe_size_".repeat(30).as_str(), "43", "שמי דנה"),
    ];
    harness.at(IDLE).digest("נושא: היכרות", patch).await;
    let changes = harness.changes();
    let told: Vec<_> = changes.iter().map(|c| (c.field.as_str(), c.new.as_deref(), c.accepted, c.reason)).collect();
    assert_eq!(
        told,
        [
            ("name", Some("דנה"), true, Reason::New),
            ("city", Some("אילת"), false, Reason::NoEvidence),
            ("shoe_size_shoe_size_shoe_size_shoe_size_", Some("43"), false, Reason::UnknownField),
        ]
    );
    assert_eq!(harness.profile().get("city"), None);
}

#[tokio::test]
async fn a_model_that_repeats_itself_a_hundred_times_is_digested_all_the_same() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שמי דנה").await;
    let mut patch = vec![claim("name", "דנה", "שמי דנה"); 100];
    patch.extend(vec![claim("city", "אילת", "אני מאילת"); 100]);
    harness.at(IDLE).digest("נושא: היכרות", patch).await;
    assert_eq!(harness.changes().len(), 1, "what is said twice is one change");
    assert_eq!(harness.profile().get("name").and_then(|name| name.value()), Some("דנה"));
}

#[tokio::test]
async fn what_is_said_three_times_in_one_second_is_digested_all_the_same() {
    let harness = MemoryHarness::remembering();
    let said = ["אני מחיפה", "גר בחיפה", "כן חיפה"];
    for text in said {
        harness.at(0).write(text).await;
    }
    harness.at(IDLE).digest("נושא: היכרות", said.map(|text| claim("city", "חיפה", text)).to_vec()).await;
    let reasons: Vec<_> = harness.changes().iter().map(|change| change.reason).collect();
    assert_eq!(reasons, [Reason::New, Reason::SameValue], "two changes that say the same are one row");
}

#[tokio::test]
async fn what_staff_entered_stands_and_what_the_ai_hears_later_waits_with_its_reason_until_it_is_dismissed() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שמי דנה ואני מחיפה").await;
    harness
        .at(IDLE)
        .digest("נושא: היכרות", vec![claim("name", "דנה", "שמי דנה"), claim("city", "חיפה", "אני מחיפה")])
        .await;
    harness.at(30).write("עברתי לעכו").await;
    harness.at(30 + IDLE).digest("נושא: מעבר", vec![claim("city", "עכו", "עברתי לעכו")]).await;
    assert_eq!(harness.profile().get("city").and_then(|city| city.previous_value()), Some("חיפה"));

    harness.at(50).staff().set_field(&harness.key(), "name", Some("דנה לוי".to_owned())).await.unwrap();
    harness.at(60).write("שמי נועה").await;
    harness.at(60 + IDLE).digest("נושא: שם", vec![claim("name", "נועה", "שמי נועה")]).await;
    let profile = harness.profile();
    let name = profile.get("name").unwrap();
    assert_eq!((name.value(), name.source()), (Some("דנה לוי"), Source::Manual));
    assert_eq!(
        (name.suggestions()[0].value.as_deref(), name.suggestions()[0].reason),
        (Some("נועה"), Reason::ManualWins)
    );
    let last = harness.changes().pop().unwrap();
    assert_eq!(
        (last.old.as_deref(), last.new.as_deref(), last.reason),
        (Some("דנה לוי"), Some("נועה"), Reason::ManualWins)
    );

    let missing = harness.staff().dismiss(&harness.key(), "name", Some("משה")).await.unwrap_err().to_string();
    assert_eq!(missing, "name has no such suggestion: `lead show` lists what is suggested");
    let changes = harness.changes().len();
    harness.at(90).staff().dismiss(&harness.key(), "name", Some("נועה")).await.unwrap();
    assert!(harness.profile().get("name").unwrap().suggestions().is_empty());
    let dismissal = harness.changes().pop().unwrap();
    assert_eq!(
        (dismissal.reason, dismissal.new.as_deref(), dismissal.source),
        (Reason::Dismissed, Some("נועה"), Source::Manual)
    );
    assert_eq!(harness.changes().len(), changes + 1);
}

#[tokio::test]
async fn what_a_customer_takes_back_of_a_persons_word_is_suggested_and_accepting_it_deletes() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    harness.staff().set_field(&harness.key(), "city", Some("חיפה".to_owned())).await.unwrap();
    harness.at(60).write("אני כבר לא גר בחיפה").await;
    let moved =
        Extracted { meant: Some(Meant::Denies), ..claim("city", "חיפה", "אני כבר לא גר בחיפה") };
    harness.at(60 + IDLE).digest("נושא: מעבר", vec![moved]).await;
    let city = || harness.profile().get("city").cloned().unwrap();
    assert_eq!(city().value(), Some("חיפה"));
    assert_eq!(city().suggestions()[0].value, None);
    for _ in 0..2 {
        harness.at(90 + IDLE).staff().accept(&harness.key(), "city", None).await.unwrap();
        assert_eq!((city().value(), city().source(), city().suggestions().len()), (None, Source::Manual, 0));
    }
    let deletion = harness.changes().pop().unwrap();
    assert_eq!((deletion.reason, deletion.old.as_deref()), (Reason::Deleted, Some("חיפה")));
}

#[tokio::test]
async fn who_says_that_a_name_is_not_theirs_is_greeted_without_it_though_a_person_entered_it() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    harness.staff().set_field(&harness.key(), "name", Some("דנה".to_owned())).await.unwrap();
    let greeted = harness.at(60).write("אני לא דנה, טעיתם").await;
    assert!(greeted.asks() && greeted.text.contains("דנה"), "nobody had said yet that it is not so");
    let denied = Extracted { meant: Some(Meant::Denies), ..claim("name", "דנה", "אני לא דנה") };
    harness.at(60 + IDLE).digest("נושא: שם", vec![denied]).await;
    assert_eq!(harness.profile().get("name").and_then(|name| name.value().map(str::to_owned)).as_deref(), Some("דנה"));
    let greeted = harness.at(60 + 3 * IDLE).write("היי").await;
    assert!(greeted.asks() && !greeted.text.contains("דנה"), "{}", greeted.text);
}

#[tokio::test]
async fn a_yes_to_what_the_ai_asked_is_evidence_for_what_it_asked_and_no_more_than_that() {
    let harness = MemoryHarness::remembering();
    harness.says("בשמחה! אתה עדיין גר בחיפה?");
    harness.at(0).write("אפשר תור?").await;
    harness.says("ואתה רוצה תספורת?");
    harness.at(1).write("כן").await;
    harness.at(2).write("תודה").await;
    let patch = vec![
        Extracted { line: Some(3), ..claim("city", "חיפה", "כן") },
        // The question before that yes was another.
        Extracted { line: Some(3), ..claim("preferences", "תספורת", "כן") },
    ];
    harness.at(IDLE + 2).digest("נושא: תור", patch).await;
    let told: Vec<_> = harness.changes().into_iter().map(|c| (c.field, c.accepted, c.reason, c.confidence)).collect();
    assert_eq!(
        told,
        [
            ("city".to_owned(), true, Reason::New, Confidence::Medium),
            ("preferences".to_owned(), false, Reason::NoEvidence, Confidence::Low),
        ]
    );
}

#[tokio::test]
async fn an_item_a_customer_takes_back_of_a_persons_list_is_suggested_and_accepting_it_leaves_the_others() {
    let pets = FieldSpec {
        name: "pets".to_owned(),
        list: true,
        ..Settings::default().fields().iter().next().unwrap().clone()
    };
    let fields = Some(FieldList::new(vec![pets]).unwrap());
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, fields, ..Settings::default() });
    harness.at(0).write("שלום").await;
    harness.staff().set_field(&harness.key(), "pets", Some("כלב, חתול".to_owned())).await.unwrap();
    harness.at(60).write("אין לנו יותר את הכלב").await;
    let gone =
        Extracted { meant: Some(Meant::Denies), ..claim("pets", "כלב", "אין לנו יותר את הכלב") };
    harness.at(60 + IDLE).digest("נושא: בעלי חיים", vec![gone]).await;
    let pets = || harness.profile().get("pets").cloned().unwrap();
    assert_eq!(pets().value(), Some("כלב, חתול"));
    let suggestion = pets().suggestions()[0].clone();
    assert_eq!((suggestion.value.as_deref(), suggestion.taken_back.as_deref()), (Some("חתול"), Some("כלב")));
    for _ in 0..2 {
        harness.at(90 + IDLE).staff().accept(&harness.key(), "pets", Some("חתול")).await.unwrap();
        assert_eq!((pets().value(), pets().source(), pets().suggestions().len()), (Some("חתול"), Source::Manual, 0));
    }
}
