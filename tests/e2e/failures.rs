//! What Lambda gives up on comes back for hours, is parked, and goes back where it came from: nothing is dropped.

use anyhow::{Context, Result};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use std::time::Duration;
use zikaron_aws::{config, sdk};
use zikaron_simulator::wait;
use zikaron_tests::queues::{Held, Queue};
use zikaron_tests::stage::Stage;

/// On AWS 24 times 18 minutes; here a second each.
const PARKING: Duration = Duration::from_secs(120);

/// Who answers the customer, as their state has it.
async fn set_mode(stage: &Stage, lead: &str, mode: &str) -> Result<()> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    Client::new(&sdk::load().await)
        .update_item()
        .table_name(config::table_name()?)
        .key("pk", text(&format!("B#{}#L#{lead}", stage.env.business)))
        .key("sk", text("STATE"))
        .update_expression("SET #mode = :mode")
        .condition_expression("attribute_exists(pk)")
        .expression_attribute_names("#mode", "mode")
        .expression_attribute_values(":mode", text(mode))
        .send()
        .await?;
    Ok(())
}

#[tokio::test]
async fn an_event_that_failed_for_hours_is_parked_and_answered_once_it_is_sent_back() -> Result<()> {
    let stage = Stage::set()?;
    let failures = Queue::of(&stage.env, "REPLY_FAILURES_URL")?;
    failures.hide_for(1).await?;
    let mut customer = stage.customer();
    customer.exchange("כמה עולה תספורת?").await?;
    let lead = customer.lead().await?;
    let lead = lead["lead"].as_str().context("no lead")?;
    // As code that knows more than this would have left it after a rollback.
    set_mode(&stage, lead, "committee").await?;
    let asked = stage.driver.ai_requests("reply", &customer.mark).await?.len();
    let said = customer.say(&format!("אפשר מחר? {}", customer.mark)).await?;
    let parked = Queue::of(&stage.env, "PARKED_URL")?;
    let held = wait::until("the event among the parked ones", PARKING, async || about(&parked, &said.id).await).await?;
    assert_eq!(
        stage.driver.ai_requests("reply", &customer.mark).await?.len(),
        asked,
        "nobody knows whether a person answers"
    );

    set_mode(&stage, lead, "ai").await?;
    // What `aws sqs start-message-move-task` does, which the local stack does not have.
    failures.send(&held.body).await?;
    parked.delete(&held).await?;
    customer.answer().await?;
    assert_eq!(customer.lead().await?["state"]["pending"], 0);
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
