//! What the AI makes of what it knows once it is old (docs/rules.md#k).

use crate::harness::{MemoryHarness, claim};
use zikaron_memory::age::Freshness;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::field::{FieldList, FieldSpec};
use zikaron_memory::language::Language;
use zikaron_memory::settings::Settings;
use zikaron_protocol::ports::{Clock, Reply};

const SUMMARY: &str = "נושא: תור\nמה נדון: שעות\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין";
const MORNINGS: &str = "אני מעדיף תורים בבוקר";
const DAY: i64 = 24 * 60;

/// A customer who prefers mornings, as they said so many days ago.
async fn who_prefers_mornings() -> MemoryHarness {
    let harness = MemoryHarness::remembering();
    harness.at(0).write(MORNINGS).await;
    harness.at(20).digest(SUMMARY, vec![claim("preferences", "בבוקר", MORNINGS)]).await;
    harness
}

fn asking(confirms: bool) -> Reply {
    Reply { text: "בשמחה! עדיין נוח לך בבוקר?".to_owned(), confirms, ..Reply::default() }
}

fn freshness(harness: &MemoryHarness) -> Freshness {
    let fields = Settings::default().fields();
    let profile = harness.profile();
    let field = profile.get("preferences").unwrap();
    field.age(fields.get("preferences").unwrap(), harness.ports.clock.now()).unwrap().freshness
}

#[tokio::test]
async fn a_stale_preference_is_asked_about_once_a_session_and_confirmed_by_a_yes() {
    let harness = who_prefers_mornings().await;
    let first = harness.at(400 * DAY).write("אפשר תור?").await;
    assert!(
        first.shown.may_confirm && first.shown.system.contains("preferences: בבוקר (נכון ל-15.1.2027, ייתכן שהשתנה)")
    );
    harness.ports.model.queue(asking(true));
    let asked = harness.at(400 * DAY + 1).write("לשבוע הבא").await;
    assert!(asked.shown.may_confirm, "it did not ask yet");
    assert!(!harness.at(400 * DAY + 2).write("כן").await.shown.may_confirm);
    assert_eq!(freshness(&harness), Freshness::Stale);
    harness.at(400 * DAY + 20).digest(SUMMARY, vec![claim("preferences", "בבוקר", "כן")]).await;
    let digested = harness.ports.model.digested().pop().unwrap();
    assert_eq!(digested.to_confirm, ["preferences"]);
    assert_eq!(freshness(&harness), Freshness::Fresh);
    let next = harness.at(500 * DAY).write("היי").await;
    assert!(!next.shown.may_confirm && next.shown.system.contains("preferences: בבוקר\n"), "{}", next.shown.system);
}

#[tokio::test]
async fn who_does_not_answer_is_asked_again_in_another_session_only() {
    let harness = who_prefers_mornings().await;
    // The model does not say that it asks: the question says so.
    harness.ports.model.queue(asking(false));
    assert!(harness.at(400 * DAY).write("אפשר תור?").await.shown.may_confirm);
    assert!(!harness.at(400 * DAY + 1).write("כמה זה עולה?").await.shown.may_confirm);
    harness.at(400 * DAY + 20).digest(SUMMARY, vec![]).await;
    assert!(harness.at(450 * DAY).write("היי").await.shown.may_confirm);
}

#[tokio::test]
async fn nothing_is_asked_of_what_is_fresh_nor_beside_the_question_to_a_returning_customer() {
    let harness = who_prefers_mornings().await;
    assert!(!harness.at(300 * DAY).write("היי").await.shown.may_confirm);
    let days = |days| FieldSpec { shelf_life_days: Some(days), ..FieldSpec::named("preferences") };
    let fields = FieldList::new(vec![days(1)]).ok();
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, fields, ..Settings::default() });
    harness.at(0).write(MORNINGS).await;
    harness.at(20).digest(SUMMARY, vec![claim("preferences", "בבוקר", MORNINGS)]).await;
    let returns = harness.at(2 * DAY).write("היי").await;
    assert!(returns.asks() && !returns.shown.may_confirm);
    assert!(!harness.at(2 * DAY + 1).write("בוא נמשיך").await.shown.may_confirm, "this answers the question");
    assert!(harness.at(2 * DAY + 2).write("אפשר תור?").await.shown.may_confirm);
}

#[tokio::test]
async fn a_flag_nobody_asked_for_is_no_question() {
    let harness = who_prefers_mornings().await;
    harness.ports.model.queue(asking(true));
    harness.at(200 * DAY).write("אפשר תור?").await;
    assert!(!harness.lead().state.unwrap().session.unwrap().confirm_asked);
}

#[tokio::test]
async fn what_is_over_by_the_customer_s_own_words_is_shown_to_staff_and_not_to_the_ai() {
    let harness = MemoryHarness::remembering();
    // The first message is of 15.1.2027, a Friday.
    let text = "עד סוף החודש נוח לי רק בערב";
    harness.at(0).write(text).await;
    let until = Some("עד סוף החודש".to_owned());
    harness.at(20).digest(SUMMARY, vec![Extracted { until, ..claim("preferences", "רק בערב", text) }]).await;
    let before = harness.at(15 * DAY).write("היי").await;
    assert!(before.shown.system.contains("preferences: רק בערב (עד 31.1.2027)"), "{}", before.shown.system);
    harness.at(15 * DAY + 20).digest(SUMMARY, vec![]).await;
    let after = harness.at(17 * DAY).write("היי").await;
    assert!(!after.shown.system.contains("preferences"), "{}", after.shown.system);
    let public = harness.profile().to_public_json_at(&Settings::default().fields(), harness.ports.clock.now());
    assert_eq!((&public["preferences"]["state"], &public["preferences"]["value"]), (&"over".into(), &"רק בערב".into()));
    assert_eq!(public["preferences"]["valid_until"], "2027-01-31T22:00:00Z");
}

#[tokio::test]
async fn nobody_is_greeted_by_a_name_that_may_have_changed() {
    let standard = Vec::from(FieldList::standard(Language::Hebrew));
    let named = |spec: FieldSpec| match spec.name.as_str() {
        "name" => FieldSpec { shelf_life_days: Some(7), ..spec },
        _ => spec,
    };
    let fields = FieldList::new(standard.into_iter().map(named).collect()).ok();
    let harness = MemoryHarness::new(Settings { enable_customer_service: true, fields, ..Settings::default() });
    harness.at(0).write("שמי דנה").await;
    harness.at(20).digest(SUMMARY, vec![claim("name", "דנה", "שמי דנה")]).await;
    let soon = harness.at(6 * DAY).write("היי").await;
    assert!(soon.text.contains("היי דנה!"), "{}", soon.text);
    harness.at(6 * DAY + 20).digest(SUMMARY, vec![]).await;
    let late = harness.at(20 * DAY).write("היי").await;
    assert!(late.asks() && late.text.contains("היי!"), "{}", late.text);
}
