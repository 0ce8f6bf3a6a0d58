//! One item of `messages[]`.

use super::identity::{Contact, phone, sender};
use super::inbound::Reason;
use super::loose::{integer, text};
use jiff::Timestamp;
use serde_json::Value;
use zikaron_protocol::event::{Incoming, MessageReceived};
use zikaron_protocol::ids::{E164, Line, MessageId};

/// The longest text that is kept, in characters: at most 256 KiB, so that an event fits the bus (1 MB) and a message
/// the table (400 KB an item).
const MAX_TEXT_CHARS: usize = 65_536;

/// What stands around a message: the same for all messages of one `value`.
pub(super) struct Surroundings<'a> {
    pub(super) line: &'a Line,
    /// The business's own number, where Meta names it.
    pub(super) own: Option<&'a E164>,
    pub(super) contacts: &'a [Contact],
    /// One message, and one contact.
    pub(super) alone: bool,
}

pub(super) fn received(item: &Value, around: &Surroundings<'_>) -> Result<MessageReceived, Reason> {
    let id = text(item, "/id").ok_or(Reason::Missing("id"))?;
    let id = MessageId::parse(id).map_err(|_| Reason::Invalid("id"))?;
    let kind = text(item, "/type").ok_or(Reason::Missing("type"))?;
    let seconds = integer(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    let sent_at = Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?;
    if text(item, "/group_id").is_some() {
        return Err(Reason::Group);
    }
    if around.own.is_some() && phone(item, "/from").as_ref() == around.own {
        return Err(Reason::Echo);
    }
    let (customer, profile_name) = sender(item, around.contacts, around.alone).ok_or(Reason::NoSender)?;
    let content = Content::of(&kind, item);
    Ok(MessageReceived {
        line: around.line.clone(),
        customer,
        profile_name,
        message: Incoming {
            id,
            sent_at,
            kind: if is_token(&kind) { kind } else { "unknown".to_owned() },
            text: content.text.and_then(kept),
            button: content.button.and_then(kept),
            quotes: text(item, "/context/id").and_then(|id| MessageId::parse(id).ok()),
            answerable: content.answerable,
        },
    })
}

/// What a message says.
struct Content {
    text: Option<String>,
    button: Option<String>,
    answerable: bool,
}

impl Content {
    /// Words of the customer, or media with or without them.
    fn said(text: Option<String>) -> Self {
        Self { text, button: None, answerable: true }
    }

    /// Something that asks for no answer.
    fn silent(text: Option<String>) -> Self {
        Self { text, button: None, answerable: false }
    }

    fn of(kind: &str, item: &Value) -> Self {
        let at = |pointer: &str| text(item, pointer);
        match kind {
            "text" => Self::said(at("/text/body")),
            "image" | "video" | "document" | "sticker" | "audio" => Self::said(at(&format!("/{kind}/caption"))),
            "order" => Self::said(at("/order/text")),
            "button" => Self { button: at("/button/payload"), ..Self::said(at("/button/text")) },
            "interactive" => Self::of_interactive(item),
            "reaction" => Self::silent(at("/reaction/emoji")),
            "edit" => Self::of_edit(item),
            // A system notice's text names phone numbers, and it is Meta's, not the customer's.
            "revoke" | "system" | "request_welcome" => Self::silent(None),
            // Meta hides the content, but there was one (a poll, a view-once photo): silence would be rude.
            "location" | "contacts" | "unsupported" => Self::said(None),
            // A type of the future: a body under its own name is something the customer sent.
            _ if item.get(kind).is_some_and(|body| !body.is_null()) => Self::said(None),
            _ => Self::silent(None),
        }
    }

    fn of_interactive(item: &Value) -> Self {
        let at = |pointer: &str| text(item, pointer);
        for reply in ["button_reply", "list_reply"] {
            if let Some(body) = item.pointer(&format!("/interactive/{reply}")) {
                return Self { button: text(body, "/id"), ..Self::said(text(body, "/title")) };
            }
        }
        if item.pointer("/interactive/call_permission_reply").is_some() {
            return Self::silent(None);
        }
        Self::said(at("/interactive/nfm_reply/body"))
    }

    /// The new wording, so that the conversation shows it. An edit is no new question.
    fn of_edit(item: &Value) -> Self {
        let Some(message) = item.pointer("/edit/message") else { return Self::silent(None) };
        match text(message, "/type").as_deref() {
            None | Some("edit") => Self::silent(text(message, "/text/body")),
            Some(kind) => Self { answerable: false, ..Self::of(kind, message) },
        }
    }
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

    fn read(kind: &str, body: &Value) -> Incoming {
        let line: Line = serde_json::from_value(json!({"connection": "demo", "number": "100000000000001"})).unwrap();
        let around = Surroundings { line: &line, own: None, contacts: &[], alone: false };
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
            ("interactive", json!({"nfm_reply": {"body": "Sent"}}), Some("Sent"), None, true),
            ("interactive", json!({"call_permission_reply": {"response": "accept"}}), None, None, false),
            ("reaction", json!({"message_id": "wamid.B", "emoji": "👍"}), Some("👍"), None, false),
            ("reaction", json!({"message_id": "wamid.B"}), None, None, false),
            ("edit", json!({"message": {"type": "text", "text": {"body": "חמש"}}}), Some("חמש"), None, false),
            ("edit", json!({"message": {"type": "image", "image": {"caption": "א"}}}), Some("א"), None, false),
            ("edit", json!({"message": {"type": "edit", "edit": {"message": {}}}}), None, None, false),
            ("edit", Value::Null, None, None, false),
            ("revoke", json!({"original_message_id": "wamid.B"}), None, None, false),
            ("system", json!({"body": "changed", "type": "user_changed_number"}), None, None, false),
            ("request_welcome", Value::Null, None, None, false),
            ("unsupported", Value::Null, None, None, true),
            ("hologram", json!({"id": "1"}), None, None, true),
            ("hologram", Value::Null, None, None, false),
        ];
        for (kind, body, text, button, answerable) in table {
            let read = read(kind, &body);
            let found = (read.text.as_deref(), read.button.as_deref(), read.answerable);
            assert_eq!(found, (text, button, answerable), "{kind} {body}");
            assert_eq!(read.kind, kind);
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
