//! One item of `calls[]`: a customer called on WhatsApp. One that was answered is told by whoever answered it, with its
//! words; one that nobody answered is told here alone.
//!
//! Source: [user-initiated calls](https://developers.facebook.com/documentation/business-messaging/whatsapp/calling/user-initiated-calls).

use super::identity::{named, phone};
use super::message::Surroundings;
use super::notice::notice;
use super::set_aside::Reason;
use crate::lenient_json::{integer, text};
use serde_json::Value;
use zikaron_protocol::model::event::{MessageReceived, Purpose};
use zikaron_protocol::model::ids::E164;

/// A missed call as a notice in the customer's conversation. `own` is the business's number: Meta's examples name it as
/// caller and as called.
pub(super) fn missed(item: &Value, around: &Surroundings<'_>, own: Option<&E164>) -> Result<MessageReceived, Reason> {
    let says = |name: &str| text(item, name).map(|word| word.to_ascii_lowercase());
    let is_customers = says("/direction").is_some_and(|direction| direction == "user_initiated");
    let is_over = says("/event").is_some_and(|event| event == "terminate");
    let is_missed =
        says("/status").is_some_and(|status| status == "failed") && integer(item, "/duration").unwrap_or(0) == 0;
    if !(is_customers && is_over && is_missed) {
        return Err(Reason::NotForUs("calls"));
    }
    let id = text(item, "/id").ok_or(Reason::Missing("id"))?;
    let is_own = own.is_some() && phone(item, "/from").as_ref() == own;
    let names = if is_own {
        ["/to_user_id", "/to", "/to_parent_user_id"]
    } else {
        ["/from_user_id", "/from", "/from_parent_user_id"]
    };
    let (person, profile) = named(item, names, around.contacts, around.alone).ok_or(Reason::NoSender)?;
    let parents = person.parents();
    let told = notice(item, around.line, person.address, ("call_missed", "call"), &[id], Purpose::Notice)?;
    Ok(MessageReceived { parents, username: profile.username, ..told })
}
