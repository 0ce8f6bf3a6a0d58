//! One item of `user_preferences[]`: a customer wants no more marketing, or wants it again.
//!
//! Source: [user_preferences](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences).

use super::identity::named;
use super::message::Surroundings;
use super::notice::notice;
use super::set_aside::Reason;
use crate::lenient_json::text;
use serde_json::Value;
use zikaron_protocol::model::event::{MessageReceived, Purpose};

/// The wish as a notice in the customer's conversation.
pub(super) fn preference(item: &Value, around: &Surroundings<'_>) -> Result<MessageReceived, Reason> {
    if text(item, "/category").as_deref() != Some("marketing_messages") {
        return Err(Reason::Invalid("category"));
    }
    let wanted = match text(item, "/value").ok_or(Reason::Missing("value"))?.as_str() {
        "stop" => false,
        "resume" | "signup" => true,
        _ => return Err(Reason::Invalid("value")),
    };
    // Meta's example has the number alone in the item, and both names in the contact beside it.
    let names = ["/user_id", "/wa_id", "/parent_user_id"];
    let (person, profile) = named(item, names, around.contacts, around.alone).ok_or(Reason::NoSender)?;
    let parents = person.parents();
    let name = |pointer| text(item, pointer).unwrap_or_default();
    let told = [name("/user_id"), name("/wa_id"), wanted.to_string()];
    let kind = if wanted { "marketing_resume" } else { "marketing_stop" };
    let purpose = Purpose::Marketing { wanted };
    let told = notice(item, around.line, person.address, (kind, "preference"), &told, purpose)?;
    Ok(MessageReceived { parents, username: profile.username, ..told })
}
