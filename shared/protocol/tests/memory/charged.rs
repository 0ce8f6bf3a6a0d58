//! How many messages WhatsApp charges for an answered turn: it bills each one that is delivered, so what is not split
//! off is not paid for. With `-- --nocapture` the table of `docs/operate.md` is printed.

use crate::harness::{IDLE, MemoryHarness, claim};
use jiff::SignedDuration;
use zikaron_memory::settings::{AskNumber, ResumePrompt, Settings};
use zikaron_protocol::model::event::{DeliveryStatus, MessageStatus, Purpose};
use zikaron_protocol::model::figures::{Period, Tally};
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress};
use zikaron_protocol::model::message::Tag;
use zikaron_protocol::model::pricing::Pricing;
use zikaron_protocol::ports::{Clock, Reply};
use zikaron_protocol::{status, turn};

/// What the guide says, which is read here.
const GUIDE: &str = include_str!("../../../../docs/operate.md");

fn remembering() -> Settings {
    Settings { enable_customer_service: true, ..Settings::default() }
}

/// How many messages the customer gets for this one.
async fn sent_for(harness: &MemoryHarness, text: &str) -> usize {
    let before = harness.ports.messenger.taken().len();
    let received = harness.received(harness.incoming(harness.new_id(), Some(text), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    harness.ports.messenger.taken().len() - before
}

/// A customer who has a memory comes back, and gets an answer of about so many characters.
async fn returning(settings: Settings, chars: usize) -> usize {
    let harness = MemoryHarness::new(settings);
    harness.at(0).write("קוראים לי דנה").await;
    harness.at(IDLE).digest("הלקוחה דנה אמרה את שמה", vec![claim("name", "דנה", "קוראים לי דנה")]).await;
    harness.says(&long(chars));
    sent_for(harness.at(24 * 60), "היי, יש תור מחר?").await
}

fn long(chars: usize) -> String {
    "אפשר לקבוע תור לכל יום בשבוע. ".chars().cycle().take(chars).collect::<String>().trim().to_owned()
}

async fn answered(chars: usize) -> usize {
    let harness = MemoryHarness::new(remembering());
    harness.says(&long(chars));
    sent_for(&harness, "מה אתם מציעים?").await
}

/// Three messages that are answered together.
async fn burst() -> usize {
    let harness = MemoryHarness::new(remembering());
    harness.ports.model.set_dead(true);
    for text in ["היי", "יש תור מחר?"] {
        harness.breaks_off(text).await;
    }
    harness.ports.model.set_dead(false);
    sent_for(&harness, "ב-10 בבוקר").await
}

/// A customer who hides their number books, and gets an answer of about so many characters.
async fn booking(chars: usize) -> usize {
    let harness = hiding(AskNumber::Booking);
    harness.ports.model.queue(Reply { text: long(chars), books: true, ..Reply::default() });
    sent_for(&harness, "אפשר תור מחר בעשר?").await
}

fn hiding(ask_number: AskNumber) -> MemoryHarness {
    let customer = CustomerAddress { bsuid: Bsuid::parse("IL.13491208655302741918").ok(), phone: None };
    MemoryHarness { customer, ..MemoryHarness::new(Settings { ask_number, ..Settings::default() }) }
}

/// Every kind of turn, and the messages it is answered with.
async fn measured() -> Vec<(&'static str, usize)> {
    let disclosing = MemoryHarness::as_it_is(remembering());
    let person = hiding(AskNumber::Handover);
    let text = Settings { resume_prompt: ResumePrompt::Text, ..remembering() };
    vec![
        ("an answer", answered(300).await),
        ("an answer to a burst of three", burst().await),
        ("the first answer, which says that an AI answers", sent_for(&disclosing, "שלום").await),
        ("an answer to who returns, with the question how to go on", returning(remembering(), 300).await),
        ("the same, with the question as text", returning(text, 300).await),
        ("the same with buttons, above 1,024 characters", returning(remembering(), 1_200).await),
        ("an answer above 4,096 characters", answered(5_000).await),
        ("the last sentence before a person, with the request for the number", sent_for(&person, "נציג בבקשה").await),
        ("an answer to who books, with the request for the number", booking(300).await),
        ("the same above 1,024 characters", booking(1_200).await),
    ]
}

/// What is counted of all days together.
fn counted(harness: &MemoryHarness) -> Tally {
    let mut counted = Tally::default();
    for ((_, period), tally) in harness.ports.store.all_figures() {
        if period != Period::Now {
            counted.extend(&tally);
        }
    }
    counted
}

#[tokio::test]
async fn what_the_channel_charges_an_answer_as_is_counted_once_with_its_session() {
    let harness = MemoryHarness::new(remembering());
    harness.at(0).write("שלום").await;
    let stored = || harness.lead().messages.into_values().find(|message| message.sending.is_some()).unwrap();
    let answer = stored();
    let tag = Tag { lead: harness.key().lead, key: answer.key, asks_user_id: false };
    let told = |category, kind| MessageStatus {
        line: harness.line.clone(),
        id: answer.sending.as_ref().unwrap().channel_id.clone().unwrap(),
        status: DeliveryStatus::Delivered,
        at: harness.ports.clock.now(),
        tag: Some(tag.to_string()),
        recipient: None,
        recipient_parent: None,
        errors: Vec::new(),
        pricing: Pricing::parse(category, kind),
    };
    for _ in 0..2 {
        Box::pin(status::settle(&harness.ports, &told("service", "free_entry_point"))).await.unwrap();
    }
    harness.at(IDLE).digest("הלקוח פנה", Vec::new()).await;
    let of = |name: &str| counted(&harness).get(name);
    assert_eq!((of("whatsapp.service.free_entry_point"), of("whatsapp.service.regular")), (1, 0));
    Box::pin(status::settle(&harness.at(IDLE + 1).ports, &told("utility", "regular"))).await.unwrap();
    assert_eq!(stored().pricing, Pricing::parse("service", "free_entry_point"), "it is counted already");
}

#[tokio::test]
async fn what_nobody_answers_is_charged_for_and_is_no_conversation() {
    for (remembers, charged) in [(true, 1), (false, 0)] {
        let harness = MemoryHarness::new(remembering());
        harness.at(0).write("שלום").await;
        harness.at(IDLE).digest("הלקוח פנה", Vec::new()).await;
        harness.change(Settings { enable_customer_service: remembers, ..Settings::default() });
        let before = counted(&harness);
        let idle = SignedDuration::from_mins(IDLE);
        harness.at(100).staff().send(&harness.key(), "מה שלומך?", idle).await.unwrap();
        harness.is_due().await;
        harness.at(100 + IDLE).close(&harness.open()).await;
        let more = counted(&harness).since(&before);
        let of = |name: &str| more.get(name);
        assert_eq!((of("whatsapp.service.regular"), of("messages_staff")), (charged, charged));
        assert_eq!((of("conversations"), of("ai_alone"), of("handed_over"), of("lag_s.10")), (0, 0, 0, 0));
        assert_eq!(harness.ports.model.digested().len(), 1, "of silence there is no digest");
    }
}

#[tokio::test]
async fn an_answered_turn_is_one_message_to_pay_for_unless_it_is_too_long_for_one() {
    let table = Box::pin(measured()).await;
    for (kind, messages) in table {
        println!("| {kind} | {messages} |");
        assert!(
            GUIDE.contains(&format!("| {kind} | {messages} |")),
            "docs/operate.md does not say: {kind}: {messages}"
        );
    }
}
