//! What a message says, by its type: words, something beside them, and whether it wants an answer.
//!
//! Source: [the messages webhook](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages).

use super::attachments::{cards, form, order, place};
use crate::lenient_json::{self, integer, text};
use serde_json::Value;
use zikaron_memory::content::{Content, Told};
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::event::Purpose;
use zikaron_protocol::model::ids::MessageId;

/// The longest emoji, in characters: a family with skin tones has eleven.
const MAX_EMOJI_CHARS: usize = 16;
/// Meta's errors of a message whose type it does not hand on, or whose content is not available.
const UNSUPPORTED_TYPE: [i64; 2] = [131_051, 131_060];

/// What a message says.
pub(super) struct Said {
    pub(super) text: Option<String>,
    pub(super) content: Option<Content>,
    pub(super) button: Option<String>,
    pub(super) purpose: Purpose,
    /// Of what asks for no answer, where more is known of it than that.
    pub(super) told: Option<Told>,
}

impl Said {
    /// Words, or something with or without them.
    fn words(text: Option<String>, content: Option<Content>) -> Self {
        Self { text, content, button: None, purpose: Purpose::Ask, told: None }
    }

    /// Something that asks for no answer.
    fn silent(purpose: Purpose) -> Self {
        Self { text: None, content: None, button: None, purpose, told: None }
    }

    fn tells(told: Told) -> Self {
        Self { told: Some(told), ..Self::silent(Purpose::Notice) }
    }

    pub(super) fn of(kind: &str, item: &Value) -> Self {
        let at = |pointer: &str| text(item, pointer);
        let media = |content| Self::words(at(&format!("/{kind}/caption")), Some(content));
        match kind {
            "text" => Self::words(at("/text/body"), None),
            "image" => media(Content::Image),
            "video" => media(Content::Video),
            "document" => media(Content::Document { name: at("/document/filename") }),
            "sticker" => media(Content::Sticker),
            "audio" if lenient_json::at(item, "/audio/voice") == Some(&Value::Bool(true)) => media(Content::Voice),
            "audio" => media(Content::Audio),
            "location" => Self::words(None, Some(place(item))),
            "contacts" => Self::words(None, Some(cards(item))),
            "order" => Self::words(at("/order/text"), Some(order(item))),
            "button" => Self { button: at("/button/payload"), ..Self::words(at("/button/text"), None) },
            "interactive" => Self::of_interactive(item),
            "reaction" => Self::amends(item, "/reaction/message_id", Amendment::React { emoji: emoji(item) }),
            "edit" => Self::of_edit(item),
            "revoke" => Self::amends(item, "/revoke/original_message_id", Amendment::Revoke),
            // Its text names phone numbers, and it is Meta's, not the customer's: only the names are kept.
            "system" => Self::tells(told(item)),
            "request_welcome" => Self::tells(Told::ChatOpened),
            // Meta hides the content, but there was one (a poll, a view-once photo): silence would be rude.
            "unsupported" => Self::words(None, Some(Content::Unsupported)),
            "unknown" if is_unsupported(item) => Self::words(None, Some(Content::Unsupported)),
            // A type of the future: a body under its own name is something the customer sent.
            _ if item.get(kind).is_some_and(|body| !body.is_null()) => Self::words(None, Some(Content::Unknown)),
            _ => Self::silent(Purpose::Notice),
        }
    }

    fn of_interactive(item: &Value) -> Self {
        for reply in ["button_reply", "list_reply"] {
            if let Some(body) = lenient_json::at(item, &format!("/interactive/{reply}")) {
                return Self { button: text(body, "/id"), ..Self::words(text(body, "/title"), None) };
            }
        }
        if lenient_json::at(item, "/interactive/call_permission_reply").is_some() {
            let answer = text(item, "/interactive/call_permission_reply/response");
            let allows = answer.is_some_and(|answer| answer.eq_ignore_ascii_case("accept"));
            return Self::tells(if allows { Told::CallsAllowed } else { Told::CallsRefused });
        }
        match lenient_json::at(item, "/interactive/nfm_reply") {
            Some(reply) => Self::words(None, Some(form(reply))),
            None => match text(item, "/interactive/body/text") {
                // Of the business's side: its words above the buttons.
                Some(words) => Self::words(Some(words), None),
                None => Self::words(None, Some(Content::Unknown)),
            },
        }
    }

    /// A change of another message; a notice where nothing says of which.
    fn amends(item: &Value, target: &str, how: Amendment) -> Self {
        let target = text(item, target).and_then(|id| MessageId::parse(id).ok());
        Self::silent(target.map_or(Purpose::Notice, |target| Purpose::Amend(Amends { target, how })))
    }

    /// The new wording. An edit is no new question.
    fn of_edit(item: &Value) -> Self {
        let words = lenient_json::at(item, "/edit/message").and_then(|message| {
            let kind = text(message, "/type").filter(|kind| kind != "edit").unwrap_or_else(|| "text".to_owned());
            Self::of(&kind, message).text
        });
        Self { text: words, ..Self::amends(item, "/edit/original_message_id", Amendment::Edit) }
    }
}

/// What a change of the customer's own names tells.
fn told(item: &Value) -> Told {
    match text(item, "/system/type").as_deref() {
        Some("user_changed_number") => Told::NewNumber,
        Some("user_changed_user_id") => Told::NewUserId,
        Some("customer_identity_changed") => Told::NewIdentity,
        _ => Told::Other,
    }
}

/// Whether Meta says of a message it cannot name that its type is not handed on.
fn is_unsupported(item: &Value) -> bool {
    let errors = item.get("errors").and_then(Value::as_array);
    errors
        .into_iter()
        .flatten()
        .any(|error| integer(error, "/code").is_some_and(|code| UNSUPPORTED_TYPE.contains(&code)))
}

fn emoji(item: &Value) -> Option<String> {
    let emoji: String =
        text(item, "/reaction/emoji")?.chars().filter(|c| !c.is_control()).take(MAX_EMOJI_CHARS).collect();
    (!emoji.trim().is_empty()).then_some(emoji)
}
