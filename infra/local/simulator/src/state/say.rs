//! What a test or a developer lets a customer write.

use super::media::SaidFile;
use super::sent::Button;
use serde::{Deserialize, Serialize};
use serde_json::Value;

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
    /// The customer's username.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// When it is written, in Unix seconds; now, if left out.
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
    /// The file that comes with the message: a picture or a voice note, if `type` is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media: Option<SaidFile>,
    /// What else stands in the message, beside its content: `referral`, `context`, …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more: Option<Value>,
    /// The webhook's field; `messages`, if left out. With `standby` another application holds the conversation; with
    /// `smb_message_echoes` the business writes to the customer from the phone app; in every other field `body` is the
    /// whole value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
}

/// What became of a message that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SayResult {
    /// The message's id.
    pub id: String,
    /// What the webhook answered last; 0 when it did not answer.
    pub status: u16,
}
