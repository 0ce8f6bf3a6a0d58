//! `POST /say`: a customer writes, or something else happens that WhatsApp reports. `POST /deliver`: a webhook body of
//! the caller's own, signed.

use super::{delivery, envelope, media};
use crate::api_error::ApiError;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{Connection, Contact, KeptFile, Say, SayResult, bsuid_of};
use crate::wire::escaped;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::future::join_all;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::collections::HashMap;

/// `POST /say`.
pub(crate) async fn say(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    Json(say): Json<Say>,
) -> Result<Json<SayResult>, ApiError> {
    let connection = reachable(&simulator, say.number.as_deref())?;
    let customer = customer(&connection, &say)?;
    let at = match say.at {
        Some(seconds) => Timestamp::from_second(seconds).map_err(|_| ApiError::bad_request("`at` is no time"))?,
        None => now(),
    };
    let id = say.id.clone().unwrap_or_else(|| simulator.state().new_message_id());
    let say = with_file(&simulator, &connection.number, &headers, say)?;
    let field = say.field.as_deref().unwrap_or("messages");
    let body = escaped(&match field {
        "messages" | "standby" => {
            let item = item(&say, &connection, &id, at, content(&say)?);
            envelope::message(&connection, field, &customer, (say.name.as_deref(), say.username.as_deref()), item)
        }
        "smb_message_echoes" => {
            envelope::echo(&connection, &customer, item(&say, &connection, &id, at, content(&say)?))
        }
        other => envelope::change(&connection, other, say.body.clone().unwrap_or_else(|| json!({}))),
    });
    // Only the customer's own messages open the time in which they may be answered.
    if matches!(field, "messages" | "standby") {
        simulator.state().note_customer_wrote(&connection.number, &customer, &id, at);
        if let Some(phone) = shared_phone(&say) {
            simulator.state().note_shared_phone(&connection.number, &customer, phone);
        }
    }
    if matches!(field, "messages" | "standby" | "smb_message_echoes") {
        simulator.state().note_written(&say, &connection.number, &customer, &id, at);
    }
    let times = say.times.unwrap_or(1).clamp(1, 100);
    let answers = join_all((0..times).map(|_| delivery::post_until_taken(&simulator, &connection, &body, &id))).await;
    let status = answers.into_iter().find(|status| *status != 200).unwrap_or(200);
    simulator.state().note_webhook_status(&id, status);
    log(&format!("{id} delivered to {} {times}x: {status}", connection.number));
    Ok(Json(SayResult { id, status }))
}

/// `POST /deliver`: the body as it stands, signed with the secret of `?number=`, posted once. Answers `{"status": …}`.
pub(crate) async fn deliver(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Json<Value>, ApiError> {
    let connection = reachable(&simulator, query.get("number").map(String::as_str))?;
    for (number, customer, id, at) in senders(&body) {
        simulator.state().note_customer_wrote(&number, &customer, &id, at);
    }
    let status = delivery::post(&simulator, &connection, &body).await;
    log(&format!("{} bytes delivered to {} as they are: {status}", body.len(), connection.number));
    Ok(Json(json!({"status": status})))
}

/// Who writes in a body: number, customer, message id and time of each message that can be read.
fn senders(body: &[u8]) -> Vec<(String, Contact, String, Timestamp)> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let changes = list(&body["entry"]).into_iter().flat_map(|entry| list(&entry["changes"]));
    let mut found = Vec::new();
    for change in changes {
        let value = &change["value"];
        let number = value["metadata"]["phone_number_id"].as_str().unwrap_or_default();
        for message in list(&value["messages"]) {
            let text = |name: &str| message[name].as_str().map(str::to_owned);
            let customer = Contact { phone: text("from"), bsuid: text("from_user_id") };
            let at = text("timestamp").and_then(|at| Timestamp::from_second(at.parse().ok()?).ok());
            found.extend(at.map(|at| (number.to_owned(), customer, text("id").unwrap_or_default(), at)));
        }
    }
    found
}

/// The customer's own phone number, on the card that WhatsApp's button for sharing it sends.
fn shared_phone(say: &Say) -> Option<&str> {
    let card = say.body.as_ref().filter(|_| say.kind.as_deref() == Some("contacts"))?.get(0)?;
    card["phones"][0]["wa_id"].as_str().filter(|_| card["origin"] == "contact_request")
}

/// The connection of a number that has a webhook.
fn reachable(simulator: &Simulator, number: Option<&str>) -> Result<Connection, ApiError> {
    let connection = simulator.state().connection(number).cloned();
    let connection =
        connection.ok_or_else(|| ApiError::not_found("no such number: POST /connections makes one known"))?;
    if connection.webhook_url.is_none() {
        return Err(ApiError::not_found("the number has no webhook_url: POST /connections sets it"));
    }
    Ok(connection)
}

fn customer(connection: &Connection, say: &Say) -> Result<Contact, ApiError> {
    let digits = |from: &String| from.trim().trim_start_matches('+').to_owned();
    let phone = say.from.as_ref().map(digits).filter(|phone| !phone.is_empty());
    if phone.as_ref().is_some_and(|phone| !phone.bytes().all(|b| b.is_ascii_digit())) {
        return Err(ApiError::bad_request("`from` is not a phone number: digits are needed, like 972555000001"));
    }
    let made = || phone.as_ref().map(|phone| bsuid_of(&connection.number, phone));
    let bsuid = say.bsuid.clone().or_else(made);
    if bsuid.is_none() {
        return Err(ApiError::bad_request("nobody writes: `from` or `bsuid` is needed"));
    }
    Ok(Contact { phone, bsuid })
}

/// Keeps the file that comes with a message: from then on it is a message of that type, whose body names the file.
fn with_file(simulator: &Simulator, number: &str, headers: &HeaderMap, mut say: Say) -> Result<Say, ApiError> {
    let Some(said) = &say.media else { return Ok(say) };
    let mut state = simulator.state();
    let file = KeptFile::of(said, state.new_file_id(), number).map_err(ApiError::bad_request)?;
    let kind = say.kind.get_or_insert_with(|| said.message_type().to_owned());
    let body = say.body.get_or_insert_with(|| json!({}));
    body["id"] = json!(file.id);
    body["mime_type"] = json!(file.mime_type);
    body["sha256"] = json!(BASE64_STANDARD.encode(file.sha256()));
    if let Some(seconds) = file.url_seconds() {
        body["url"] = json!(media::url(&file.id, now().as_second() + seconds, headers));
    }
    if kind == "audio" {
        body["voice"] = json!(true);
    } else if let Some(caption) = say.text.take() {
        body["caption"] = json!(caption);
    }
    state.files.push(file);
    drop(state);
    Ok(say)
}

/// The type and the content of the message.
fn content(say: &Say) -> Result<(String, Value), ApiError> {
    match (&say.kind, &say.button, &say.text) {
        (None, Some(button), _) => {
            let reply = json!({"id": button.id, "title": button.title});
            Ok(("interactive".to_owned(), json!({"type": "button_reply", "button_reply": reply})))
        }
        (None, None, Some(text)) => Ok(("text".to_owned(), json!({"body": text}))),
        (None, None, None) => Err(ApiError::bad_request("nothing is said: `text`, `button` or `type` is needed")),
        (Some(kind), _, text) => {
            let plain = || text.as_ref().map_or_else(|| json!({}), |text| json!({"body": text}));
            Ok((kind.clone(), say.body.clone().unwrap_or_else(plain)))
        }
    }
}

/// The message as it stands in the webhook's body, without its sender.
fn item(say: &Say, connection: &Connection, id: &str, at: Timestamp, (kind, body): (String, Value)) -> Value {
    let mut item = json!({"id": id, "timestamp": at.as_second().to_string(), "type": kind});
    item[kind.as_str()] = body;
    if let Some(quoted) = &say.quotes {
        item["context"] = json!({"from": connection.display_number, "id": quoted});
    }
    for (name, value) in say.more.as_ref().and_then(Value::as_object).into_iter().flatten() {
        item[name] = value.clone();
    }
    item
}
