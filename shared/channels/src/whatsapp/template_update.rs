//! One change of a template: its [status](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_status_update),
//! its [category](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/template_category_update),
//! its [quality](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/message_template_quality_update).
//! It is of the account and names no number.

use super::set_aside::Reason;
use crate::lenient_json::{integer, text};
use jiff::Timestamp;
use serde_json::Value;
use zikaron_protocol::model::event::{TemplateChange, TemplateChanged};
use zikaron_protocol::model::ids::ConnectionId;

/// The fields of a webhook that tell of templates.
pub(super) const FIELDS: [&str; 3] =
    ["message_template_status_update", "template_category_update", "message_template_quality_update"];

/// A paused template becomes `APPROVED` again by itself; one that is `FLAGGED` can still be sent.
const USABLE: [&str; 5] = ["approved", "reinstated", "unarchived", "unlocked", "flagged"];

const UNUSABLE: [&str; 9] =
    ["rejected", "paused", "disabled", "pending", "in_appeal", "locked", "archived", "deleted", "pending_deletion"];

/// Longest texts that are kept, in characters: a name, an account, a reason.
const MAX_NAME_CHARS: usize = 512;
const MAX_REASON_CHARS: usize = 200;

/// What the change of this field says.
pub(super) fn changed(
    field: &str,
    value: &Value,
    connection: &ConnectionId,
    account: Option<&Value>,
) -> Result<TemplateChanged, Reason> {
    let named = |pointer| text(value, pointer).map(|text| cut(&text, MAX_NAME_CHARS));
    let change = match field {
        "template_category_update" => category(value)?,
        "message_template_quality_update" => {
            TemplateChange::Quality { quality: word(value, "/new_quality_score").ok_or(MISSING_SCORE)? }
        }
        _ => status(value)?,
    };
    Ok(TemplateChanged {
        connection: connection.clone(),
        account: account.and_then(|id| text(id, "")).map(|id| cut(&id, MAX_NAME_CHARS)),
        template: named("/message_template_name").ok_or(Reason::Missing("message_template_name"))?,
        language: named("/message_template_language").ok_or(Reason::Missing("message_template_language"))?,
        change,
    })
}

const MISSING_SCORE: Reason = Reason::Missing("new_quality_score");

fn status(value: &Value) -> Result<TemplateChange, Reason> {
    let event = text(value, "/event").ok_or(Reason::Missing("event"))?.to_lowercase();
    let usable = USABLE.contains(&event.as_str());
    if !usable && !UNUSABLE.contains(&event.as_str()) {
        return Err(Reason::Invalid("event"));
    }
    let reason = text(value, "/reason").filter(|reason| reason != "NONE");
    let reason = reason.map(|reason| cut(&reason, MAX_REASON_CHARS));
    Ok(TemplateChange::Status { status: event, usable, reason })
}

/// A change that is to come names the category of now as `new_category`, and the one to come as `correct_category`.
fn category(value: &Value) -> Result<TemplateChange, Reason> {
    let to_come = word(value, "/correct_category");
    let from = integer(value, "/category_update_timestamp").and_then(|at| Timestamp::from_second(at).ok());
    let from = from.filter(|_| to_come.is_some());
    let category = to_come.or_else(|| word(value, "/new_category")).ok_or(Reason::Missing("new_category"))?;
    Ok(TemplateChange::Category { category, from })
}

/// One of WhatsApp's words, in lower case.
fn word(value: &Value, pointer: &str) -> Option<String> {
    let word = text(value, pointer)?;
    word.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_').then(|| cut(&word, MAX_NAME_CHARS).to_lowercase())
}

fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| !c.is_control()).take(most).collect()
}
