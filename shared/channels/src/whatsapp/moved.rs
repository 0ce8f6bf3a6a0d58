//! A customer has another phone number or user id from now on: a `system` message, or one item of `user_id_update[]`.
//!
//! Sources: [system messages](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/system),
//! [user ids](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).

use super::identity::{bsuid, phone};
use super::notice::notice;
use super::set_aside::Reason;
use crate::lenient_json::text;
use serde_json::Value;
use zikaron_protocol::model::event::{MessageReceived, Purpose};
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164, Line};

/// Whom a `system` message is about.
pub(super) struct Change {
    /// The names they had before, and keep.
    pub(super) customer: CustomerAddress,
    /// The names that are new; none where nothing says what they replace.
    pub(super) to: Option<CustomerAddress>,
}

/// The change of names a `system` message tells of; none if it tells of none.
///
/// Its sender is the customer under the old names or under the new ones, depending on when Meta wrote it. What
/// `previous_user_id` and `customer` name is old; what `user_id` and `wa_id` name is new.
pub(super) fn change(item: &Value) -> Option<Change> {
    let kind = text(item, "/system/type").unwrap_or_default();
    let (of_number, of_id) = (kind.ends_with("changed_number"), kind.ends_with("changed_user_id"));
    if !of_number && !of_id {
        return None;
    }
    let (old, new) = numbers(item, of_number);
    // One who sends under the new number, and whose old one is named, has a new id too.
    let sends_anew = old.is_some() && phone(item, "/from") != old;
    let (before, after) = ids(item, of_id || sends_anew);
    let to = CustomerAddress { bsuid: after, phone: new };
    let customer = CustomerAddress { bsuid: before, phone: old };
    let nobody = CustomerAddress::default();
    match (customer == nobody, to == nobody) {
        (true, true) => None,
        (true, false) => Some(Change { customer: to, to: None }),
        (false, _) => Some(Change { customer, to: Some(to).filter(|to| *to != nobody) }),
    }
}

/// The user id before and after; where it stays, it is the one before.
fn ids(item: &Value, is_new: bool) -> (Option<Bsuid>, Option<Bsuid>) {
    let (sender, previous) = (bsuid(item, "/from_user_id"), bsuid(item, "/system/previous_user_id"));
    let new = bsuid(item, "/system/user_id").or_else(|| sender.clone().filter(|_| previous.is_some()));
    let new = new.filter(|new| previous.as_ref() != Some(new));
    let is_senders = sender.is_some();
    match previous.or_else(|| sender.filter(|sender| Some(sender) != new.as_ref())) {
        None if !is_new && is_senders => (new, None),
        before => (before, new),
    }
}

/// The phone number before and after; where it stays, it is the one before.
fn numbers(item: &Value, is_new: bool) -> (Option<E164>, Option<E164>) {
    let at = |pointer| phone(item, pointer);
    let new = at("/system/new_wa_id").or_else(|| at("/system/wa_id"));
    let sender = at("/from");
    if !is_new && new.is_some() && new == sender {
        return (sender, None);
    }
    let old = [sender, at("/system/customer"), at("/system/wa_id")].into_iter().flatten();
    (old.into_iter().find(|old| Some(old) != new.as_ref()), new)
}

/// An item of `user_id_update[]` as a notice in the customer's conversation.
pub(super) fn moved(item: &Value, line: &Line) -> Result<MessageReceived, Reason> {
    let previous = bsuid(item, "/user_id/previous");
    let current = bsuid(item, "/user_id/current").ok_or(Reason::Missing("user_id"))?;
    let customer = CustomerAddress { bsuid: previous, phone: phone(item, "/wa_id") };
    let told = [text(item, "/user_id/previous").unwrap_or_default(), current.expose().to_owned()];
    let purpose = Purpose::Moved { to: CustomerAddress { bsuid: Some(current), phone: None } };
    notice(item, line, customer, ("user_id_update", "user-id"), &told, purpose)
}
