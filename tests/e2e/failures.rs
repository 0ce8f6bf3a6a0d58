//! What Lambda gives up on comes back for hours, is parked, and goes back where it came from: nothing is dropped.

use anyhow::Result;
use serde_json::Value;
use std::time::Duration;
use zikaron_simulator::{Script, Step, wait};
use zikaron_tests::queues::{Held, Queue};
use zikaron_tests::stage::Stage;

/// Lambda's own tries, and as many times as the failure queue delivers an event (`maxReceiveCount`).
const TRIES: usize = 3 + 24;
/// On AWS 24 times 18 minutes; here a second each.
const PARKING: Duration = Duration::from_secs(120);

#[tokio::test]
async fn an_event_that_failed_for_hours_is_parked_and_answered_once_it_is_sent_back() -> Result<()> {
    let stage = Stage::set()?;
    let failures = Queue::of(&stage.env, "REPLY_FAILURES_URL")?;
    failures.hide_for(1).await?;
    let mut customer = stage.customer();
    let script =
        Script { only: Some(customer.mark.clone()), replies: vec![Step::error(503); TRIES], ..Script::default() };
    stage.driver.script(&script).await?;
    let said = customer.say(&format!("היי {}", customer.mark)).await?;
    let parked = Queue::of(&stage.env, "PARKED_URL")?;
    let held = wait::until("the event among the parked ones", PARKING, async || about(&parked, &said.id).await).await?;
    let requests = stage.driver.ai_requests("reply", &customer.mark).await?;
    assert_eq!(requests.len(), TRIES);
    assert!(customer.inbox().await?.is_empty());
    let waits = customer.lead().await?;
    assert_eq!(waits["state"]["pending"], 1, "what waits, waits in the table");

    // What `aws sqs start-message-move-task` does, which the local stack does not have.
    failures.send(&held.body).await?;
    parked.delete(&held).await?;
    customer.answer().await?;
    assert_eq!(stage.driver.ai_requests("reply", &customer.mark).await?.len(), TRIES + 1);
    Ok(())
}

/// The parked event about a message.
async fn about(parked: &Queue, message: &str) -> Result<Option<Held>> {
    let is_it = |held: &Held| {
        let body: Value = serde_json::from_str(&held.body).unwrap_or_default();
        body["requestPayload"]["detail"]["message"]["id"] == message
    };
    Ok(parked.receive().await?.into_iter().find(is_it))
}
