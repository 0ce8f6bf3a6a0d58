//! A model that is there and writes nothing that could be sent.

use crate::harness::{IDLE, MemoryHarness};
use zikaron_memory::handover::{Cause, farewell};
use zikaron_memory::language::Language;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::figures::Period;
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::usage::Usage;
use zikaron_protocol::ports::{Digest, ModelError};
use zikaron_protocol::session::close;

#[tokio::test]
async fn a_customer_it_has_no_answer_for_gets_a_person() {
    let harness = MemoryHarness::remembering();
    harness.fails(ModelError::unusable("nothing of the reply can be shown"));
    let answer = harness.at(0).write("פתוחים ביום שישי?").await;
    assert_eq!(answer.text, farewell(Language::Hebrew));
    let state = harness.lead().state.unwrap();
    assert_eq!((state.mode, state.pending), (Mode::Human, 0));
    let asks = |event: &Event| matches!(event, Event::HandoverRequested(told) if told.cause == Cause::AiAsked);
    assert!(harness.told().iter().any(asks), "the business is told");
}

/// What is counted of all days together.
fn tokens(harness: &MemoryHarness) -> i64 {
    let figures = harness.ports.store.all_figures();
    let days = figures.iter().filter(|((_, period), _)| *period != Period::Now);
    days.map(|(_, tally)| tally.get("tokens_in") + tally.get("tokens_out")).sum()
}

#[tokio::test]
async fn what_it_used_for_nothing_is_counted_in_the_budget_and_in_the_figures() {
    let settings = Settings { enable_customer_service: true, daily_tokens_budget: 1_000, ..Settings::default() };
    let harness = MemoryHarness::new(settings);
    let usage = Usage { tokens_in: 990, tokens_cached: 900, tokens_out: 20 };
    harness.fails(ModelError::unusable("the reply holds no answer").having_used(usage));
    harness.at(0).write("פתוחים ביום שישי?").await;
    harness.staff().hand_back(&harness.key()).await.unwrap();
    let asked = harness.ports.model.shown().len();
    harness.at(1).write("ובשבת?").await;
    assert_eq!(harness.ports.model.shown().len(), asked, "the budget is spent");
    harness.at(1 + IDLE).digest("הלקוח שאל על שעות הפתיחה", Vec::new()).await;
    assert_eq!(tokens(&harness), 1_010);
}

#[tokio::test]
async fn what_a_digest_used_that_cannot_be_used_is_counted_with_the_one_that_is_written() {
    let harness = MemoryHarness::remembering();
    harness.at(0).write("פתוחים ביום שישי?").await;
    let usage = Usage { tokens_in: 300, ..Usage::default() };
    harness.ports.model.digest_as(Digest { usage, ..Digest::default() });
    let session = harness.open();
    harness.at(IDLE).close(&session).await;
    assert_eq!(tokens(&harness), 0, "it has no summary, and is tried again");
    // Somebody asks for it before its schedule does.
    harness.ports.model.digest_as(Digest { usage, ..Digest::default() });
    let hint = TimerFired { key: harness.key(), session, generation: 0 };
    close::hinted(&harness.ports, &hint).await;
    let summary = Some("הלקוח שאל על שעות הפתיחה".to_owned());
    harness.ports.model.digest_as(Digest { summary, usage, ..Digest::default() });
    harness.at(IDLE + 2).settles().await;
    assert_eq!(tokens(&harness), 900);
}
