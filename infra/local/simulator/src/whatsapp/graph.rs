//! `POST /graph/{phone_number_id}/messages`, the Graph API's sending side.

use super::delivery;
use super::misbehave::GraphStep;
use super::refusal::Refusal;
use super::rules::{self, Asked, Message, Recipient};
use super::sent::{Sent, Typing};
use crate::clock::now;
use crate::server::log;
use crate::world::{Book, World};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::response::{IntoResponse, Response};
use jiff::SignedDuration;
use serde_json::{Value, json};

/// After this long without a message of the customer only templates may be sent.
const WINDOW: SignedDuration = SignedDuration::from_hours(24);

pub(crate) async fn messages(
    State(world): State<World>,
    Path(number): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut step = GraphStep::default();
    let answer = take(&world, &number, &headers, &body, &mut step);
    if let Err(refusal) = &answer {
        log(&format!("refused a send from {number}: code {}", refusal.code));
    }
    step.spoil(answer.map(Json).into_response()).await
}

/// What good behaviour answers; `step` becomes what a test wants to happen to this send.
fn take(world: &World, number: &str, headers: &HeaderMap, body: &[u8], step: &mut GraphStep) -> Result<Value, Refusal> {
    let mut book = world.book();
    let connection = book.connection(Some(number)).ok_or_else(Refusal::number)?;
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    if connection.access_token.is_empty() || bearer != Some(connection.access_token.as_str()) {
        return Err(Refusal::token());
    }
    match rules::read(body)? {
        Asked::Read { message_id, typing } => {
            book.read(number, &message_id, now());
            book.typing.push(Typing { number: number.to_owned(), message_id, typing, at: now() });
            Ok(json!({"success": true}))
        }
        Asked::Message(message) => {
            let (Recipient::Phone(to) | Recipient::User(to) | Recipient::Nobody(to)) = &message.to;
            *step = book.misbehaviour.take(to).unwrap_or_default();
            if !step.accept {
                return Ok(Value::Null);
            }
            let sent = accept(&mut book, number, message)?;
            drop(book);
            Ok(sent.map_or_else(
                |dropped| accepted(&dropped),
                |sent| {
                    let answer = accepted(&sent);
                    tokio::spawn(delivery::statuses(world.clone(), sent, step.clone()));
                    answer
                },
            ))
        }
    }
}

/// The message as it is kept; the error is one that is dropped although it was accepted.
fn accept(book: &mut Book, number: &str, message: Message) -> Result<Result<Sent, Sent>, Refusal> {
    let (to, reaches) = match message.to {
        Recipient::Phone(to) | Recipient::User(to) => (to, true),
        Recipient::Nobody(to) => (to, false),
    };
    let sent = Sent {
        wamid: book.wamid(),
        number: number.to_owned(),
        to,
        kind: message.kind.to_owned(),
        text: message.text,
        buttons: message.buttons,
        tag: message.tag,
        at: now(),
        statuses: Vec::new(),
    };
    if !reaches {
        log(&format!("dropped {}: a user id stands in `to`", sent.wamid));
        book.dropped.push(sent.clone());
        return Ok(Err(sent));
    }
    let last = book.last_written(number, &sent.to);
    if last.is_none_or(|last| sent.at.duration_since(last) > WINDOW) {
        return Err(Refusal::window());
    }
    log(&format!("took {} ({}) from {number}", sent.wamid, sent.kind));
    book.sent.push(sent.clone());
    Ok(Ok(sent))
}

fn accepted(sent: &Sent) -> Value {
    json!({
        "messaging_product": "whatsapp",
        "contacts": [{"input": sent.to, "wa_id": sent.to}],
        "messages": [{"id": sent.wamid}],
    })
}
