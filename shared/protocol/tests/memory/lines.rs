//! A business with several numbers, and numbers that go from one business to another.

use crate::harness::MemoryHarness;
use jiff::SignedDuration;
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::event::{Event, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{Bsuid, BusinessId, CustomerAddress, E164, Line};
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
    wrote_to(harness.at(60), &harness.line, &known_as("IL.1"), 0).await;
    harness.ports.model.set_dead(true);
    wrote_to(harness.at(70), &harness.line, &known_as("IL.1"), 0).await;
    wrote_to(&harness, &other, &known_as("IL.2"), 1).await;
    harness.ports.model.set_dead(false);
    harness.at(80).is_due().await;
    let answer = harness.last_taken();
    assert_eq!(
        (answer.line, answer.to),
        (harness.line.clone(), known_as("IL.1")),
        "by the id of the line it leaves by"
    );
    assert_eq!(harness.held(), [9], "one person, one lead");
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

#[tokio::test]
async fn who_changes_their_number_is_not_taken_for_a_stranger_on_the_other_portfolio() {
    let harness = MemoryHarness::remembering();
    let other = people::line("agency", "2000002");
    harness.ports.store.put_route(other.clone(), harness.business());
    let (old, new) = (people::customer(1).phone, people::customer(2).phone);
    let named = |bsuid, phone: &Option<E164>| CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), phone: phone.clone() };
    wrote_to(harness.at(0), &harness.line, &named("IL.1", &old), 0).await;
    wrote_to(harness.at(10), &other, &named("US.1", &old), 0).await;
    let moved = Purpose::Moved { to: named("IL.2", &new) };
    harness.at(20).delivery(&named("IL.1", &old), 20, moved).await;
    // The other portfolio's notice is lost.
    wrote_to(harness.at(30), &other, &named("US.2", &new), 0).await;
    assert_eq!(harness.held(), [4]);
    assert_eq!(harness.last_taken().to, named("US.2", &new));
}

#[tokio::test]
async fn a_state_from_before_user_ids_were_kept_by_connection_tells_strangers_apart_too() {
    let harness = MemoryHarness::remembering();
    let named = |bsuid| CustomerAddress { bsuid: Bsuid::parse(bsuid).ok(), ..people::customer(1) };
    wrote_to(harness.at(0), &harness.line, &named("IL.1"), 0).await;
    let mut older = harness.lead().state.unwrap().next();
    older.user_ids.clear();
    harness.write_state(older).await;
    wrote_to(harness.at(20), &harness.line, &named("IL.9"), 0).await;
    assert_eq!(harness.held(), [1, 1]);
}

#[tokio::test]
async fn what_the_channel_tells_of_a_customer_does_not_move_the_answer_to_the_number_it_came_by() {
    let harness = MemoryHarness::remembering();
    let other = people::line("main", "2000002");
    harness.ports.store.put_route(other.clone(), harness.business());
    let customer = harness.customer.clone();
    let moved = CustomerAddress { phone: E164::parse("+972555000077").ok(), ..customer.clone() };
    let told = [
        Purpose::Marketing { wanted: false },
        Purpose::Moved { to: moved },
        Purpose::Control { ours: true },
        Purpose::Notice,
    ];
    for (minute, purpose) in (0..).step_by(10).zip(told) {
        harness.ports.model.set_dead(true);
        wrote_to(harness.at(minute), &harness.line, &customer, 0).await;
        let message = harness.at(minute + 1).incoming(harness.new_id(), None, purpose.clone());
        let notice = MessageReceived { line: other.clone(), ..harness.received(message) };
        let _ = Box::pin(turn::answer(&harness.ports, &notice)).await;
        harness.ports.model.set_dead(false);
        harness.at(minute + 9).is_due().await;
        assert_eq!(harness.last_taken().line, harness.line, "{purpose:?}");
    }
}
