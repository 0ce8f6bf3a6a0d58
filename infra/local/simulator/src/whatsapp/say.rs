//! `POST /say`: a customer writes, or something else happens that WhatsApp tells. `POST /deliver`: a webhook body of your own, signed.

use super::sent::Button;
use super::written::Written;
use super::{delivery, envelope};
use crate::clock::now;
use crate::fault::Fault;
use crate::server::log;
use crate::wire::escaped;
use crate::world::{Connection, Customer, World, bsuid_of};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use futures_util::future::join_all;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A message of a customer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Say {
    /// The customer's phone number, with or without `+`; may be left out if `bsuid` is given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The customer's user id. Left out, it is made from the phone number, always the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bsuid: Option<String>,
    /// The name in the customer's WhatsApp profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The `phone_number_id` written to; the first one known, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// When, in Unix seconds; now, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The message's id; a fresh one, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// How many times it is delivered, all at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<usize>,
    /// The reply button that is tapped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub button: Option<Button>,
    /// The id of the message that is quoted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quotes: Option<String>,
    /// Another type than text or button, such as `image`; its content is `body`.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The content of a message of type `type`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// What else stands in the message, beside its content: `referral`, `context`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<Value>,
    /// The webhook's field; `messages`, if left out. With `standby` another application holds the conversation; with
    /// `smb_message_echoes` the business writes to the customer from the phone app; in every other field `body` is the
    /// whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The message's id.
    pub id: String,
    /// What the webhook answered last; 0 when it did not answer.
    pub status: u16,
}

pub(crate) async fn say(State(world): State<World>, Json(say): Json<Say>) -> Result<Json<Said>, Fault> {
    let connection = reachable(&world, say.number.as_deref())?;
    let customer = customer(&connection, &say)?;
    let at = match say.at {
        Some(seconds) => Timestamp::from_second(seconds).map_err(|_| Fault::bad_request("`at` is no time"))?,
        None => now(),
    };
    let field = say.field.as_deref().unwrap_or("messages");
    let id = say.id.clone().unwrap_or_else(|| world.book().wamid());
    let body = escaped(&match field {
        "messages" | "standby" => {
            let item = item(&say, &connection, &id, at, content(&say)?);
            envelope::message(&connection, field, &customer, say.name.as_deref(), item)
        }
        "smb_message_echoes" => {
            envelope::echo(&connection, &customer, item(&say, &connection, &id, at, content(&say)?))
        }
        other => envelope::change(&connection, other, say.body.clone().unwrap_or_else(|| json!({}))),
    });
    // Only his own messages open the time in which he may be answered.
    if matches!(field, "messages" | "standby") {
        world.book().wrote(&connection.number, &customer, &id, at);
    }
    if matches!(field, "messages" | "standby" | "smb_message_echoes") {
        let mut book = world.book();
        Written::keep(&mut book, &say, &connection.number, &customer, &id, at);
    }
    let times = say.times.unwrap_or(1).clamp(1, 100);
    let answers = join_all((0..times).map(|_| delivery::insist(&world, &connection, &body, &id))).await;
    let status = answers.into_iter().find(|status| *status != 200).unwrap_or(200);
    Written::answered(&mut world.book(), &id, status);
    log(&format!("{id} delivered to {} {times}x: {status}", connection.number));
    Ok(Json(Said { id, status }))
}

/// The body as it stands, signed with the secret of `?number=`, posted once. Answers `{"status": …}`.
pub(crate) async fn deliver(
    State(world): State<World>,
    Query(query): Query<HashMap<String, String>>,
    body: Bytes,
) -> Result<Json<Value>, Fault> {
    let connection = reachable(&world, query.get("number").map(String::as_str))?;
    for (number, customer, id, at) in written(&body) {
        world.book().wrote(&number, &customer, &id, at);
    }
    let status = delivery::post(&world, &connection, &body).await;
    log(&format!("{} bytes delivered to {} as they are: {status}", body.len(), connection.number));
    Ok(Json(json!({"status": status})))
}

/// Who writes in a body: number, customer, message id and time. Whatever cannot be read is passed over.
fn written(body: &[u8]) -> Vec<(String, Customer, String, Timestamp)> {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let changes = list(&body["entry"]).into_iter().flat_map(|entry| list(&entry["changes"]));
    let mut found = Vec::new();
    for change in changes {
        let value = &change["value"];
        let number = value["metadata"]["phone_number_id"].as_str().unwrap_or_default();
        for message in list(&value["messages"]) {
            let text = |name: &str| message[name].as_str().map(str::to_owned);
            let customer = Customer { phone: text("from"), bsuid: text("from_user_id") };
            let at = text("timestamp").and_then(|at| Timestamp::from_second(at.parse().ok()?).ok());
            found.extend(at.map(|at| (number.to_owned(), customer, text("id").unwrap_or_default(), at)));
        }
    }
    found
}

fn reachable(world: &World, number: Option<&str>) -> Result<Connection, Fault> {
    let connection = world.book().connection(number).cloned();
    let connection = connection.ok_or_else(|| Fault::not_found("no such number: POST /connections makes one known"))?;
    if connection.webhook_url.is_none() {
        return Err(Fault::not_found("the number has no webhook_url: POST /connections sets it"));
    }
    Ok(connection)
}

fn customer(connection: &Connection, say: &Say) -> Result<Customer, Fault> {
    let digits = |from: &String| from.trim().trim_start_matches('+').to_owned();
    let phone = say.from.as_ref().map(digits).filter(|phone| !phone.is_empty());
    if phone.as_ref().is_some_and(|phone| !phone.bytes().all(|b| b.is_ascii_digit())) {
        return Err(Fault::bad_request("`from` is not a phone number: digits are needed, like 972555000001"));
    }
    let made = || phone.as_ref().map(|phone| bsuid_of(&connection.number, phone));
    let bsuid = say.bsuid.clone().or_else(made);
    if bsuid.is_none() {
        return Err(Fault::bad_request("nobody writes: `from` or `bsuid` is needed"));
    }
    Ok(Customer { phone, bsuid })
}

/// Type and body.
fn content(say: &Say) -> Result<(String, Value), Fault> {
    match (&say.kind, &say.button, &say.text) {
        (None, Some(button), _) => {
            let reply = json!({"id": button.id, "title": button.title});
            Ok(("interactive".to_owned(), json!({"type": "button_reply", "button_reply": reply})))
        }
        (None, None, Some(text)) => Ok(("text".to_owned(), json!({"body": text}))),
        (None, None, None) => Err(Fault::bad_request("nothing is said: `text`, `button` or `type` is needed")),
        (Some(kind), _, text) => {
            let plain = || text.as_ref().map_or_else(|| json!({}), |text| json!({"body": text}));
            Ok((kind.clone(), say.body.clone().unwrap_or_else(plain)))
        }
    }
}

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
