//! The simulator as a call provider: `POST /call` places a call and reports its end, `POST /ring` asks who is calling.
//! Each provider has its own body and its own signature.

mod accounts;
mod bodies;
mod provider;
mod signature;

use crate::api_error::ApiError;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use accounts::Accounts;
use axum::Json;
use axum::extract::State;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use provider::EndedCall;
pub use provider::{Call, CallResult, Line, Provider, Ring, RingResult};
use reqwest::header::CONTENT_TYPE;
use std::time::Duration;

/// How long the product may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// `POST /call`: a customer has called.
pub(crate) async fn call(
    State(simulator): State<Simulator>,
    Json(call): Json<Call>,
) -> Result<Json<CallResult>, ApiError> {
    let accounts = Accounts::from_env()?;
    if call.lines.iter().any(|line| line.speaker != "customer" && line.speaker != "agent") {
        return Err(ApiError::bad_request("`speaker` is `customer` or `agent`"));
    }
    let ended_at = match call.at {
        Some(seconds) => Timestamp::from_second(seconds).map_err(|_| ApiError::bad_request("`at` is no time"))?,
        None => now(),
    };
    let new_id = || format!("call_{}", simulator.state().new_message_id().replace(['.', '='], "_"));
    let id = call.id.clone().unwrap_or_else(new_id);
    // A second for each turn: people here talk fast, so that a call does not reach back into what was written before.
    let lasted = SignedDuration::from_secs(i64::try_from(call.lines.len()).unwrap_or(0).max(1));
    let ended_call =
        EndedCall { id: &id, request: &call, own_number: &accounts.number, began_at: ended_at - lasted, ended_at };
    let mut statuses = Vec::new();
    for body in bodies::reports(&ended_call) {
        let body = body.to_string().into_bytes();
        let posts = (0..call.times.unwrap_or(1)).map(|_| post(&simulator, &accounts, call.provider, false, &body));
        statuses.extend(join_all(posts).await.into_iter().map(|(status, _)| status));
    }
    log(&format!("call {id} of {}: answered {statuses:?}", call.provider.as_str()));
    Ok(Json(CallResult { id, statuses }))
}

/// `POST /ring`: a call begins.
pub(crate) async fn ring(
    State(simulator): State<Simulator>,
    Json(ring): Json<Ring>,
) -> Result<Json<RingResult>, ApiError> {
    let accounts = Accounts::from_env()?;
    let body = bodies::start_question(&ring, &accounts.number, now())
        .ok_or_else(|| ApiError::bad_request("this provider asks nothing when a call begins"))?;
    let (status, answer) = post(&simulator, &accounts, ring.provider, true, body.to_string().as_bytes()).await;
    Ok(Json(RingResult { status, answer: serde_json::from_slice(&answer).unwrap_or_default() }))
}

/// Posts once, signed as the provider signs. Answers status and body; 0 when there was no answer.
async fn post(
    simulator: &Simulator,
    accounts: &Accounts,
    provider: Provider,
    start: bool,
    body: &[u8],
) -> (u16, Vec<u8>) {
    let mut request = simulator
        .http
        .post(accounts.webhook_url(provider, start))
        .header(CONTENT_TYPE, "application/json")
        .timeout(ANSWER_TIMEOUT)
        .body(body.to_vec());
    for (name, value) in signature::headers(provider, start, accounts, body, now()) {
        request = request.header(name, value);
    }
    match request.send().await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            (status, answer.bytes().await.map(|bytes| bytes.to_vec()).unwrap_or_default())
        }
        Err(_) => (0, Vec::new()),
    }
}
