//! A business with several numbers, and numbers that go from one business to another.

use crate::harness::MemoryHarness;
use jiff::SignedDuration;
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::event::{Event, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{Bsuid, BusinessId, CustomerAddress, Line};
use zikaron_protocol::ports::Clock;
use zikaron_protocol::turn;
use zikaron_testing::people;

/// The customer writes to this number, `hours` ago.
async fn wrote_to(harness: &MemoryHarness, line: &Line, customer: &CustomerAddress, hours: i64) {
    let mut message = harness.incoming(harness.new_id(), Some("שלום"), Purpose::Ask);
    message.sent_at = harness.ports.clock.now() - SignedDuration::from_hours(hours);
    let received = MessageReceived { line: line.clone(), customer: customer.clone(), ..harness.received(message) };
    let _ = Box::pin(turn::answer(&harness.ports, &received)).await;
}

#[tokio::test]
async fn a_late_message_to_another_number_does_not_move_the_answer_there() {
    let harness = MemoryHarness::remembering();
    let other = people::line("main", "2000002");
    harness.ports.store.put_route(other.clone(), harness.business());
    harness.ports.model.set_dead(true);
    let customer = harness.customer.clone();
    wrote_to(harness.at(0), &harness.line, &customer, 0).await;
    wrote_to(&harness, &other, &customer, 13).await;
    harness.ports.model.set_dead(false);
    harness.at(10).is_due().await;
    assert_eq!(harness.last_taken().line, harness.line);
    wrote_to(harness.at(20), &other, &customer, 0).await;
    assert_eq!(harness.last_taken().line, other, "where the customer wrote last");
}

#[tokio::test]
async fn who_writes_to_two_portfolios_is_reached_by_the_user_id_of_each() {
    let harness = MemoryHarness::remembering();
    let other = people::line("agency", "2000002");
    harness.ports.store.put_route(other.clone(), harness.business());
    let known_as = |bsuid| CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), ..harness.customer.clone() };
    for minute in [0, 20, 40] {
        wrote_to(harness.at(minute), &harness.line, &known_as("IL.1"), 0).await;
        assert_eq!(harness.last_taken().to, known_as("IL.1"));
        wrote_to(harness.at(minute + 10), &other, &known_as("IL.2"), 0).await;
        assert_eq!(harness.last_taken().to, known_as("IL.2"));
    }
    assert_eq!(harness.held(), [6], "one person, one lead");
}

#[tokio::test]
async fn nothing_leaves_by_a_number_that_is_another_business_s_by_now() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    let before = harness.ports.messenger.asked();
    harness.ports.store.put_route(harness.line.clone(), BusinessId::parse("other").unwrap());
    harness.staff().send(&harness.key(), "מבצע!", SignedDuration::from_mins(15)).await.unwrap();
    harness.is_due().await;
    assert_eq!(harness.ports.messenger.asked(), before);
    let told = harness.told();
    assert!(told.iter().any(|event| matches!(event, Event::HandoverRequested(asked) if asked.cause == Cause::NotSent)));
}
