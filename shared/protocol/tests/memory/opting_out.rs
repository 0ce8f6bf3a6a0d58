//! A customer who may want no more messages, in words that may mean something else too (docs/rules.md#m5).

use crate::harness::MemoryHarness;
use zikaron_memory::handover::Cause;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::lead_state::Mode;

const UNCLEAR: &str = "Don't text me, by phone only";
const PLAIN: &str = "STOP";

fn harness(enable_actions: bool) -> MemoryHarness {
    MemoryHarness::new(Settings { enable_customer_service: true, enable_actions, ..Settings::default() })
}

/// How often the business was told of it.
fn told(harness: &MemoryHarness) -> usize {
    let is_it = |event: &&Event| matches!(event, Event::HandoverRequested(told) if told.cause == Cause::OptOut);
    harness.told().iter().filter(is_it).count()
}

#[tokio::test]
async fn a_person_is_told_once_and_the_ai_goes_on() {
    let harness = harness(true);
    let answer = harness.at(0).write(UNCLEAR).await;
    assert!(!answer.text.is_empty());
    harness.at(1).write(UNCLEAR).await;
    let state = harness.lead().state.unwrap();
    assert_eq!((told(&harness), state.mode, state.marketing), (1, Mode::Ai, None));
}

#[tokio::test]
async fn who_has_said_it_plainly_is_not_asked_about_and_neither_is_anybody_where_nothing_is_sent_unasked() {
    let asked = harness(true);
    asked.at(0).write(PLAIN).await;
    assert!(asked.lead().state.unwrap().marketing.is_some_and(|said| !said.wanted));
    asked.at(1).write(UNCLEAR).await;
    let without = harness(false);
    without.at(0).write(UNCLEAR).await;
    assert_eq!((told(&asked), told(&without)), (0, 0));
}
