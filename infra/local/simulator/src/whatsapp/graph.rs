//! `POST /graph/{phone_number_id}/messages`, the sending side of Meta's Graph API
//! (<https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages>).

use super::delivery;
use super::refusal::Refusal;
use super::rules::{self, Message, Recipient, SendRequest};
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{FaultStep, Sent, SimulatorState, Typing};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde_json::{Value, json};
use std::time::Duration;

/// After this long without a message of the customer only templates may be sent: error 131047 in
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes>.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

/// Answers what Meta would, unless a test wants another answer.
pub(crate) async fn messages(
    State(simulator): State<Simulator>,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut step = FaultStep::default();
    let answer = carry_out(&simulator, &number, &headers, &body, &mut step);
    if let Err(refusal) = &answer {
        log(&format!("refused a send from {number}: code {}", refusal.code));
    }
    with_fault(&step, answer.map(Json).into_response()).await
}

/// Answers late, not at all, or with an error, as the step says; `answer` is what Meta would answer.
async fn with_fault(step: &FaultStep, answer: Response) -> Response {
    tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
    if step.cut {
        let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut by a script"))]);
        return Body::from_stream(broken).into_response();
    }
    step.status.map_or(answer, |status| Refusal::scripted(status, step.code).into_response())
}

/// Carries the request out. Answers what Meta would; `step` becomes what a test wants to happen to this send.
fn carry_out(
    simulator: &Simulator,
    number: &str,
    headers: &HeaderMap,
    body: &[u8],
    step: &mut FaultStep,
) -> Result<Value, Refusal> {
    let mut state = simulator.state();
    let connection = state.connection(Some(number)).ok_or_else(Refusal::number)?;
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if connection.access_token.is_empty() || bearer != Some(connection.access_token.as_str()) {
        return Err(Refusal::token());
    }
    match rules::parse(body)? {
        SendRequest::Read { message_id, typing } => {
            state.note_read(number, &message_id, now());
            state.typing.push(Typing { number: number.to_owned(), message_id, typing, at: now() });
            Ok(json!({"success": true}))
        }
        SendRequest::Message(message) => {
            let (Recipient::Phone(to) | Recipient::User(to) | Recipient::Nobody(to)) = &message.to;
            *step = state.faults.take(to).unwrap_or_default();
            if !step.accept {
                return Ok(Value::Null);
            }
            match accept(&mut state, number, message)? {
                Accepted::Dropped(sent) => Ok(accepted(&sent)),
                Accepted::Kept(sent) => {
                    let answer = accepted(&sent);
                    tokio::spawn(delivery::statuses(simulator.clone(), sent, step.clone()));
                    Ok(answer)
                }
            }
        }
    }
}

/// A message that was answered with success.
enum Accepted {
    /// The customer reads it.
    Kept(Sent),
    /// The customer never sees it, and no status follows.
    Dropped(Sent),
}

fn accept(state: &mut SimulatorState, number: &str, message: Message) -> Result<Accepted, Refusal> {
    let (to, reaches) = match message.to {
        Recipient::Phone(to) | Recipient::User(to) => (to, true),
        Recipient::Nobody(to) => (to, false),
    };
    let (template, text) = match message.template {
        Some(template) => {
            let text = template.text(state)?;
            (Some(template.name), text)
        }
        None => (None, message.text),
    };
    let sent = Sent {
        wamid: state.new_message_id(),
        number: number.to_owned(),
        to,
        kind: message.kind.to_owned(),
        text,
        template,
        buttons: message.buttons,
        tag: message.tag,
        at: now(),
        statuses: Vec::new(),
    };
    if !reaches {
        log(&format!("dropped {}: a user id stands in `to`", sent.wamid));
        state.dropped.push(sent.clone());
        return Ok(Accepted::Dropped(sent));
    }
    let last = state.last_written(number, &sent.to);
    let is_open = last.is_some_and(|last| sent.at.duration_since(last) <= WINDOW);
    if sent.template.is_none() && !is_open {
        return Err(Refusal::window());
    }
    log(&format!("took {} ({}) from {number}", sent.wamid, sent.kind));
    state.sent.push(sent.clone());
    Ok(Accepted::Kept(sent))
}

/// The body of a success. A user id is no `wa_id`.
fn accepted(sent: &Sent) -> Value {
    let name = if sent.to.contains('.') { "user_id" } else { "wa_id" };
    json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": sent.to, name: sent.to}],
        "messages": [{"id": sent.wamid}],
    })
}
