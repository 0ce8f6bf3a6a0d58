//! One item of `user_id_update[]`: a customer has another user id from now on.
//!
//! Source: [user ids](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).

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

/// The change as a notice in the customer's conversation. It comes without an id, so it gets one that a repeated
/// delivery gets too.
pub(super) fn moved(item: &Value, line: &Line) -> Result<MessageReceived, Reason> {
    let seconds = integer(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    let sent_at = Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?;
    let previous = bsuid(item, "/user_id/previous");
    let current = bsuid(item, "/user_id/current").ok_or(Reason::Missing("user_id"))?;
    let customer = CustomerAddress { bsuid: previous, phone: phone(item, "/wa_id") };
    if customer == CustomerAddress::default() {
        return Err(Reason::NoSender);
    }
    let told = [text(item, "/user_id/previous").unwrap_or_default(), current.expose().to_owned(), seconds.to_string()];
    let digest = Sha256::digest(told.join(" "));
    let id = format!("user-id.{}", hex::encode(digest.get(..16).unwrap_or_default()));
    Ok(MessageReceived {
        line: line.clone(),
        customer,
        profile_name: None,
        message: Incoming {
            id: MessageId::parse(id).map_err(|_| Reason::Invalid("user_id"))?,
            sent_at,
            speaker: Speaker::Customer,
            kind: "user_id_update".to_owned(),
            text: None,
            enclosed: Attachments::default(),
            button: None,
            quotes: None,
            purpose: Purpose::Moved { to: CustomerAddress { bsuid: Some(current), phone: None } },
        },
    })
}
