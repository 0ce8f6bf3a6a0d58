//! A model that is dead while many customers of a business wait: how often it is asked, and how soon they are answered
//! when it is back.

use crate::harness::MemoryHarness;
use zikaron_protocol::model::event::{Event, MessageReceived, Purpose, TurnDue};
use zikaron_protocol::model::ids::{CustomerAddress, E164};
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::session::sweep::sweep;
use zikaron_protocol::turn;

/// How many are hinted at of those who wait: four in each shard, and the store in memory has one.
const PROBES: usize = 4;

/// Somebody writes, and the message is delivered so often.
async fn writes(harness: &MemoryHarness, number: usize, deliveries: usize) -> Vec<Option<turn::Outcome>> {
    let message = harness.incoming(harness.new_id(), Some("שלום"), Purpose::Ask);
    let customer = CustomerAddress { bsuid: None, phone: E164::parse(format!("+97255500{number:04}")).ok() };
    let received = MessageReceived { customer, ..harness.received(message) };
    let mut outcomes = Vec::new();
    for _ in 0..deliveries {
        outcomes.push(Box::pin(turn::answer(&harness.ports, &received)).await.ok());
    }
    outcomes
}

/// Whom the sweep of now hints at.
async fn hints(harness: &MemoryHarness) -> Vec<TurnDue> {
    let before = harness.told().len();
    sweep(&harness.ports, 250).await.unwrap();
    let hint = |event| if let Event::TurnDue(hint) = event { Some(hint) } else { None };
    harness.told().into_iter().skip(before).filter_map(hint).collect()
}

/// The sweep of this minute, and what it hints at.
async fn swept(harness: &MemoryHarness, minute: i64) -> Vec<TurnDue> {
    let hints = hints(harness.at(minute)).await;
    for hint in &hints {
        Box::pin(turn::hinted(&harness.ports, hint)).await.unwrap();
    }
    hints
}

fn waiting(harness: &MemoryHarness) -> u32 {
    harness.leads().into_iter().filter_map(|lead| lead.state).map(|state| state.pending).sum()
}

#[tokio::test]
async fn after_three_tries_a_message_is_left_to_the_sweep() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    let outcomes = writes(harness.at(0), 1, 3).await;
    assert_eq!(outcomes, [None, None, Some(turn::Outcome::LeftToSweep)]);
    assert_eq!(writes(&harness, 1, 1).await, [Some(turn::Outcome::LeftToSweep)], "so is what comes after it");
    assert_eq!(swept(&harness, 5).await.len(), 1);
    harness.ports.model.set_dead(false);
    swept(&harness, 10).await;
    assert_eq!(waiting(&harness), 0);
    harness.ports.model.set_dead(true);
    let outcomes = writes(harness.at(11), 1, 3).await;
    assert_eq!(outcomes, [None, None, Some(turn::Outcome::LeftToSweep)], "another outage, other tries");
}

#[tokio::test]
async fn of_all_who_wait_for_a_dead_model_a_few_are_hinted_at_and_other_ones_each_time() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    for number in 0..40 {
        writes(harness.at(0), number, 3).await;
    }
    let mut asked = Vec::new();
    for sweep in 1..=10 {
        let hints = swept(&harness, 5 * sweep).await;
        assert_eq!(hints.len(), PROBES);
        asked.extend(hints.into_iter().map(|hint| hint.key.lead));
    }
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 40, "within ten sweeps everybody");
    harness.ports.model.set_dead(false);
    assert_eq!(swept(&harness, 55).await.len(), PROBES);
    assert_eq!(waiting(&harness), 36);
    assert_eq!(swept(&harness, 60).await.len(), 36, "one answer shows that all can have theirs");
    assert_eq!(waiting(&harness), 0);
}

#[tokio::test]
async fn a_model_that_dies_again_is_asked_as_before() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    for number in 0..40 {
        writes(harness.at(0), number, 3).await;
    }
    harness.ports.model.set_dead(false);
    swept(&harness, 5).await;
    harness.ports.model.set_dead(true);
    assert_eq!(swept(&harness, 10).await.len(), 36, "it was seen to answer");
    assert_eq!(swept(&harness, 15).await.len(), PROBES);
}

#[tokio::test]
async fn who_needs_no_model_is_hinted_at_whoever_waits() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    for number in 0..40 {
        writes(harness.at(0), number, 3).await;
    }
    for (key, _) in harness.ports.store.leads().into_iter().take(10) {
        let mut state = harness.ports.store.leads()[&key].state.clone().unwrap().next();
        state.mode = Mode::Human;
        harness.ports.store.commit(&key, vec![Write::State(state)]).await.unwrap();
    }
    assert_eq!(swept(&harness, 5).await.len(), 10 + PROBES);
    assert_eq!(swept(&harness, 12 * 60 + 5).await.len(), 30, "after half a day all of them are a person's");
    assert_eq!(waiting(&harness), 0);
}

#[tokio::test]
async fn who_asks_for_a_person_says_nothing_of_the_model() {
    let harness = MemoryHarness::remembering();
    harness.ports.model.set_dead(true);
    for number in 0..40 {
        writes(harness.at(0), number, 3).await;
    }
    let message = harness.incoming(harness.new_id(), Some("אני רוצה לדבר עם נציג"), Purpose::Ask);
    let customer = CustomerAddress { bsuid: None, phone: E164::parse("+972555000000").ok() };
    let received = MessageReceived { customer, ..harness.at(4).received(message) };
    Box::pin(turn::answer(&harness.ports, &received)).await.unwrap();
    assert_eq!(swept(&harness, 8).await.len(), PROBES);
}
