//! Webhooks on their way: signed, and repeated while they are not answered with 200.

use super::envelope;
use super::misbehave::GraphStep;
use super::sent::Sent;
use crate::clock::now;
use crate::server::log;
use crate::wire::{SIGNATURE_HEADER, escaped, sign};
use crate::world::{Connection, World};
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;

/// Meta goes on for up to 7 days, ever more seldom; here a developer waits for it.
const PAUSES_MS: [u64; 6] = [250, 500, 1_000, 2_000, 4_000, 8_000];
/// How long one attempt may take.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// Between the acceptance of a message and each of its statuses.
const STATUS_PAUSE: Duration = Duration::from_millis(50);

/// Posts once. Answers the HTTP status; 0 when there was no answer.
pub(crate) async fn post(world: &World, connection: &Connection, body: &[u8]) -> u16 {
    let (Some(url), Ok(signature)) = (&connection.webhook_url, sign(&connection.app_secret, body)) else { return 0 };
    let request = world
        .http
        .post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(SIGNATURE_HEADER, signature)
        .timeout(ANSWER_TIMEOUT)
        .body(body.to_vec());
    request.send().await.map_or(0, |answer| answer.status().as_u16())
}

/// Posts until the answer is 200, at most seven times within 16 seconds. Answers the last status.
pub(crate) async fn insist(world: &World, connection: &Connection, body: &[u8], what: &str) -> u16 {
    for (attempt, pause) in PAUSES_MS.into_iter().enumerate() {
        match post(world, connection, body).await {
            200 => return 200,
            status => log(&format!("webhook for {what} answered {status}, attempt {}", attempt + 1)),
        }
        tokio::time::sleep(Duration::from_millis(pause)).await;
    }
    let status = post(world, connection, body).await;
    if status != 200 {
        log(&format!("webhook for {what} answered {status}: given up"));
    }
    status
}

/// Sends the statuses of a message, one after the other, and notes those that were taken.
pub(crate) async fn statuses(world: World, sent: Sent, step: GraphStep) {
    let connection = world.book().connection(Some(&sent.number)).cloned();
    let Some(connection) = connection.filter(|connection| connection.webhook_url.is_some()) else { return };
    tokio::time::sleep(Duration::from_millis(step.statuses_delay_ms)).await;
    for status in &step.statuses(&connection.statuses) {
        tokio::time::sleep(STATUS_PAUSE).await;
        let body = escaped(&envelope::status(&connection, &sent, status, now()));
        if insist(&world, &connection, &body, &format!("{status} of {}", sent.wamid)).await != 200 {
            continue;
        }
        if let Some(kept) = world.book().sent.iter_mut().find(|kept| kept.wamid == sent.wamid) {
            kept.statuses.push(status.clone());
        }
    }
}
