//! That an AI answers is said, once, in the customer's language.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::farewell;
use zikaron_memory::settings::Settings;
use zikaron_memory::spoken::Spoken;
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::ports::SendError;
use zikaron_protocol::turn;

const ANSWER: &str = "בשמחה.";

fn remembering() -> Settings {
    Settings { enable_customer_service: true, ..Settings::default() }
}

#[tokio::test]
async fn the_first_answer_to_a_customer_says_so_in_their_language_and_no_other_does() {
    for (text, spoken) in [
        ("אפשר לקבוע תור?", Spoken::Hebrew),
        ("Can I book a haircut?", Spoken::English),
        ("Можно записаться?", Spoken::Russian),
        ("هل يمكنني حجز موعد؟", Spoken::Arabic),
    ] {
        let harness = MemoryHarness::as_it_is(remembering());
        let first = harness.at(0).write(text).await;
        assert_eq!(first.text, format!("{}\n\n{ANSWER}", spoken.disclosure()));
        assert_eq!(harness.at(1).write(text).await.text, ANSWER);
        assert_eq!(harness.at(60 * 24 * 100).write(text).await.text, ANSWER, "not again when they come back");
    }
}

#[tokio::test]
async fn the_wording_is_the_business_s_to_change_and_to_leave_out() {
    let own = Settings { disclosure: "כאן רובי, הבוט של הסלון 🤖".to_owned(), ..remembering() };
    let harness = MemoryHarness::as_it_is(own);
    assert_eq!(harness.at(0).write("Hello there").await.text, format!("כאן רובי, הבוט של הסלון 🤖\n\n{ANSWER}"));
    let harness = MemoryHarness::as_it_is(Settings { disclose_ai: false, ..remembering() });
    assert_eq!(harness.at(0).write("שלום").await.text, ANSWER);
}

#[tokio::test]
async fn an_answer_that_could_not_be_sent_has_said_it_where_it_goes_out_later() {
    let harness = MemoryHarness::as_it_is(remembering());
    harness.refuses(1);
    let answer = harness.at(0).write("שלום לכם").await;
    assert!(answer.text.starts_with(Spoken::Hebrew.disclosure()));
    assert_eq!(harness.at(1).write("ועוד משהו").await.text, ANSWER);
}

#[tokio::test]
async fn an_answer_that_did_not_arrive_has_told_nobody() {
    let refusals = [SendError::RefusedForGood { code: 131_026 }, SendError::Unknown { reason: "no answer".to_owned() }];
    for refusal in refusals {
        let harness = MemoryHarness::as_it_is(remembering());
        harness.ports.messenger.refuse(1, refusal);
        let customer = harness.customer.clone();
        harness.at(0).delivery(&customer, 0, Purpose::Ask).await;
        // What became of an uncertain one is settled after a while.
        harness.at(11).is_due().await;
        assert!(!harness.lead().state.unwrap().ai_disclosed);
        let answer = harness.at(20).write("שלום לכם").await;
        assert!(answer.text.starts_with(Spoken::Hebrew.disclosure()), "{}", answer.text);
        assert_eq!(harness.at(30).write("ועוד משהו").await.text, ANSWER);
    }
}

#[tokio::test]
async fn who_is_handed_over_is_told_in_their_language() {
    let harness = MemoryHarness::remembering();
    let message =
        harness.at(0).incoming(harness.new_id(), Some("I would like to talk to a person please"), Purpose::Ask);
    let received = harness.received(message);
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    assert_eq!(harness.last_taken().body.text(), farewell(Spoken::English));
}

#[tokio::test]
async fn a_returning_customer_is_asked_in_their_language() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("Можно записаться на стрижку?").await;
    harness.at(20).digest("נושא: תור\nמה נדון: תספורת\nהלקוח ביקש: תור\nתוצאה: אין\nהצעד הבא: אין", vec![]).await;
    let asked = harness.at(60).write("Здравствуйте, это снова я").await;
    assert!(asked.text.ends_with("Продолжим с того места, где остановились, или начнём заново?"), "{}", asked.text);
}
