//! What Meta would refuse of a send. The limits are those of
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/reference/messages> and
//! <https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages>, checked in
//! the order of the documentation.

use super::refusal::Refusal;
use super::template::TemplateRequest;
use super::text_rule::string;
use crate::state::Button;
use serde_json::Value;
use std::collections::HashSet;

/// The button WhatsApp itself puts under a request for the customer's number; what comes back is their card.
pub(crate) const NUMBER_REQUEST: &str = "request_contact_info";

/// A request that has the right shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SendRequest {
    /// A message to a customer.
    Message(Message),
    /// A message of the customer is shown as read.
    Read { message_id: String, typing: bool },
}

/// A message to a customer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Message {
    pub(crate) to: Recipient,
    pub(crate) kind: &'static str,
    pub(crate) text: String,
    pub(crate) buttons: Vec<Button>,
    /// The template whose words it has; its text is not known before that is looked up.
    pub(crate) template: Option<TemplateRequest>,
    pub(crate) tag: Option<String>,
}

/// Whom a message is sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Recipient {
    /// The digits of a phone number.
    Phone(String),
    /// A user id in `recipient`.
    User(String),
    /// A user id in `to`: accepted and dropped.
    Nobody(String),
}

/// Reads a request's body; what Meta would refuse is refused.
pub(crate) fn parse(body: &[u8]) -> Result<SendRequest, Refusal> {
    let body: Value = serde_json::from_slice(body).map_err(|_| Refusal::parameter("the body is not JSON"))?;
    if body["messaging_product"] != "whatsapp" {
        return Err(Refusal::parameter("The parameter messaging_product is required."));
    }
    if !body["status"].is_null() {
        return read_mark(&body);
    }
    if !matches!(body["recipient_type"].as_str(), None | Some("individual")) {
        return Err(Refusal::parameter("recipient_type must be individual"));
    }
    let to = recipient(&body)?;
    let mut template = None;
    let (kind, text, buttons) = match body["type"].as_str().unwrap_or("text") {
        "text" => ("text", string(&body["text"]["body"], "text['body']", 1, 4096)?, Vec::new()),
        "interactive" => interactive(&body["interactive"])?,
        "template" => {
            template = Some(TemplateRequest::parse(&body["template"])?);
            ("template", String::new(), Vec::new())
        }
        _ => return Err(Refusal::parameter("type is not one the simulator knows: text, interactive, template")),
    };
    let tag = match &body["biz_opaque_callback_data"] {
        Value::Null => None,
        tag => Some(string(tag, "biz_opaque_callback_data", 0, 512)?),
    };
    if !body["context"].is_null() {
        string(&body["context"]["message_id"], "context['message_id']", 1, 512)?;
    }
    Ok(SendRequest::Message(Message { to, kind, text, buttons, template, tag }))
}

/// <https://developers.facebook.com/docs/whatsapp/cloud-api/typing-indicators>
fn read_mark(body: &Value) -> Result<SendRequest, Refusal> {
    if body["status"] != "read" {
        return Err(Refusal::parameter("status must be read"));
    }
    let message_id = string(&body["message_id"], "message_id", 1, 512)?;
    let indicator = &body["typing_indicator"];
    if !indicator.is_null() && indicator["type"] != "text" {
        return Err(Refusal::parameter("typing_indicator['type'] must be text"));
    }
    Ok(SendRequest::Read { message_id, typing: !indicator.is_null() })
}

fn recipient(body: &Value) -> Result<Recipient, Refusal> {
    if let Some(to) = body["to"].as_str().filter(|to| !to.is_empty()) {
        let digits: String = to.chars().filter(|c| !matches!(c, '+' | ' ' | '-' | '(' | ')')).collect();
        return match () {
            () if is_user_id(to) => Ok(Recipient::Nobody(to.to_owned())),
            () if is_phone(&digits) => Ok(Recipient::Phone(digits)),
            () => Err(Refusal::parameter("to is not a phone number")),
        };
    }
    match body["recipient"].as_str() {
        Some(user) if is_user_id(user) => Ok(Recipient::User(user.to_owned())),
        Some(_) => Err(Refusal::parameter("recipient is not a business-scoped user id")),
        None => Err(Refusal::parameter("The parameter to is required.")),
    }
}

fn is_phone(digits: &str) -> bool {
    (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Such as `IL.123`, see
/// <https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>.
fn is_user_id(text: &str) -> bool {
    text.split_once('.').is_some_and(|(country, id)| {
        country.len() == 2
            && country.bytes().all(|b| b.is_ascii_alphabetic())
            && (1..=128).contains(&id.len())
            && id.bytes().all(|b| b.is_ascii_alphanumeric())
    })
}

fn interactive(body: &Value) -> Result<(&'static str, String, Vec<Button>), Refusal> {
    let text = string(&body["body"]["text"], "interactive['body']['text']", 1, 1024)?;
    match body["type"].as_str() {
        Some("button") => {}
        Some(NUMBER_REQUEST) if body["action"]["name"] == NUMBER_REQUEST => {
            let button = Button { id: NUMBER_REQUEST.to_owned(), title: "Share phone number".to_owned() };
            return Ok(("interactive", text, vec![button]));
        }
        _ => {
            let rule = "interactive['type'] is not one the simulator knows: button, request_contact_info";
            return Err(Refusal::parameter(rule));
        }
    }
    let buttons = body["action"]["buttons"].as_array().map_or(&[][..], Vec::as_slice);
    if !(1..=3).contains(&buttons.len()) {
        return Err(Refusal::parameter("interactive['action']['buttons']: 1 to 3 buttons are needed"));
    }
    let buttons = buttons.iter().map(button).collect::<Result<Vec<_>, _>>()?;
    let ids: HashSet<_> = buttons.iter().map(|button| &button.id).collect();
    let titles: HashSet<_> = buttons.iter().map(|button| &button.title).collect();
    if ids.len() < buttons.len() || titles.len() < buttons.len() {
        return Err(Refusal::parameter("interactive['action']['buttons']: two buttons are the same"));
    }
    Ok(("interactive", text, buttons))
}

fn button(body: &Value) -> Result<Button, Refusal> {
    if body["type"] != "reply" {
        return Err(Refusal::parameter("a button's type must be reply"));
    }
    Ok(Button {
        id: string(&body["reply"]["id"], "a button's id", 1, 256)?,
        title: string(&body["reply"]["title"], "a button's title", 1, 20)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn text() -> Value {
        json!({"messaging_product": "whatsapp", "to": "+972555000001", "type": "text", "text": {"body": "שלום"}})
    }

    fn buttons() -> Value {
        let button = |id: &str| json!({"type": "reply", "reply": {"id": id, "title": id}});
        json!({"messaging_product": "whatsapp", "recipient": "IL.123", "type": "interactive", "interactive": {
            "type": "button", "body": {"text": "?"}, "action": {"buttons": [button("a"), button("b"), button("c")]}}})
    }

    fn request() -> Value {
        json!({"messaging_product": "whatsapp", "recipient": "IL.123", "type": "interactive", "interactive": {
            "type": NUMBER_REQUEST, "body": {"text": "?"}, "action": {"name": NUMBER_REQUEST}}})
    }

    fn with(mut body: Value, pointer: &str, value: Value) -> Value {
        *body.pointer_mut(pointer).unwrap() = value;
        body
    }

    #[test]
    fn what_meta_would_refuse_is_refused_with_code_100() {
        let long_title = "a".repeat(21);
        let four = vec![buttons().pointer("/interactive/action/buttons/0").unwrap().clone(); 4];
        let table = [
            ("not json", json!("text")),
            ("no product", with(text(), "/messaging_product", Value::Null)),
            ("a group", {
                let mut body = text();
                body["recipient_type"] = json!("group");
                body
            }),
            ("nobody", with(text(), "/to", Value::Null)),
            ("not a number", with(text(), "/to", json!("somebody"))),
            ("empty text", with(text(), "/text/body", json!(""))),
            ("blank text", with(text(), "/text/body", json!(" \n"))),
            ("4097 characters", with(text(), "/text/body", json!("א".repeat(4097)))),
            ("a number as text", with(text(), "/text/body", json!(5))),
            ("unknown type", with(text(), "/type", json!("hologram"))),
            ("long tag", {
                let mut body = text();
                body["biz_opaque_callback_data"] = json!("a".repeat(513));
                body
            }),
            ("a phone as user id", with(buttons(), "/recipient", json!("972555000001"))),
            ("1025 characters above buttons", with(buttons(), "/interactive/body/text", json!("א".repeat(1025)))),
            ("no buttons", with(buttons(), "/interactive/action/buttons", json!([]))),
            ("four buttons", with(buttons(), "/interactive/action/buttons", json!(four))),
            ("twins", with(buttons(), "/interactive/action/buttons/1/reply/id", json!("a"))),
            ("long title", with(buttons(), "/interactive/action/buttons/0/reply/title", json!(long_title))),
            ("a request of another name", with(request(), "/interactive/action/name", json!("request"))),
            ("1025 characters above it", with(request(), "/interactive/body/text", json!("א".repeat(1025)))),
            (
                "a template of no name",
                json!({"messaging_product": "whatsapp", "to": "+972555000001", "type": "template",
                "template": {"name": "", "language": {"code": "he"}}}),
            ),
            (
                "a template of no language",
                json!({"messaging_product": "whatsapp", "to": "+972555000001",
                "type": "template", "template": {"name": "a"}}),
            ),
            ("read what", json!({"messaging_product": "whatsapp", "status": "read"})),
            ("unread", json!({"messaging_product": "whatsapp", "status": "unread", "message_id": "wamid.A"})),
        ];
        for (what, body) in table {
            let refusal = parse(body.to_string().as_bytes()).expect_err(what);
            assert_eq!(refusal.code, 100, "{what}");
        }
    }

    #[test]
    fn what_meta_takes_is_taken() {
        for body in [text(), buttons(), request(), with(text(), "/text/body", json!("א".repeat(4096)))] {
            assert!(matches!(parse(body.to_string().as_bytes()), Ok(SendRequest::Message(_))), "{body}");
        }
        let Ok(SendRequest::Message(message)) = parse(text().to_string().as_bytes()) else { panic!() };
        assert_eq!(message.to, Recipient::Phone("972555000001".to_owned()));
        let body = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A",
                          "typing_indicator": {"type": "text"}});
        let read = parse(body.to_string().as_bytes()).unwrap();
        assert_eq!(read, SendRequest::Read { message_id: "wamid.A".to_owned(), typing: true });
    }

    #[test]
    fn a_user_id_in_to_reaches_nobody() {
        let Ok(SendRequest::Message(message)) = parse(with(text(), "/to", json!("IL.123")).to_string().as_bytes())
        else {
            panic!()
        };
        assert_eq!(message.to, Recipient::Nobody("IL.123".to_owned()));
    }
}
