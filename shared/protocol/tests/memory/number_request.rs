//! A customer who hides their number is asked for it once, where the business wants that.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::farewell;
use zikaron_memory::settings::{AskNumber, Settings};
use zikaron_memory::spoken::Spoken;
use zikaron_protocol::model::conversation::Body;
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress};
use zikaron_protocol::ports::SendError;
use zikaron_protocol::turn;
use zikaron_testing::people;

fn hidden() -> CustomerAddress {
    CustomerAddress { bsuid: Bsuid::parse("IL.13491208655302741918").ok(), phone: None }
}

fn asking(customer: CustomerAddress) -> MemoryHarness {
    let settings = Settings { ask_number: AskNumber::Handover, ..Settings::default() };
    MemoryHarness { customer, ..MemoryHarness::new(settings) }
}

/// The last message the customer got.
async fn asks_for_person(harness: &MemoryHarness, text: &str) -> Body {
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
        let first = asks_for_person(harness.at(0), text).await;
        let words = format!("{}\n\n{}", farewell(spoken), spoken.number_request());
        assert_eq!(first, Body::NumberRequest { text: words });
        hand_back(&harness).await;
        let second = asks_for_person(harness.at(60), text).await;
        assert_eq!(second, Body::Text(farewell(spoken).to_owned()), "never again");
    }
}

#[tokio::test]
async fn whose_number_is_known_is_not_asked_nor_is_anybody_where_the_business_does_not_want_it() {
    let text = "I would like to talk to a person please";
    let only = Body::Text(farewell(Spoken::English).to_owned());
    let known = asking(people::customer(1));
    assert_eq!(asks_for_person(known.at(0), text).await, only);
    let unasked = MemoryHarness { customer: hidden(), ..MemoryHarness::new(Settings::default()) };
    assert_eq!(asks_for_person(unasked.at(0), text).await, only);
}

#[tokio::test]
async fn a_request_that_was_refused_for_now_goes_out_as_it_was_and_is_not_made_anew() {
    let harness = asking(hidden());
    harness.refuses(1);
    let text = "I would like to talk to a person please";
    let first = asks_for_person(harness.at(0), text).await;
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
        let second = asks_for_person(harness.at(60), text).await;
        assert_eq!(matches!(second, Body::NumberRequest { .. }), asks_again, "{code}");
    }
}

#[tokio::test]
async fn who_shared_their_number_is_known_by_it() {
    let harness = asking(hidden());
    asks_for_person(harness.at(0), "I would like to talk to a person please").await;
    let phone = people::customer(7).phone;
    let both = CustomerAddress { phone: phone.clone(), ..hidden() };
    harness.at(1).delivery(&both, 1, Purpose::Ask).await;
    assert_eq!(harness.held(), [2], "one lead");
    assert_eq!(harness.lead().state.unwrap().customer.phone, phone);
}
