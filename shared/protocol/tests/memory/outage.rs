//! What an outage does to messages that were delivered in it, and what it costs.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::event::{Event, Purpose, TurnDue};
use zikaron_protocol::model::message::End;
use zikaron_protocol::session::sweep::sweep;
use zikaron_protocol::turn;

/// Why the business was asked to step in, each time.
fn causes(harness: &MemoryHarness) -> Vec<Cause> {
    let cause = |event| if let Event::HandoverRequested(asked) = event { Some(asked.cause) } else { None };
    harness.told().into_iter().filter_map(cause).collect()
}

#[tokio::test]
async fn messages_held_back_for_half_a_day_are_a_persons_and_they_are_told_once() {
    let harness = MemoryHarness::remembering();
    let customer = harness.customer.clone();
    for minute in [0, 1, 2] {
        harness.at(13 * 60).delivery(&customer, minute, Purpose::Ask).await;
    }
    assert!(harness.lead().messages.values().all(|message| message.end == Some(End::Stale)));
    for minute in [1, 2, 3, 4, 5, 6, 7, 8, 9] {
        let before = harness.told().len();
        sweep(&harness.at(13 * 60 + 5 * minute).ports, 250).await.unwrap();
        for event in harness.told().into_iter().skip(before) {
            let Event::TurnDue(hint) = event else { continue };
            Box::pin(turn::hinted(&harness.ports, &hint)).await.unwrap();
        }
    }
    assert_eq!(causes(&harness), [Cause::Unanswered]);
}

#[tokio::test]
async fn what_a_person_reads_anyway_tells_them_of_nothing() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    harness.staff().take_over(&harness.key()).await.unwrap();
    harness.at(13 * 60).delivery(&harness.customer.clone(), 1, Purpose::Ask).await;
    let ends: Vec<_> = harness.lead().messages.into_values().filter_map(|message| message.end).collect();
    assert_eq!((ends, causes(&harness)), (vec![End::Stale], Vec::new()));
}

#[tokio::test]
async fn a_hint_of_the_sweep_that_comes_to_nothing_is_not_delivered_again() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    harness.at(0).breaks_off("שלום").await;
    let swept = TurnDue { key: harness.key(), swept: true };
    let left = Box::pin(turn::hinted(&harness.at(10).ports, &swept)).await.unwrap();
    assert_eq!(left, turn::Outcome::LeftToSweep);
    let asked = TurnDue { swept: false, ..swept };
    Box::pin(turn::hinted(&harness.ports, &asked)).await.unwrap_err();
}

#[tokio::test]
async fn a_redelivery_that_meets_its_own_write_answers() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    let received = harness.received(harness.at(0).incoming(harness.new_id(), Some("שלום"), Purpose::Ask));
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap_err();
    harness.ports.model.set_dead(false);
    harness.ports.store.repeat_lone_writes(true);
    let outcome = Box::pin(turn::answer(&harness.at(1).ports, &received)).await.unwrap();
    assert_eq!((outcome, harness.lead().state.unwrap().pending), (turn::Outcome::Answered, 0));
}
