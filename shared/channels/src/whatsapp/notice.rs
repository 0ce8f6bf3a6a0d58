//! What the channel tells of a customer without a message of theirs: it stands in their conversation like one.

use super::set_aside::Reason;
use crate::lenient_json::seconds;
use jiff::Timestamp;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zikaron_memory::content::{Attachments, Told};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId, ParentIds};

/// A notice without words. It comes without an id, so it gets one of what it tells, which a repeated delivery gets too.
pub(super) fn notice(
    item: &Value,
    line: &Line,
    customer: CustomerAddress,
    (kind, prefix): (&str, &str),
    told: &[String],
    purpose: Purpose,
) -> Result<MessageReceived, Reason> {
    let seconds = seconds(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    let sent_at = Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?;
    if customer == CustomerAddress::default() {
        return Err(Reason::NoSender);
    }
    let digest = Sha256::digest(format!("{} {seconds}", told.join(" ")));
    let id = format!("{prefix}.{}", hex::encode(digest.get(..16).unwrap_or_default()));
    Ok(MessageReceived {
        line: line.clone(),
        customer,
        parents: ParentIds::default(),
        profile_name: None,
        username: None,
        message: Incoming {
            id: MessageId::parse(id).map_err(|_| Reason::Invalid("user_id"))?,
            sent_at,
            speaker: Speaker::Customer,
            kind: kind.to_owned(),
            text: None,
            enclosed: Attachments { told: Told::of_kind(kind), ..Attachments::default() },
            button: None,
            quotes: None,
            purpose,
        },
    })
}
