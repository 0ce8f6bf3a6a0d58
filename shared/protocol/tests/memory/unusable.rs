//! A model that is there and writes nothing that could be sent.

use crate::harness::MemoryHarness;
use zikaron_memory::handover::{Cause, farewell};
use zikaron_memory::language::Language;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::ports::ModelError;

#[tokio::test]
async fn a_customer_it_has_no_answer_for_gets_a_person() {
    let harness = MemoryHarness::remembering();
    harness.fails(ModelError::Unusable("nothing of the reply can be shown".to_owned()));
    let answer = harness.at(0).write("פתוחים ביום שישי?").await;
    assert_eq!(answer.text, farewell(Language::Hebrew));
    let state = harness.lead().state.unwrap();
    assert_eq!((state.mode, state.pending), (Mode::Human, 0));
    let asks = |event: &Event| matches!(event, Event::HandoverRequested(told) if told.cause == Cause::AiAsked);
    assert!(harness.told().iter().any(asks), "the business is told");
}
