//! The simulator as a call provider: `POST /call` reports a call that has ended, `POST /ring` asks who is calling, `POST
//! /tool` uses a voice agent's tools in mid-call, and under `/call-providers` are the APIs by which the business has calls
//! placed (`outbound`) and fetches what was said in them (`twilio`).
//! Each provider has its own body and its own signature.

mod accounts;
mod answers;
mod bodies;
pub(crate) mod outbound;
mod provider;
mod signature;
pub(crate) mod twilio;

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
pub use provider::{Call, CallResult, Line, Provider, Ring, RingResult, ToolUse};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use std::time::Duration;

/// How long the product may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// `POST /call`: a customer has called.
pub(crate) async fn call(
    State(simulator): State<Simulator>,
    Json(mut call): Json<Call>,
) -> Result<Json<CallResult>, ApiError> {
    let accounts = Accounts::from_env()?;
    let placed = match &call.placed {
        Some(id) => {
            Some(outbound::placed(&simulator, id).ok_or_else(|| ApiError::not_found("no such call was placed"))?)
        }
        None => None,
    };
    if let Some(placed) = &placed {
        call = Call {
            from: Some(placed.to.clone()),
            provider: outbound::provider(placed)?,
            id: Some(placed.id.clone()),
            ..call
        };
    }
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
    let ended_call = EndedCall {
        id: &id,
        request: &call,
        own_number: &accounts.number,
        placed: placed.as_ref(),
        began_at: ended_at - lasted,
        ended_at,
    };
    if call.provider == Provider::Twilio {
        twilio::keep(&simulator, &ended_call);
    }
    let mut statuses = Vec::new();
    for report in bodies::reports(&ended_call) {
        let posting = Posting::of(call.provider, &report);
        let posts =
            (0..call.times.unwrap_or(1)).map(|_| post(&simulator, &accounts, call.provider, When::End, &posting));
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
    let posting = Posting::of(ring.provider, &body);
    let (status, answer) = post(&simulator, &accounts, ring.provider, When::Start, &posting).await;
    Ok(Json(RingResult { status, answer: serde_json::from_slice(&answer).unwrap_or_default() }))
}

/// `POST /tool`: a voice agent asks or writes down something in mid-call.
pub(crate) async fn tool(
    State(simulator): State<Simulator>,
    Json(used): Json<ToolUse>,
) -> Result<Json<RingResult>, ApiError> {
    let accounts = Accounts::from_env()?;
    let (when, name, given) = match (&used.question, &used.fact) {
        (Some(question), None) => (When::Recall, "question", question),
        (None, Some(fact)) => (When::Remember, "fact", fact),
        _ => return Err(ApiError::bad_request("one of `question` and `fact`")),
    };
    let body = bodies::tool_request(&used, (name, given), &accounts.number, now())
        .ok_or_else(|| ApiError::bad_request("this provider has no tools"))?;
    let posting = Posting::of(used.provider, &body);
    let (status, answer) = post(&simulator, &accounts, used.provider, when, &posting).await;
    Ok(Json(RingResult { status, answer: serde_json::from_slice(&answer).unwrap_or_default() }))
}

/// When a provider posts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum When {
    Start,
    Recall,
    Remember,
    End,
}

/// What is posted, and as what.
struct Posting {
    content_type: &'static str,
    body: Vec<u8>,
}

impl Posting {
    /// Twilio's report of a call is a form; everything else is JSON.
    fn of(provider: Provider, report: &Value) -> Self {
        match report.as_object().filter(|report| provider == Provider::Twilio && report.contains_key("CallSid")) {
            Some(form) => {
                let parameters = form.iter().map(|(name, value)| (name, value.as_str().unwrap_or_default()));
                let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
                Self { content_type: "application/x-www-form-urlencoded", body: body.into_bytes() }
            }
            None => Self { content_type: "application/json", body: report.to_string().into_bytes() },
        }
    }
}

/// Posts once, signed as the provider signs. Answers status and body; 0 when there was no answer.
async fn post(
    simulator: &Simulator,
    accounts: &Accounts,
    provider: Provider,
    when: When,
    posting: &Posting,
) -> (u16, Vec<u8>) {
    let Posting { content_type, body } = posting;
    let url = accounts.webhook_url(provider, when);
    let (url, headers) = match provider {
        Provider::Twilio => signature::twilio(&url, *content_type == "application/json", accounts, body),
        _ => (url, signature::headers(provider, when, accounts, body, now())),
    };
    let mut request =
        simulator.http.post(url).header(CONTENT_TYPE, *content_type).timeout(ANSWER_TIMEOUT).body(body.clone());
    for (name, value) in headers {
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
