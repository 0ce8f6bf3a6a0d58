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
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164, Line, ParentIds};

/// Whom a `system` message is about.
pub(super) struct Change {
    /// The names they had before, and keep.
    pub(super) customer: CustomerAddress,
    /// The names that are new; none where nothing says what they replace.
    pub(super) to: Option<CustomerAddress>,
    /// Their ids in all linked portfolios.
    pub(super) parents: ParentIds,
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
    let is_new = of_id || sends_anew;
    let places = ["/from", "/system/previous", "/system"];
    let [own, parents] = [own_id, parent_id].map(|id| places.map(|place| id(item, place)));
    let (before, after) = ids(own, is_new);
    let before = before.or_else(|| id_in_words(item).filter(|id| of_id && Some(id) != after.as_ref()));
    let (parent_before, parent_after) = ids(parents, is_new);
    let to = CustomerAddress { bsuid: after, phone: new };
    let customer = CustomerAddress { bsuid: before, phone: old };
    // Where no other name is given, the id of all linked portfolios stands for it.
    let nobody = CustomerAddress::default();
    let or =
        |names: CustomerAddress, parent: &Option<Bsuid>| if names == nobody { id_of(parent.clone()) } else { names };
    let (customer, to) = (or(customer, &parent_before), or(to, &parent_after));
    match (customer == nobody, to == nobody) {
        (true, true) => None,
        (true, false) => {
            Some(Change { customer: to, to: None, parents: ParentIds { now: parent_after, before: None } })
        }
        (false, true) => Some(Change { customer, to: None, parents: ParentIds { now: parent_before, before: None } }),
        (false, false) => {
            let parents = ParentIds { now: parent_after, before: parent_before };
            Some(Change { customer, to: Some(to), parents })
        }
    }
}

/// The places are `/system`, and what the names of the others begin with.
fn at(place: &str, name: &str) -> String {
    let joint = if place == "/system" { "/" } else { "_" };
    format!("{place}{joint}{name}")
}

/// The user id of this portfolio that stands in a place.
fn own_id(item: &Value, place: &str) -> Option<Bsuid> {
    bsuid(item, &at(place, "user_id")).filter(|id| !id.is_parent())
}

/// The id of all linked portfolios that stands there, or in place of the other.
fn parent_id(item: &Value, place: &str) -> Option<Bsuid> {
    let in_place = || bsuid(item, &at(place, "user_id")).filter(Bsuid::is_parent);
    bsuid(item, &at(place, "parent_user_id")).or_else(in_place)
}

fn id_of(bsuid: Option<Bsuid>) -> CustomerAddress {
    CustomerAddress { bsuid, phone: None }
}

/// The user id before and after; where it stays, it is the one before. It may be that of the sender, one that is named as
/// the previous one, and one that is named as new.
fn ids([sender, previous, new]: [Option<Bsuid>; 3], is_new: bool) -> (Option<Bsuid>, Option<Bsuid>) {
    let new = new.or_else(|| sender.clone().filter(|_| previous.is_some()));
    let new = new.filter(|new| previous.as_ref() != Some(new));
    let is_senders = sender.is_some();
    match previous.or_else(|| sender.filter(|sender| Some(sender) != new.as_ref())) {
        None if !is_new && is_senders => (new, None),
        before => (before, new),
    }
}

/// The user id that was left, where only the words for people name it: "User Dana changed from IL.1 to IL.2".
fn id_in_words(item: &Value) -> Option<Bsuid> {
    let words = text(item, "/system/body")?;
    let (_, ids) = words.rsplit_once("changed from ")?;
    Bsuid::parse(ids.split_whitespace().next()?).ok().filter(|id| !id.is_parent())
}

/// The phone number before and after; where it stays, it is the one before.
fn numbers(item: &Value, is_new: bool) -> (Option<E164>, Option<E164>) {
    let at = |pointer| phone(item, pointer);
    let new = at("/system/new_wa_id").or_else(|| at("/system/wa_id"));
    let sender = at("/from");
    if !is_new && new.is_some() && (sender.is_none() || new == sender) {
        return (new, None);
    }
    let old = [sender, at("/system/customer"), at("/system/wa_id")].into_iter().flatten();
    (old.into_iter().find(|old| Some(old) != new.as_ref()), new)
}

/// An item of `user_id_update[]` as a notice in the customer's conversation.
pub(super) fn moved(item: &Value, line: &Line) -> Result<MessageReceived, Reason> {
    let parents =
        ParentIds { now: bsuid(item, "/parent_user_id/current"), before: bsuid(item, "/parent_user_id/previous") };
    let current = bsuid(item, "/user_id/current").or_else(|| parents.now.clone());
    let current = current.ok_or(Reason::Missing("user_id"))?;
    let mut customer = CustomerAddress { bsuid: bsuid(item, "/user_id/previous"), phone: phone(item, "/wa_id") };
    if customer == CustomerAddress::default() {
        customer.bsuid.clone_from(&parents.before);
    }
    let told = [text(item, "/user_id/previous").unwrap_or_default(), current.expose().to_owned()];
    let purpose = Purpose::Moved { to: CustomerAddress { bsuid: Some(current), phone: None } };
    let told = notice(item, line, customer, ("user_id_update", "user-id"), &told, purpose)?;
    Ok(MessageReceived { parents, ..told })
}
