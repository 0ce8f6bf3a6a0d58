//! What customers wrote, and what the business wrote to them from the phone app, as their phones show it.

use super::say::Say;
use super::sent::Button;
use crate::world::{Book, Customer};
use jiff::Timestamp;
use serde_json::Value;

/// A message of a customer, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Written {
    pub(crate) id: String,
    /// The `phone_number_id` written to.
    pub(crate) number: String,
    pub(crate) customer: Customer,
    /// The channel's type: `text`, `image`, …
    pub(crate) kind: String,
    /// The text or the caption; empty where there is none.
    pub(crate) text: String,
    /// The reply button that was tapped.
    pub(crate) button: Option<Button>,
    /// The id of the message that is quoted.
    pub(crate) quotes: Option<String>,
    pub(crate) at: Timestamp,
    /// Whether the business wrote it, from the phone app.
    pub(crate) echo: bool,
    /// What it does to an earlier message; then it is none of its own.
    pub(crate) change: Option<Change>,
    /// What the webhook answered last; none while it is on its way, 0 when it did not answer.
    pub(crate) status: Option<u16>,
}

/// What is done to a message that was sent before.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// That message's id.
    pub(crate) of: String,
    pub(crate) how: How,
}

/// See [`Change`].
#[derive(Clone, Debug)]
pub(crate) enum How {
    /// It says this instead.
    Edit(String),
    /// It is taken back.
    Revoke,
    /// This emoji stands under it; none where it is taken away again.
    React(String),
}

impl Change {
    fn of(kind: &str, body: &Value) -> Option<Self> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let new = &body["message"];
        let words = || new["type"].as_str().and_then(|kind| text(&new[kind]["body"]).or(text(&new[kind]["caption"])));
        let (of, how) = match kind {
            "edit" => (&body["original_message_id"], How::Edit(words()?)),
            "revoke" => (&body["original_message_id"], How::Revoke),
            "reaction" => (&body["message_id"], How::React(text(&body["emoji"]).unwrap_or_default())),
            _ => return None,
        };
        Some(Self { of: text(of)?, how })
    }
}

impl Written {
    /// Notes a message that is about to be delivered; one that is said once more keeps its place.
    pub(crate) fn keep(book: &mut Book, say: &Say, number: &str, customer: &Customer, id: &str, at: Timestamp) {
        let body = say.body.as_ref();
        let in_body = |name: &str| body.and_then(|body| body[name].as_str());
        let button = say.button.as_ref();
        let text = button.map(|button| button.title.as_str()).or(say.text.as_deref());
        let text = text.or_else(|| in_body("caption")).or_else(|| in_body("body")).unwrap_or_default();
        let kind = say.kind.as_deref().unwrap_or(if button.is_some() { "button" } else { "text" });
        let written = Self {
            id: id.to_owned(),
            number: number.to_owned(),
            customer: customer.clone(),
            kind: kind.to_owned(),
            text: text.to_owned(),
            button: say.button.clone(),
            quotes: say.quotes.clone(),
            echo: say.field.as_deref() == Some("smb_message_echoes"),
            change: body.and_then(|body| Change::of(kind, body)),
            at,
            status: None,
        };
        match book.written.iter_mut().find(|known| known.id == id) {
            Some(known) => *known = written,
            None => book.written.push(written),
        }
    }

    /// Notes what the webhook answered in the end.
    pub(crate) fn answered(book: &mut Book, id: &str, status: u16) {
        if let Some(written) = book.written.iter_mut().find(|written| written.id == id) {
            written.status = Some(status);
        }
    }
}
