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

/// What the channel tells of whose the conversation at a number is.
async fn told_at(harness: &MemoryHarness, line: &Line, purpose: Purpose) {
    let received = harness.received(harness.incoming(harness.new_id(), Some("שלום"), purpose));
    let received = MessageReceived { line: line.clone(), ..received };
    let _ = Box::pin(turn::answer(&harness.ports, &received)).await;
}

/// A business with two numbers, whose model is dead.
fn with_two_numbers() -> (MemoryHarness, Line, CustomerAddress) {
    let harness = MemoryHarness::remembering();
    let other = people::line("main", "2000002");
    harness.ports.store.put_route(other.clone(), harness.business());
    harness.ports.model.set_dead(true);
    let customer = harness.customer.clone();
    (harness, other, customer)
}

const TAKEN: Purpose = Purpose::Control { ours: false };

fn asked_to_look(harness: &MemoryHarness) -> usize {
    harness.told().iter().filter(|event| matches!(event, Event::HandoverRequested(_))).count()
}

#[tokio::test]
async fn who_is_another_applications_at_one_number_is_answered_at_the_other() {
    let (harness, other, customer) = with_two_numbers();
    wrote_to(harness.at(0), &harness.line, &customer, 0).await;
    told_at(harness.at(1), &other, TAKEN).await;
    // What they write to the other application does not move the answer there.
    told_at(harness.at(2), &other, Purpose::Tell).await;
    harness.ports.model.set_dead(false);
    harness.at(10).is_due().await;
    assert_eq!(harness.last_taken().line, harness.line);
}

#[tokio::test]
async fn a_late_message_to_the_number_nobody_has_taken_is_answered_there() {
    let (harness, other, customer) = with_two_numbers();
    wrote_to(harness.at(120), &other, &customer, 0).await;
    told_at(harness.at(121), &other, TAKEN).await;
    harness.at(122).is_due().await;
    assert_eq!((harness.lead().state.unwrap().pending, asked_to_look(&harness)), (0, 0), "it is the other's");
    harness.ports.model.set_dead(false);
    wrote_to(harness.at(123), &harness.line, &customer, 1).await;
    assert_eq!(harness.last_taken().line, harness.line);
}

#[tokio::test]
async fn what_was_written_to_another_number_than_the_one_that_is_taken_is_a_persons() {
    let (harness, other, customer) = with_two_numbers();
    wrote_to(harness.at(0), &harness.line, &customer, 0).await;
    wrote_to(harness.at(1), &other, &customer, 0).await;
    told_at(harness.at(2), &other, TAKEN).await;
    harness.at(3).is_due().await;
    assert_eq!((harness.lead().state.unwrap().pending, asked_to_look(&harness)), (0, 1));
}

#[tokio::test]
async fn of_two_leads_that_are_one_person_the_one_at_the_taken_number_alone_is_silent() {
    for taken_first in [true, false] {
        let (harness, other, customer) = with_two_numbers();
        let customer = CustomerAddress { bsuid: Bsuid::parse("IL.1").ok(), ..customer };
        let (by_id, by_phone) =
            (CustomerAddress { phone: None, ..customer.clone() }, CustomerAddress { bsuid: None, ..customer.clone() });
        let [first, second] = if taken_first { [&other, &harness.line] } else { [&harness.line, &other] };
        wrote_to(harness.at(0), first, &by_phone, 0).await;
        wrote_to(harness.at(1), second, &by_id, 0).await;
        let taken = MessageReceived {
            line: other.clone(),
            customer: if taken_first { by_phone } else { by_id },
            ..harness.received(harness.incoming(harness.new_id(), None, TAKEN))
        };
        let _ = Box::pin(turn::answer(&harness.at(2).ports, &taken)).await;
        harness.ports.model.set_dead(false);
        wrote_to(harness.at(3), &harness.line, &customer, 0).await;
        for key in harness.ports.store.leads().into_keys() {
            let _ = Box::pin(turn::due(&harness.at(4).ports, &key)).await;
        }
        for (key, lead) in harness.ports.store.leads() {
            let Some(state) = lead.state else { continue };
            assert_eq!(state.pending, 0, "{taken_first}: {key:?}");
        }
        let answered = harness.ports.messenger.taken();
        assert!(!answered.is_empty() && answered.iter().all(|taken| taken.line == harness.line), "{answered:?}");
    }
}
