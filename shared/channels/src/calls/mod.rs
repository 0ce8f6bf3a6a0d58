//! Phone calls: what call providers post when a call ends and when one begins, and how they are asked to place one; one
//! file for each provider.
//!
//! A provider's file says how its requests are proven, what is in them, and how it wants to be answered; everything
//! that holds for all of them is in the other files.

mod bland;
mod elevenlabs;
mod flat_text;
mod generic;
mod object;
mod on_the_line;
mod outbound;
mod proof;
mod provider;
mod report;
mod retell;
mod secret;
mod table;
mod tool;
mod transcript;
mod twilio;
mod twilio_calls;
mod vapi;

pub use outbound::{CallClient, InvalidBaseUrl};
pub use proof::Delivered;
pub use provider::WebhookKind;
pub use report::{Malformed, Read};
pub use secret::{Account, CallSecret, CallSecrets, NoProof};
pub use tool::{Tool, ToolCalls};
pub use twilio_calls::{DueCalls, TwilioCalls};

use jiff::Timestamp;
use on_the_line::CallStartRequest;
use report::{of_body, routes, shown};
use serde_json::{Map, Value};
use table::of;
use tool::{MAX_CALLS, MAX_CHARS};
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{CallName, Provider};
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::model::ongoing_call::{CallNoted, OngoingCall};
use zikaron_protocol::ports::Unavailable;

/// Whether a request comes from whoever holds the secret. Looks at the raw bytes and compares in constant time; `now`
/// is what the age of a signature is measured by, where the provider signs a time.
#[must_use]
pub fn is_genuine(kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
    of(secret.provider).is_genuine(kind, secret, delivered, now)
}

/// The provider and connection of a request that proves to come from there; none for one that does not, whatever is
/// wrong with it.
///
/// # Errors
/// When the secret cannot be read.
pub async fn proven<S: CallSecrets>(
    secrets: &S,
    kind: WebhookKind,
    path: (&str, &str),
    delivered: &Delivered<'_>,
    now: Timestamp,
) -> Result<Option<(Provider, ConnectionId)>, Unavailable> {
    let (Some(provider), Ok(connection)) = (Provider::parse(path.0), ConnectionId::parse(path.1)) else {
        return Ok(None);
    };
    if !delivered.has_any(of(provider).proof_headers()) {
        // There is nothing to check: no need to fetch a secret for a passing scanner.
        return Ok(None);
    }
    let secret = secrets.call_connection(&connection).await?.filter(|secret| secret.provider == provider);
    Ok(secret.filter(|secret| is_genuine(kind, secret, delivered, now)).map(|_| (provider, connection)))
}

/// The headers with which the provider would send these bytes: for tests and for whoever stands in for it.
#[must_use]
pub fn sign(kind: WebhookKind, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    of(secret.provider).sign(kind, secret, body, now)
}

/// Reads the body of an end-of-call webhook whose proof was checked. A wrong type costs the value it stands in. `now`
/// stands in for an end that is not told, and bounds one that is: no call ended in the future.
///
/// # Errors
/// [`Malformed`] where the body is no JSON object; nothing smaller is an error.
pub fn read(provider: Provider, connection: &ConnectionId, body: &[u8], now: Timestamp) -> Result<Read, Malformed> {
    let message = of_body(&of(provider).json(body), |whole| of(provider).message(whole))?;
    Ok(Read::of(message, provider, connection, now))
}

/// Whether a provider asks at the start of a call.
#[must_use]
pub fn has_start(provider: Provider) -> bool {
    of(provider).asks_at_start()
}

/// Whether a provider's voice agents have tools.
#[must_use]
pub fn has_tools(provider: Provider) -> bool {
    of(provider).has_tools()
}

/// Reads the body of a start-of-call webhook whose proof was checked.
///
/// # Errors
/// [`Malformed`] where the body is no JSON object; nothing smaller is an error.
pub fn starting(provider: Provider, connection: &ConnectionId, body: &[u8]) -> Result<OngoingCall, Malformed> {
    let asked = of_body(body, |whole| of(provider).starting(whole))?;
    Ok(on_the_line(connection, &asked))
}

/// Reads what a voice agent's tool was given, of a request whose proof was checked.
///
/// # Errors
/// [`Malformed`] where the body is no JSON object; nothing smaller is an error.
pub fn tool_calls(provider: Provider, tool: Tool, on: &ConnectionId, body: &[u8]) -> Result<ToolCalls, Malformed> {
    let request = of_body(body, |whole| of(provider).tool(tool, whole))?;
    let cut = |given: String| given.chars().take(MAX_CHARS).collect::<String>();
    // What is beyond the bound is answered too, as if nothing had been given: the agent waits for each.
    let taken = |at: usize, given: String| if at < MAX_CALLS { cut(given) } else { String::new() };
    let given = request.given.into_iter().enumerate();
    let (ids, given) = given.map(|(at, (id, given))| (id, taken(at, given))).unzip();
    Ok(ToolCalls { call: on_the_line(on, &request.call), call_id: request.call_id, given, ids })
}

/// The events of what a voice agent wrote down; none where the request does not name its call, nor of nothing.
#[must_use]
pub fn noted(provider: Provider, made: &ToolCalls, now: Timestamp) -> Vec<CallNoted> {
    let Some(call_id) = made.call_id.as_deref().and_then(report::call_id) else { return Vec::new() };
    let OngoingCall { connection, routes, business_number, customer } = &made.call;
    let of = |remark: &String| CallNoted {
        name: CallName { provider, call_id: call_id.clone() },
        connection: connection.clone(),
        routes: routes.clone(),
        business_number: business_number.clone(),
        customer: customer.clone(),
        remark: remark.clone(),
        at: report::to_millis(now),
    };
    made.given.iter().filter(|remark| !remark.is_empty()).map(of).collect()
}

/// The answer to a tool, in the provider's own format: an answer for each call of it, in the order of the provider's `ids`.
#[must_use]
pub fn tool_answer(provider: Provider, ids: &[Option<String>], answers: &[Answer]) -> Value {
    of(provider).tool_answer(answers, ids)
}

fn on_the_line(connection: &ConnectionId, told: &CallStartRequest) -> OngoingCall {
    OngoingCall {
        connection: connection.clone(),
        routes: routes(told.agent.as_deref(), told.to.as_deref()),
        business_number: told.to.as_deref().and_then(shown),
        customer: told.from.as_deref().and_then(shown),
    }
}

/// The answer to a start-of-call webhook, in the provider's own format. `assistant` is for Vapi: who takes the call.
#[must_use]
pub fn answer(provider: Provider, known: &Recalled, assistant: Option<&str>) -> Value {
    let variables: Map<String, Value> =
        known.variables().into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    of(provider).answer(known, variables, assistant)
}
