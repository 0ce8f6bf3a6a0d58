//! A customer who hides their number is asked for it once, where the business wants that.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::farewell;
use zikaron_memory::settings::{AskNumber, Settings};
use zikaron_memory::spoken::Spoken;
use zikaron_protocol::model::conversation::Body;
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress};
use zikaron_protocol::ports::{Reply, SendError};
use zikaron_protocol::turn;
use zikaron_testing::people;

fn hidden() -> CustomerAddress {
    CustomerAddress { bsuid: Bsuid::parse("IL.13491208655302741918").ok(), phone: None }
}

fn asking(customer: CustomerAddress) -> MemoryHarness {
    asking_on(AskNumber::Handover, customer)
}

fn asking_on(ask_number: AskNumber, customer: CustomerAddress) -> MemoryHarness {
    MemoryHarness { customer, ..MemoryHarness::new(Settings { ask_number, ..Settings::default() }) }
}

/// What the model answers to who wants to come.
const NOTED: &str = "נרשם.";

/// What it says of a customer who books.
fn booking() -> Reply {
    Reply { text: NOTED.to_owned(), books: true, ..Reply::default() }
}

fn request_behind(text: &str, spoken: Spoken) -> Body {
    Body::NumberRequest { text: format!("{text}\n\n{}", spoken.number_request()) }
}

/// The last message the customer got.
async fn answer_to(harness: &MemoryHarness, text: &str) -> Body {
    let received = harness.received(harness.incoming(harness.new_id(), Some(text), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    harness.last_taken().body
}

async fn hand_back(harness: &MemoryHarness) {
    harness.staff().hand_back(&harness.key()).await.unwrap();
}

#[tokio::test]
async fn who_is_handed_over_is_asked_for_their_number_once_in_their_language() {
    for (text, spoken) in
        [("אני רוצה לדבר עם בן אדם", Spoken::Hebrew), ("I would like to talk to a person please", Spoken::English)]
    {
        let harness = asking(hidden());
        let first = answer_to(harness.at(0), text).await;
        assert_eq!(first, request_behind(farewell(spoken), spoken));
        hand_back(&harness).await;
        let second = answer_to(harness.at(60), text).await;
        assert_eq!(second, Body::Text(farewell(spoken).to_owned()), "never again");
    }
}

#[tokio::test]
async fn whose_number_is_known_is_not_asked_nor_is_anybody_where_the_business_does_not_want_it() {
    let text = "I would like to talk to a person please";
    let only = Body::Text(farewell(Spoken::English).to_owned());
    let known = asking(people::customer(1));
    assert_eq!(answer_to(known.at(0), text).await, only);
    let unasked = MemoryHarness { customer: hidden(), ..MemoryHarness::new(Settings::default()) };
    assert_eq!(answer_to(unasked.at(0), text).await, only);
}

#[tokio::test]
async fn a_request_that_was_refused_for_now_goes_out_as_it_was_and_is_not_made_anew() {
    let harness = asking(hidden());
    harness.refuses(1);
    let text = "I would like to talk to a person please";
    let first = answer_to(harness.at(0), text).await;
    assert!(matches!(first, Body::NumberRequest { .. }));
    let requests = harness.ports.messenger.taken().into_iter();
    assert_eq!(requests.filter(|taken| matches!(taken.body, Body::NumberRequest { .. })).count(), 1);
}

#[tokio::test]
async fn a_request_that_did_not_arrive_is_made_again_unless_the_channel_knows_no_such_request() {
    let text = "I would like to talk to a person please";
    for (code, asks_again) in [(131_026, true), (100, false)] {
        let harness = asking(hidden());
        harness.ports.messenger.refuse(1, SendError::RefusedForGood { code });
        let received = harness.received(harness.at(0).incoming(harness.new_id(), Some(text), Purpose::Ask));
        Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
        assert!(harness.ports.messenger.taken().is_empty());
        hand_back(&harness).await;
        let second = answer_to(harness.at(60), text).await;
        assert_eq!(matches!(second, Body::NumberRequest { .. }), asks_again, "{code}");
    }
}

#[tokio::test]
async fn who_shared_their_number_is_known_by_it() {
    let harness = asking(hidden());
    answer_to(harness.at(0), "I would like to talk to a person please").await;
    let phone = people::customer(7).phone;
    let both = CustomerAddress { phone: phone.clone(), ..hidden() };
    harness.at(1).delivery(&both, 1, Purpose::Ask).await;
    assert_eq!(harness.held(), [2], "one lead");
    assert_eq!(harness.lead().state.unwrap().customer.phone, phone);
}

#[tokio::test]
async fn who_books_is_asked_for_their_number_once_behind_the_answer_in_their_language() {
    for (text, spoken) in [("אפשר תור מחר בעשר?", Spoken::Hebrew), ("May I come tomorrow at ten?", Spoken::English)]
    {
        let harness = asking_on(AskNumber::Booking, hidden());
        let only = Body::Text(NOTED.to_owned());
        harness.ports.model.queue(Reply { books: false, ..booking() });
        assert_eq!(answer_to(harness.at(0), text).await, only, "the model does not say that they book");
        harness.ports.model.queue(booking());
        assert_eq!(answer_to(harness.at(1), text).await, request_behind(NOTED, spoken));
        harness.ports.model.queue(booking());
        assert_eq!(answer_to(harness.at(2), text).await, only, "never again");
        let told: Vec<bool> = harness.ports.model.shown().iter().map(|shown| shown.may_ask_number).collect();
        assert_eq!(told, [true, true, false], "nor is the model asked any more");
    }
}

#[tokio::test]
async fn a_model_is_not_asked_who_books_where_nobody_would_be_asked_for_their_number() {
    for (on, customer) in
        [(AskNumber::Never, hidden()), (AskNumber::Handover, hidden()), (AskNumber::Booking, people::customer(1))]
    {
        let harness = asking_on(on, customer);
        harness.ports.model.queue(booking());
        assert_eq!(answer_to(harness.at(0), "אפשר תור מחר בעשר?").await, Body::Text(NOTED.to_owned()), "{on:?}");
        assert!(harness.ports.model.shown().iter().all(|shown| !shown.may_ask_number), "{on:?}");
    }
}

#[tokio::test]
async fn on_booking_who_is_handed_over_is_asked_only_if_that_is_what_they_do() {
    let harness = asking_on(AskNumber::Booking, hidden());
    let only = Body::Text(farewell(Spoken::Hebrew).to_owned());
    assert_eq!(answer_to(harness.at(0), "אני רוצה לדבר עם בן אדם").await, only);
    hand_back(&harness).await;
    harness.ports.model.queue(Reply { handover: true, ..booking() });
    let agreed = answer_to(harness.at(60), "אפשר תור מחר בעשר?").await;
    assert_eq!(agreed, request_behind(farewell(Spoken::Hebrew), Spoken::Hebrew));
}

#[tokio::test]
async fn a_returning_customer_is_first_asked_how_to_go_on_and_then_for_their_number() {
    let settings = Settings { enable_customer_service: true, ask_number: AskNumber::Booking, ..Settings::default() };
    let harness = MemoryHarness { customer: hidden(), ..MemoryHarness::new(settings) };
    harness.at(0).write("כמה עולה תספורת?").await;
    let summary = "נושא: תור\nמה נדון: מחיר\nהלקוח ביקש: מחיר\nתוצאה: אין\nהצעד הבא: אין";
    harness.at(20).digest(summary, Vec::new()).await;
    harness.ports.model.queue(booking());
    let returns = harness.at(24 * 60).write("אפשר תור מחר בעשר?").await;
    assert!(returns.asks() && !returns.shown.may_ask_number);
    assert!(matches!(harness.last_taken().body, Body::Buttons { .. }));
    harness.ports.model.queue(booking());
    harness.at(24 * 60 + 1).write("נמשיך, ואפשר גם באחת עשרה").await;
    assert_eq!(harness.last_taken().body, request_behind(NOTED, Spoken::Hebrew));
}

#[tokio::test]
async fn a_request_behind_an_answer_that_did_not_arrive_is_not_sent_and_is_made_again() {
    let harness = asking_on(AskNumber::Booking, hidden());
    harness.ports.messenger.refuse(1, SendError::RefusedForGood { code: 131_026 });
    harness.ports.model.queue(Reply { text: "אפשר לקבוע תור לכל יום. ".repeat(60), ..booking() });
    let text = "אפשר תור מחר בעשר?";
    let received = harness.received(harness.at(0).incoming(harness.new_id(), Some(text), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    assert!(harness.ports.messenger.taken().is_empty(), "the answer was too long for one message with it");
    harness.ports.model.queue(booking());
    assert_eq!(answer_to(harness.at(1), text).await, request_behind(NOTED, Spoken::Hebrew));
}
