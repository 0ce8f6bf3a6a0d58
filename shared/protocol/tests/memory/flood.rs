//! More waits of one customer than is read at once: an outage, or a program that writes.

use crate::harness::MemoryHarness;
use jiff::SignedDuration;
use std::collections::BTreeSet;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::turn;

const COUNT: i64 = 1_200;
/// Two a second.
const SECONDS: i64 = COUNT / 2;

/// While the model is dead somebody writes without a pause.
async fn flooded() -> MemoryHarness {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    for number in 0..COUNT {
        harness.at_second(number / 2);
        let received = harness.received(harness.incoming(harness.new_id(), Some("שלום"), Purpose::Ask));
        drop(Box::pin(turn::answer(&harness.ports, &received)).await);
    }
    harness.ports.model.set_dead(false);
    harness
}

fn state(harness: &MemoryHarness) -> State {
    harness.lead().state.unwrap()
}

/// The customer's messages that are in no answer and at no end.
fn forgotten(harness: &MemoryHarness) -> usize {
    let lead = harness.lead();
    let sent = lead.messages.values().filter_map(|message| message.sending.as_ref());
    let answered: BTreeSet<u64> = sent.flat_map(|sending| sending.answers.iter().copied()).collect();
    let is_forgotten =
        |m: &&Message| m.speaker == Speaker::Customer && m.end.is_none() && !answered.contains(&m.arrival);
    lead.messages.values().filter(is_forgotten).count()
}

#[tokio::test]
async fn every_message_is_answered_the_first_before_the_last() {
    let harness = flooded().await;
    assert_eq!(i64::from(state(&harness).pending), COUNT);
    harness.at_second(SECONDS + 300).is_due().await;
    assert_eq!((state(&harness).pending, forgotten(&harness)), (0, 0));
    let shown = harness.ports.model.shown();
    let turns = shown.len() - usize::try_from(COUNT).unwrap();
    assert_eq!(turns, 24, "fifty at a time");
    let lead = harness.lead();
    let answers = lead.messages.values().filter_map(|message| message.sending.as_ref());
    let in_order: Vec<u64> = answers.flat_map(|sending| sending.answers.clone()).collect();
    assert!(in_order.is_sorted() && in_order.len() == usize::try_from(COUNT).unwrap());
}

#[tokio::test]
async fn a_person_takes_all_of_it_over() {
    let harness = flooded().await;
    harness.staff().take_over(&harness.key()).await.unwrap();
    assert_eq!((state(&harness).pending, forgotten(&harness)), (0, 0));
    harness.staff().send(&harness.key(), "שלום", SignedDuration::from_mins(15)).await.unwrap();
}

#[tokio::test]
async fn half_a_day_later_all_of_it_is_handed_to_a_person() {
    let harness = flooded().await;
    harness.at(13 * 60).is_due().await;
    assert_eq!((state(&harness).pending, forgotten(&harness)), (0, 0));
    assert_eq!(harness.told().len(), 1, "they are told once");
}

#[tokio::test]
async fn a_count_of_what_is_not_there_is_corrected() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("שלום").await;
    let miscounted = State { pending: 3, pending_since: None, ..state(&harness).next() };
    harness.write_state(miscounted).await;
    let outcome = harness.at(1).is_due().await;
    assert_eq!((outcome, state(&harness).pending), (turn::Outcome::Answered, 0));
}
