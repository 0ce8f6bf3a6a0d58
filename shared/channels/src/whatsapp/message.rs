//! One item of `messages[]`, or of `message_echoes[]`.

use super::attachments::attachments;
use super::identity::{Contact, named, shared_number};
use super::moved::{self, Change};
use super::said::Said;
use super::set_aside::Reason;
use crate::lenient_json::{seconds, text};
use jiff::Timestamp;
use serde_json::Value;
use zikaron_memory::content::Told;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{Incoming, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId};

/// The longest text that is kept, in characters: at most 256 KiB, so that an event fits the bus (1 MB) and a message
/// the table (400 KB an item).
const MAX_TEXT_CHARS: usize = 65_536;

/// Whose conversation an item belongs to, and who answers in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// A customer writes to the business.
    Customer,
    /// A customer writes, and another application holds the conversation.
    Standby,
    /// A person of the business writes from the phone app.
    Echo,
    /// Meta's own agent, or whoever else holds the conversation, writes to the customer.
    Agent,
}

/// What stands around a message: the same for all messages of one `value`.
pub(super) struct Surroundings<'a> {
    pub(super) role: Role,
    pub(super) line: &'a Line,
    pub(super) contacts: &'a [Contact],
    /// One message, and one contact.
    pub(super) alone: bool,
}

pub(super) fn received(item: &Value, around: &Surroundings<'_>) -> Result<MessageReceived, Reason> {
    let id = text(item, "/id").ok_or(Reason::Missing("id"))?;
    let id = MessageId::parse(id).map_err(|_| Reason::Invalid("id"))?;
    let kind = text(item, "/type").ok_or(Reason::Missing("type"))?;
    let seconds = seconds(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    let sent_at = Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?;
    if text(item, "/group_id").is_some() {
        return Err(Reason::Group);
    }
    let echo = matches!(around.role, Role::Echo | Role::Agent);
    let names = if echo {
        ["/to_user_id", "/to", "/to_parent_user_id"]
    } else {
        ["/from_user_id", "/from", "/from_parent_user_id"]
    };
    let sender = named(item, names, around.contacts, around.alone);
    let said = Said::of(&kind, item);
    let is_customers = !echo;
    // A customer's own names are told by the customer alone.
    let change = (is_customers && kind == "system").then(|| moved::change(item)).flatten();
    let (customer, parents, purpose, profile) = match (change, sender) {
        (Some(Change { customer, to, parents }), sender) => {
            let purpose = to.map_or(Purpose::Notice, |to| Purpose::Moved { to });
            (customer, parents, purpose, sender.map(|(_, profile)| profile).unwrap_or_default())
        }
        (None, sender) => {
            let (person, profile) = sender.ok_or(Reason::NoSender)?;
            (person.address.clone(), person.parents(), said.purpose, profile)
        }
    };
    let is_notice = matches!(purpose, Purpose::Notice | Purpose::Moved { .. });
    let told = (is_notice && said.text.is_none()).then_some(Told::Other);
    let shared = if is_customers && kind == "contacts" { shared_number(item) } else { None };
    let customer = CustomerAddress { phone: customer.phone.or(shared), ..customer };
    Ok(MessageReceived {
        line: around.line.clone(),
        customer,
        parents,
        profile_name: profile.name.filter(|_| !echo),
        username: profile.username.filter(|_| !echo),
        message: Incoming {
            id,
            sent_at,
            speaker: match around.role {
                Role::Customer | Role::Standby => Speaker::Customer,
                Role::Echo => Speaker::Staff,
                Role::Agent => Speaker::Assistant,
            },
            text: said.text.and_then(kept),
            enclosed: attachments(&kind, item, said.content, said.told.or(told)),
            kind: if is_token(&kind) { kind } else { "unknown".to_owned() },
            button: said.button.and_then(kept),
            quotes: text(item, "/context/id").and_then(|id| MessageId::parse(id).ok()),
            purpose: match purpose {
                Purpose::Ask if around.role != Role::Customer => Purpose::Tell,
                purpose => purpose,
            },
        },
    })
}

/// U+0000 is cut out: no store or prompt gains from it, and some break on it. Nothing left is none.
fn kept(text: String) -> Option<String> {
    let text: String = text.chars().filter(|&c| c != '\0').take(MAX_TEXT_CHARS).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// Whether a type looks like one of Meta's names: it stands in logs and prompts.
fn is_token(kind: &str) -> bool {
    kind.len() <= 40 && kind.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use zikaron_memory::content::{Content, Media, OrderLine};
    use zikaron_protocol::model::amendment::{Amendment, Amends};

    fn read(kind: &str, body: &Value) -> Incoming {
        let line: Line = serde_json::from_value(json!({"connection": "demo", "number": "100000000000001"})).unwrap();
        let around = Surroundings { role: Role::Customer, line: &line, contacts: &[], alone: false };
        let mut item = json!({"from": "972555000001", "id": "wamid.A", "timestamp": "1700000000", "type": kind});
        item[kind] = body.clone();
        received(&item, &around).unwrap().message
    }

    #[test]
    fn every_type_gives_its_words_and_whether_it_wants_an_answer() {
        let table = [
            ("text", json!({"body": "שלום"}), Some("שלום"), None, true),
            ("text", json!({"body": 5}), Some("5"), None, true),
            ("text", json!({"body": " "}), None, None, true),
            ("text", Value::Null, None, None, true),
            ("image", json!({"id": "1", "caption": "ככה"}), Some("ככה"), None, true),
            ("audio", json!({"id": "1", "voice": true}), None, None, true),
            ("document", json!({"filename": "a.pdf"}), None, None, true),
            ("location", json!({"latitude": 32.0, "longitude": 34.7, "name": "כאן"}), None, None, true),
            ("contacts", json!([{"name": {}}]), None, None, true),
            ("order", json!({"text": "שניים"}), Some("שניים"), None, true),
            ("button", json!({"payload": "p", "text": "כן"}), Some("כן"), Some("p"), true),
            ("interactive", json!({"button_reply": {"id": "b", "title": "כן"}}), Some("כן"), Some("b"), true),
            ("interactive", json!({"list_reply": {"id": "r", "title": "תור"}}), Some("תור"), Some("r"), true),
            ("interactive", json!({"nfm_reply": {"body": "Sent"}}), None, None, true),
            ("interactive", json!({"call_permission_reply": {"response": "accept"}}), None, None, false),
            ("interactive", json!({"gesture_reply": {}}), None, None, true),
            ("reaction", json!({"message_id": "wamid.B", "emoji": "👍"}), None, None, false),
            ("reaction", Value::Null, None, None, false),
            ("edit", json!({"message": {"type": "text", "text": {"body": "חמש"}}}), Some("חמש"), None, false),
            ("edit", json!({"message": {"type": "image", "image": {"caption": "א"}}}), Some("א"), None, false),
            ("edit", json!({"message": {"text": {"body": "שש"}}}), Some("שש"), None, false),
            ("edit", json!({"message": {"type": "edit", "edit": {"message": {}}}}), None, None, false),
            ("edit", Value::Null, None, None, false),
            ("revoke", json!({"original_message_id": "wamid.B"}), None, None, false),
            ("system", json!({"body": "changed", "type": "user_changed_number"}), None, None, false),
            ("request_welcome", Value::Null, None, None, false),
            ("unsupported", Value::Null, None, None, true),
            ("interactive", json!({"type": "button", "body": {"text": "כן?"}}), Some("כן?"), None, true),
            ("hologram", json!({"id": "1"}), None, None, true),
            ("hologram", Value::Null, None, None, false),
        ];
        for (kind, body, text, button, asks) in table {
            let read = read(kind, &body);
            let found = (read.text.as_deref(), read.button.as_deref(), read.purpose == Purpose::Ask);
            assert_eq!(found, (text, button, asks), "{kind} {body}");
            assert_eq!(read.kind, kind);
        }
    }

    #[test]
    fn what_is_no_text_is_named_without_a_language() {
        let answers = |pairs: &[(&str, &str)]| Content::Form {
            answers: pairs.iter().map(|(asked, answer)| ((*asked).to_owned(), (*answer).to_owned())).collect(),
        };
        let at = |place: &str| Content::Location { place: place.to_owned(), coordinates: None };
        let cards = |names: &[&str], numbers: &[&[&str]]| {
            let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            Content::Contacts { names: owned(names), numbers: numbers.iter().map(|of| owned(of)).collect() }
        };
        let bottle = OrderLine {
            product: "SHAMPOO-1".to_owned(),
            quantity: "2".to_owned(),
            price: "39.9".to_owned(),
            currency: "ILS".to_owned(),
        };
        let items =
            json!([{"product_retailer_id": "SHAMPOO-1", "quantity": 2, "item_price": 39.9, "currency": "ILS"}, {}]);
        let flow = r#"{"flow_token":"x","date":"2026-11-20","guests":2,"extras":["a","b"],"vip":true,"empty":null}"#;
        let table = [
            ("image", json!({"id": "1"}), Content::Image),
            ("video", json!({"id": "1"}), Content::Video),
            ("sticker", json!({"id": "1", "animated": true}), Content::Sticker),
            ("audio", json!({"id": "1", "voice": true}), Content::Voice),
            ("audio", json!({"id": "1"}), Content::Audio),
            ("document", json!({"filename": "a.pdf"}), Content::Document { name: Some("a.pdf".to_owned()) }),
            ("location", json!({"name": "מספרה", "address": "דיזנגוף 50"}), at("מספרה, דיזנגוף 50")),
            ("location", json!({"latitude": "32.08", "longitude": 34.781}), at("32.08000, 34.78100")),
            ("location", Value::Null, at("")),
            ("contacts", json!([{"name": {"formatted_name": "דנה"}}, {}]), cards(&["דנה", ""], &[])),
            (
                "contacts",
                json!([{}, {"phones": [{"phone": "+972 55-500-0002", "wa_id": "972555000002"}, {"wa_id": "972555000003"}]}]),
                cards(&["", ""], &[&[], &["+972 55-500-0002", "972555000003"]]),
            ),
            ("order", json!({"product_items": items}), Content::Order { products: 2, lines: vec![bottle] }),
            (
                "interactive",
                json!({"nfm_reply": {"response_json": r#"{"who":{"name":"דנה","pets":[{"kind":"cat"},"dog"]},"deep":{"a":{"b":{"c":{"d":{"e":1}}}}}}"#}}),
                answers(&[
                    ("deep.a.b.c.d.e", "1"),
                    ("who.name", "דנה"),
                    ("who.pets.1.kind", "cat"),
                    ("who.pets.2", "dog"),
                ]),
            ),
            (
                "interactive",
                json!({"nfm_reply": {"response_json": flow}}),
                answers(&[("date", "2026-11-20"), ("extras", "a, b"), ("guests", "2"), ("vip", "true")]),
            ),
            (
                "interactive",
                json!({"nfm_reply": {"response_json": "no json"}}),
                answers(&[("response_json", "no json")]),
            ),
            ("interactive", json!({"nfm_reply": {"response_json": {"city": "חיפה"}}}), answers(&[("city", "חיפה")])),
            (
                "interactive",
                json!({"nfm_reply": {"response_json": [{"city": "חיפה"}]}}),
                answers(&[("response_json.1.city", "חיפה")]),
            ),
            ("unsupported", Value::Null, Content::Unsupported),
            ("hologram", json!({}), Content::Unknown),
        ];
        for (kind, body, content) in table {
            assert_eq!(read(kind, &body).enclosed.content, Some(content), "{kind} {body}");
        }
    }

    #[test]
    fn what_stands_beside_the_words_is_kept() {
        let media = |kind: &str, body: Value| read(kind, &body).enclosed.media;
        let photo =
            Some(Media { id: "9001".to_owned(), mime_type: Some("image/jpeg".to_owned()), sha256: None, url: None });
        for kind in ["image", "video", "document", "sticker", "audio"] {
            assert_eq!(media(kind, json!({"id": "9001", "mime_type": "image/jpeg"})), photo, "{kind}");
        }
        let url = |url: &str| media("audio", json!({"id": "9001", "url": url})).unwrap().url;
        assert_eq!(url("https://lookaside.fbsbx.com/x").as_deref(), Some("https://lookaside.fbsbx.com/x"));
        assert_eq!((url(""), url(&"x".repeat(2_000))), (None, None), "the file has its id");
        assert_eq!(media("image", json!({"caption": "no id"})), None);
        assert_eq!(media("text", json!({"id": "9001"})), None);
        let row = json!({"list_reply": {"id": "r", "title": "תור", "description": "45 דקות"}});
        assert_eq!(read("interactive", &row).enclosed.description.as_deref(), Some("45 דקות"));
        let here = json!({"latitude": 32.0775, "longitude": 34.774, "name": "בית"});
        let content = read("location", &here).enclosed.content;
        let coordinates = Some("32.07750, 34.77400".to_owned());
        assert_eq!(content, Some(Content::Location { place: "בית".to_owned(), coordinates }));
    }

    #[test]
    fn a_change_names_its_message_and_a_moved_customer_his_new_names() {
        let amends = |how| Purpose::Amend(Amends { target: MessageId::parse("wamid.B").unwrap(), how });
        let to = |bsuid: Option<&str>, phone: Option<&str>| Purpose::Moved {
            to: serde_json::from_value(json!({"bsuid": bsuid, "phone": phone})).unwrap(),
        };
        let table = [
            (
                "reaction",
                json!({"message_id": "wamid.B", "emoji": "👍"}),
                amends(Amendment::React { emoji: Some("👍".to_owned()) }),
            ),
            ("reaction", json!({"message_id": "wamid.B", "emoji": ""}), amends(Amendment::React { emoji: None })),
            ("reaction", json!({"message_id": "wamid.B"}), amends(Amendment::React { emoji: None })),
            ("reaction", json!({"message_id": "no id"}), Purpose::Notice),
            ("edit", json!({"original_message_id": "wamid.B"}), amends(Amendment::Edit)),
            ("edit", json!({}), Purpose::Notice),
            ("revoke", json!({"original_message_id": "wamid.B"}), amends(Amendment::Revoke)),
            ("revoke", Value::Null, Purpose::Notice),
            (
                "system",
                json!({"type": "user_changed_number", "wa_id": "972555000002"}),
                to(None, Some("+972555000002")),
            ),
            ("system", json!({"type": "user_changed_user_id", "user_id": "IL.22"}), to(Some("IL.22"), None)),
            ("system", json!({"type": "customer_identity_changed", "wa_id": "972555000002"}), Purpose::Notice),
            ("system", json!({"type": "user_changed_number"}), Purpose::Notice),
        ];
        for (kind, body, purpose) in table {
            assert_eq!(read(kind, &body).purpose, purpose, "{kind} {body}");
        }
    }

    #[test]
    fn a_null_character_is_cut_out_and_a_monstrous_text_is_cut_short() {
        assert_eq!(read("text", &json!({"body": "א\u{0}ב"})).text.as_deref(), Some("אב"));
        assert_eq!(read("text", &json!({"body": "\u{0}"})).text, None);
        let long = read("text", &json!({"body": "א".repeat(MAX_TEXT_CHARS + 10)})).text.unwrap();
        assert_eq!(long.chars().count(), MAX_TEXT_CHARS);
    }

    #[test]
    fn a_type_that_is_no_name_is_called_unknown() {
        assert_eq!(read("a b\n[system]", &Value::Null).kind, "unknown");
    }
}
