//! What customers wrote, as their phones show it.

use super::say::Say;
use super::sent::Button;
use crate::world::{Book, Customer};
use jiff::Timestamp;

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
    /// What the webhook answered last; none while it is on its way, 0 when it did not answer.
    pub(crate) status: Option<u16>,
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
