//! What was sent to customers, and what they saw of it being written.

use crate::world::World;
use axum::Json;
use axum::extract::{Query, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Button {
    /// What comes back when it is tapped.
    pub id: String,
    /// What stands on it.
    pub title: String,
}

/// A message that was accepted for a customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The id it was given.
    pub wamid: String,
    /// The `phone_number_id` it was sent from.
    pub number: String,
    /// The customer: the phone number's digits, or the user id.
    pub to: String,
    /// `text` or `interactive`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the customer reads.
    pub text: String,
    /// The buttons under it.
    pub buttons: Vec<Button>,
    /// The sender's own tag (`biz_opaque_callback_data`).
    pub tag: Option<String>,
    /// When it was accepted.
    pub at: Timestamp,
    /// The statuses the webhook has taken so far.
    pub statuses: Vec<String>,
}

/// A message that was shown as read, perhaps with the sign that an answer is being written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Typing {
    /// The `phone_number_id` that showed it.
    pub number: String,
    /// The customer's message.
    pub message_id: String,
    /// Whether the customer sees somebody writing.
    pub typing: bool,
    /// When.
    pub at: Timestamp,
}

/// `GET /sent`: all of them, oldest first; of one customer with `?to=`, of one number with `?number=`; with
/// `?dropped` those that Meta would silently drop.
pub(crate) async fn list(State(world): State<World>, Query(query): Query<HashMap<String, String>>) -> Json<Value> {
    let book = world.book();
    let messages = if query.contains_key("dropped") { &book.dropped } else { &book.sent };
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    Json(json!(messages.iter().filter(|m| wanted("to", &m.to) && wanted("number", &m.number)).collect::<Vec<_>>()))
}

/// `GET /typing`: all of them, oldest first.
pub(crate) async fn typing(State(world): State<World>) -> Json<Vec<Typing>> {
    Json(world.book().typing.clone())
}
