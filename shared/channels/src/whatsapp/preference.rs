//! One item of `user_preferences[]`: a customer wants no more marketing, or wants it again.
//!
//! Source: [user_preferences](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/user_preferences).

use super::identity::{bsuid, phone};
use super::set_aside::Reason;
use crate::lenient_json::{integer, text};
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zikaron_memory::content::Attachments;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId};

/// The wish as a notice in the customer's conversation. It comes without an id, so it gets one that a repeated delivery
/// gets too.
pub(super) fn preference(item: &Value, line: &Line) -> Result<MessageReceived, Reason> {
    if text(item, "/category").as_deref() != Some("marketing_messages") {
        return Err(Reason::Invalid("category"));
    }
    let wants_marketing = match text(item, "/value").ok_or(Reason::Missing("value"))?.as_str() {
        "stop" => false,
        "resume" | "signup" => true,
        _ => return Err(Reason::Invalid("value")),
    };
    let seconds = integer(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    let sent_at = Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?;
    let customer = CustomerAddress { bsuid: bsuid(item, "/user_id"), phone: phone(item, "/wa_id") };
    if customer == CustomerAddress::default() {
        return Err(Reason::NoSender);
    }
    let name = |pointer| text(item, pointer).unwrap_or_default();
    let told = [name("/user_id"), name("/wa_id"), wants_marketing.to_string(), seconds.to_string()];
    let digest = Sha256::digest(told.join(" "));
    let id = format!("preference.{}", hex::encode(digest.get(..16).unwrap_or_default()));
    Ok(MessageReceived {
        line: line.clone(),
        customer,
        profile_name: None,
        message: Incoming {
            id: MessageId::parse(id).map_err(|_| Reason::Invalid("user_id"))?,
            sent_at,
            speaker: Speaker::Customer,
            kind: if wants_marketing { "marketing_resume" } else { "marketing_stop" }.to_owned(),
            text: None,
            enclosed: Attachments::default(),
            button: None,
            quotes: None,
            purpose: Purpose::Marketing { wanted: wants_marketing },
        },
    })
}
