//! Webhooks on their way: signed, and repeated while they are not answered with 200.

use super::envelope;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{Connection, FaultStep, Sent};
use crate::wire::{SIGNATURE_HEADER, escaped, sign};
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;

/// Pauses between attempts. Meta repeats for days, ever more seldom
/// (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>); here a developer waits for the end.
const PAUSES_MS: [u64; 6] = [250, 500, 1_000, 2_000, 4_000, 8_000];
/// How long one attempt may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Between the acceptance of a message and each of its statuses.
const STATUS_PAUSE: Duration = Duration::from_millis(50);

/// Posts once. Answers the HTTP status; 0 when there was no answer.
pub(crate) async fn post(simulator: &Simulator, connection: &Connection, body: &[u8]) -> u16 {
    let (Some(url), Ok(signature)) = (&connection.webhook_url, sign(&connection.app_secret, body)) else { return 0 };
    let request = simulator
        .http
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(SIGNATURE_HEADER, signature)
        .timeout(ANSWER_TIMEOUT)
        .body(body.to_vec());
    request.send().await.map_or(0, |answer| answer.status().as_u16())
}

/// Posts until the answer is 200, at most seven times within 16 seconds. Answers the last status.
pub(crate) async fn post_until_taken(simulator: &Simulator, connection: &Connection, body: &[u8], what: &str) -> u16 {
    for (attempt, pause) in PAUSES_MS.into_iter().enumerate() {
        match post(simulator, connection, body).await {
            200 => return 200,
            status => log(&format!("webhook for {what} answered {status}, attempt {}", attempt + 1)),
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    let status = post(simulator, connection, body).await;
    if status != 200 {
        log(&format!("webhook for {what} answered {status}: given up"));
    }
    status
}

/// Sends the statuses of a message, one after the other, and notes those that were taken.
pub(crate) async fn statuses(simulator: Simulator, sent: Sent, step: FaultStep) {
    let connection = simulator.state().connection(Some(&sent.number)).cloned();
    let Some(connection) = connection.filter(|connection| connection.webhook_url.is_some()) else { return };
    let user_id = simulator.state().user_id(&sent.number, &sent.to);
    tokio::time::sleep(Duration::from_millis(step.statuses_delay_ms)).await;
    for status in &step.statuses(&connection.statuses) {
        tokio::time::sleep(STATUS_PAUSE).await;
        let body = escaped(&envelope::status(&connection, &sent, user_id.as_deref(), status, now()));
        if post_until_taken(&simulator, &connection, &body, &format!("{status} of {}", sent.wamid)).await != 200 {
            continue;
        }
        if let Some(kept) = simulator.state().sent.iter_mut().find(|kept| kept.wamid == sent.wamid) {
            kept.statuses.push(status.clone());
        }
    }
}
