//! The channel echoes what was sent to a customer, ours too.

use crate::harness::MemoryHarness;
use zikaron_protocol::turn::{Done, Outcome, TurnError};

#[tokio::test]
async fn an_answer_that_was_refused_for_hours_is_known_when_it_is_echoed() {
    let harness = MemoryHarness::remembering();
    harness.refuses(3);
    let refused = harness.at(0).breaks_off("פתוחים ביום שישי?").await;
    assert!(matches!(refused, TurnError::SendLater), "{refused:?}");
    assert_eq!(harness.at(180).is_due().await, Outcome::Answered);
    let sent = harness.last_taken();
    assert_eq!(harness.echo(&sent.id, sent.body.text()).await, Outcome::Done(Done::OwnEcho));
    assert!(harness.lead().state.unwrap().ai_paused_until.is_none(), "nobody of the business wrote");
}
