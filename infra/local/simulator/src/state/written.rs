//! What customers wrote, and what the business wrote to them from the phone app, as their phones show it.

use super::contact::Contact;
use super::media::SaidFile;
use super::say::Say;
use super::sent::Button;
use jiff::Timestamp;
use serde_json::Value;

/// A message of a customer, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) id: String,
    /// The `phone_number_id` written to.
    pub(crate) number: String,
    pub(crate) contact: Contact,
    /// The channel's type: `text`, `image`, …
    pub(crate) kind: String,
    /// The text or the caption; empty where there is none.
    pub(crate) text: String,
    /// The media id of the file that came with it.
    pub(crate) file: Option<String>,
    /// The reply button that was tapped.
    pub(crate) button: Option<Button>,
    /// The id of the message that is quoted.
    pub(crate) quotes: Option<String>,
    pub(crate) at: Timestamp,
    /// Whether the business wrote it, from the phone app.
    pub(crate) echo: bool,
    /// What it does to an earlier message; a phone shows such a message there, and not by itself.
    pub(crate) amendment: Option<Amendment>,
    /// What the webhook answered last; none while it is on its way, 0 when it did not answer.
    pub(crate) status: Option<u16>,
}

/// What is done to a message that was sent before.
#[derive(Clone, Debug)]
pub(crate) struct Amendment {
    /// That message's id.
    pub(crate) message_id: String,
    pub(crate) kind: AmendmentKind,
}

/// See [`Amendment`].
#[derive(Clone, Debug)]
pub(crate) enum AmendmentKind {
    /// It gets this text instead.
    Edit(String),
    /// It is taken back.
    Revoke,
    /// This emoji stands under it; an empty one takes the emoji away again.
    React(String),
}

impl Amendment {
    fn of(kind: &str, body: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let new = &body["message"];
        let words = || new["type"].as_str().and_then(|kind| text(&new[kind]["body"]).or(text(&new[kind]["caption"])));
        let (target, kind) = match kind {
            "edit" => (&body["original_message_id"], AmendmentKind::Edit(words()?)),
            "revoke" => (&body["original_message_id"], AmendmentKind::Revoke),
            "reaction" => (&body["message_id"], AmendmentKind::React(text(&body["emoji"]).unwrap_or_default())),
            _ => return None,
        };
        Some(Self { message_id: text(target)?, kind })
    }
}

impl Written {
    /// A message of `/say` that is about to be posted to the webhook.
    pub(crate) fn of(say: &Say, number: &str, contact: &Contact, id: &str, at: Timestamp) -> Self {
        let body = say.body.as_ref();
        let in_body = |name: &str| body.and_then(|body| body[name].as_str());
        let button = say.button.as_ref();
        let text = button.map(|button| button.title.as_str()).or(say.text.as_deref());
        let text = text.or_else(|| in_body("caption")).or_else(|| in_body("body")).unwrap_or_default();
        let plain = if button.is_some() { "button" } else { "text" };
        let kind = say.kind.as_deref().unwrap_or_else(|| say.media.as_ref().map_or(plain, SaidFile::message_type));
        Self {
            id: id.to_owned(),
            number: number.to_owned(),
            contact: contact.clone(),
            kind: kind.to_owned(),
            text: text.to_owned(),
            file: say.media.is_some().then(|| in_body("id").unwrap_or_default().to_owned()),
            button: say.button.clone(),
            quotes: say.quotes.clone(),
            echo: say.field.as_deref() == Some("smb_message_echoes"),
            amendment: body.and_then(|body| Amendment::of(kind, body)),
            at,
            status: None,
        }
    }
}
