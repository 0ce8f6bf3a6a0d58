//! Who wrote: since 2026 a phone number, a business-scoped user id, or both.
//!
//! Source: [user ids](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids).

use crate::lenient_json::{at, text};
use serde_json::Value;
use zikaron_protocol::model::ids::{Bsuid, CustomerAddress, E164, ParentIds, Username};
use zikaron_protocol::model::phone::canonical;

/// The longest profile name that is kept, in characters. WhatsApp itself allows 25.
const MAX_NAME_CHARS: usize = 100;

/// An entry of `contacts[]`.
pub(super) struct Contact {
    person: Person,
    profile: Profile,
}

/// The names a webhook gives somebody.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Person {
    /// The user id and the number they are reached by; an id of all linked portfolios where that is all there is.
    pub(super) address: CustomerAddress,
    /// Their id in all linked portfolios.
    pub(super) parent: Option<Bsuid>,
}

impl Person {
    /// Where `value` has the user id, the phone number, and the id of all linked portfolios.
    pub(super) fn read(value: &Value, [user_id, number, parent]: [&str; 3]) -> Self {
        // Some write the id where the number stands. No number is one.
        let id = bsuid(value, user_id).or_else(|| bsuid(value, number));
        let (own, shared): (Option<Bsuid>, _) = id.map_or((None, None), |id| match id.is_parent() {
            true => (None, Some(id)),
            false => (Some(id), None),
        });
        Self::new(own, phone(value, number), bsuid(value, parent).or(shared))
    }

    fn new(id: Option<Bsuid>, phone: Option<E164>, parent: Option<Bsuid>) -> Self {
        // One can write to it as to any other id.
        let in_place = parent.clone().filter(|_| phone.is_none());
        Self { address: CustomerAddress { bsuid: id.or(in_place), phone }, parent }
    }

    /// The user id of this portfolio.
    fn own_id(&self) -> Option<&Bsuid> {
        self.address.bsuid.as_ref().filter(|id| !id.is_parent())
    }

    /// The ids of all linked portfolios, of one who has not moved.
    pub(super) fn parents(&self) -> ParentIds {
        ParentIds { now: self.parent.clone(), before: None }
    }
}

/// What stands in a customer's WhatsApp profile.
#[derive(Clone, Default)]
pub(super) struct Profile {
    pub(super) name: Option<String>,
    pub(super) username: Option<Username>,
}

impl Contact {
    pub(super) fn read(contact: &Value) -> Self {
        Self {
            person: Person::read(contact, ["/user_id", "/wa_id", "/parent_user_id"]),
            profile: Profile {
                name: text(contact, "/profile/name").and_then(|name| {
                    let name: String = name.chars().filter(|c| !c.is_control()).take(MAX_NAME_CHARS).collect();
                    let name = name.trim();
                    (!name.is_empty()).then(|| name.to_owned())
                }),
                // Some show it with the @ that people write before it.
                username: text(contact, "/profile/username")
                    .and_then(|name| Username::parse(name.trim().trim_start_matches('@')).ok()),
            },
        }
    }
}

/// Whose conversation a message belongs to, and what stands in that customer's profile. None when nothing says whose.
/// `names` are where the message names the customer: user id, phone number, and id of all linked portfolios.
///
/// A contact adds what the message itself does not say, if it is the sender's: the user ids agree or, where one of
/// them is unknown, the phone numbers. `alone` says that there is one message and one contact; then a contact also
/// counts that merely contradicts nothing. Anything looser would give one customer another's memory.
pub(super) fn named(message: &Value, names: [&str; 3], contacts: &[Contact], alone: bool) -> Option<(Person, Profile)> {
    let own = Person::read(message, names);
    let contact = contacts.iter().find(|contact| {
        agree(own.own_id(), contact.person.own_id())
            .or_else(|| agree(spelling(&own.address).as_ref(), spelling(&contact.person.address).as_ref()))
            .or_else(|| agree(own.parent.as_ref(), contact.person.parent.as_ref()))
            .unwrap_or(alone)
    });
    let (known, profile) = contact.map(|c| (c.person.clone(), c.profile.clone())).unwrap_or_default();
    let id = own.own_id().or(known.own_id()).cloned();
    let person = Person::new(id, own.address.phone.or(known.address.phone), own.parent.or(known.parent));
    (person != Person::default()).then_some((person, profile))
}

/// The number, however each of the two places writes it.
fn spelling(of: &CustomerAddress) -> Option<String> {
    of.phone.as_ref().map(canonical)
}

/// Whether two identifiers are the same; none when one of them is unknown.
fn agree<T: PartialEq>(one: Option<&T>, other: Option<&T>) -> Option<bool> {
    Some(one? == other?)
}

/// The customer's own number on a card they sent when they were asked for it (`origin: contact_request`, which only a tap
/// on that request gives): see
/// [contacts](https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids). None of
/// a card that was passed on, is somebody else's, or holds more numbers than one.
pub(super) fn shared_number(message: &Value) -> Option<E164> {
    let is_passed_on = |name: &str| at(message, name) == Some(&Value::Bool(true));
    if is_passed_on("/context/forwarded") || is_passed_on("/context/frequently_forwarded") {
        return None;
    }
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let cards = list(message.get("contacts")).into_iter();
    let own = cards.filter(|card| text(card, "/origin").as_deref() == Some("contact_request"));
    let mut numbers = own.flat_map(|card| list(card.get("phones"))).filter_map(|number| phone(&number, "/wa_id"));
    let first = numbers.next()?;
    numbers.all(|number| number == first).then_some(first)
}

/// A phone number as Meta writes it: digits, mostly without the `+`, at times with spaces and dashes. It is the
/// customer's name there, so it is one here whatever a number plan says.
pub(super) fn phone(value: &Value, pointer: &str) -> Option<E164> {
    let digits: String = text(value, pointer)?.chars().filter(|c| !matches!(c, ' ' | '-' | '(' | ')')).collect();
    E164::try_from(format!("+{}", digits.trim_start_matches('+'))).ok()
}

pub(super) fn bsuid(value: &Value, pointer: &str) -> Option<Bsuid> {
    Bsuid::parse(text(value, pointer)?.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ONE: &str = "IL.1111";
    const TWO: &str = "IL.2222";

    fn found(message: &Value, contacts: &Value, alone: bool) -> Option<(Option<String>, Option<String>)> {
        let contacts: Vec<Contact> = contacts.as_array().unwrap().iter().map(Contact::read).collect();
        let names = ["/from_user_id", "/from", "/from_parent_user_id"];
        named(message, names, &contacts, alone).map(|(Person { address, .. }, _)| {
            (address.bsuid.map(|id| id.expose().to_owned()), address.phone.map(|phone| phone.expose().to_owned()))
        })
    }

    fn address(bsuid: Option<&str>, phone: Option<&str>) -> Option<(Option<String>, Option<String>)> {
        Some((bsuid.map(str::to_owned), phone.map(str::to_owned)))
    }

    #[test]
    fn a_customer_is_known_by_user_id_by_phone_or_by_both() {
        let none = json!([]);
        let phone = Some("+972555000001");
        assert_eq!(found(&json!({"from": "972555000001"}), &none, true), address(None, phone));
        assert_eq!(found(&json!({"from": 972_555_000_001_i64}), &none, true), address(None, phone));
        assert_eq!(found(&json!({"from": "", "from_user_id": ONE}), &none, true), address(Some(ONE), None));
        let contact = json!([{"wa_id": "972555000001", "user_id": ONE}]);
        assert_eq!(found(&json!({"from": "972555000001"}), &contact, true), address(Some(ONE), phone));
        assert_eq!(found(&json!({"from": null}), &contact, true), address(Some(ONE), phone));
        assert_eq!(found(&json!({"from": "0555", "from_user_id": "x"}), &none, true), address(None, Some("+0555")));
        assert_eq!(found(&json!({"from": "nobody", "from_user_id": "x"}), &none, true), None);
        let parent = "IL.ENT.11815799212886844830";
        for only in ["from_user_id", "from_parent_user_id"] {
            assert_eq!(found(&json!({only: parent}), &none, true), address(Some(parent), None), "{only}");
            let with_number = json!({only: parent, "from": "972555000001"});
            assert_eq!(found(&with_number, &none, true), address(None, phone), "{only} beside a number");
        }
        let both = json!({"from_user_id": ONE, "from_parent_user_id": parent});
        assert_eq!(found(&both, &none, true), address(Some(ONE), None));
        assert_eq!(found(&json!({}), &none, true), None);
    }

    #[test]
    fn a_contact_of_another_customer_never_lends_its_identity() {
        let other_phone = json!([{"wa_id": "972555000002", "user_id": TWO}]);
        let own = address(None, Some("+972555000001"));
        assert_eq!(found(&json!({"from": "972555000001"}), &other_phone, true), own);
        let other_user = json!([{"user_id": TWO, "wa_id": "972555000001"}]);
        assert_eq!(found(&json!({"from_user_id": ONE}), &other_user, true), address(Some(ONE), None));
        let unrelated = json!([{"user_id": TWO}]);
        assert_eq!(found(&json!({"from": "972555000001"}), &unrelated, false), own);
        assert_eq!(found(&json!({}), &unrelated, false), None, "one of several messages, and it names nobody");
    }

    #[test]
    fn each_message_of_a_batch_finds_its_own_contact() {
        let contacts = json!([{"wa_id": "972555000001", "user_id": ONE}, {"wa_id": "972555000002", "user_id": TWO}]);
        let second = address(Some(TWO), Some("+972555000002"));
        assert_eq!(found(&json!({"from": "972555000002"}), &contacts, false), second);
        assert_eq!(found(&json!({"from_user_id": TWO}), &contacts, false), second);
    }

    #[test]
    fn a_profile_name_loses_control_characters_and_excess() {
        let name = |name: &str| Contact::read(&json!({"profile": {"name": name}})).profile.name;
        assert_eq!(name(" יוסי\u{0}\n "), Some("יוסי".to_owned()));
        let username = |name: &str| Contact::read(&json!({"profile": {"username": name}})).profile.username;
        assert_eq!(username(" @dana.levi ").unwrap().expose(), "dana.levi");
        assert_eq!((username("@"), username("dana levi"), username(&"a".repeat(65))), (None, None, None));
        assert_eq!(name("\u{0}"), None);
        assert_eq!(name(&"א".repeat(500)).unwrap().chars().count(), MAX_NAME_CHARS);
    }
}
