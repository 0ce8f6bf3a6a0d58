//! What customers were sent, and what they saw of it being written.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// `text`, `interactive` or `template`.
    #[serde(rename = "type")]
    pub kind: String,
    /// What the customer reads.
    pub text: String,
    /// The template it was made from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
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
    /// The id of the customer's message.
    pub message_id: String,
    /// Whether the customer sees somebody writing.
    pub typing: bool,
    /// When it was shown.
    pub at: Timestamp,
}
