//! Every type a customer can send, from the webhook to staff and to the model: nothing of it is lost.

use crate::message::{MessageDocument, by_channel_id};
use anyhow::{Context, Result};
use serde_json::{Value, json};
use zikaron_channels::whatsapp::inbound::parse;
use zikaron_memory::language::Language;
use zikaron_protocol::model::event::{Event, Purpose};
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::model::message::{Message, MessageKey};

/// The hash of every file.
const HASH: &str = "c2hh";

/// A message of this type as it is stored.
fn stored(kind: &str, item: &Value) -> Result<Message> {
    let mut message = json!({"from": "972555000001", "id": "wamid.A", "timestamp": "1790000000", "type": kind});
    let members = item.as_object().context("an object")?.clone();
    message.as_object_mut().context("an object")?.extend(members);
    let number = json!({"display_phone_number": "12025550100", "phone_number_id": "100000000000001"});
    let value = json!({"messaging_product": "whatsapp", "metadata": number, "messages": [message]});
    let body = json!({"object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]});
    let parsed = parse(&ConnectionId::parse("demo")?, body.to_string().as_bytes())?;
    let Some(Event::MessageReceived(received)) = parsed.events.into_iter().next() else {
        anyhow::bail!("{kind} is no message: {:?}", parsed.set_aside);
    };
    let said = received.message;
    let key = MessageKey { sent_at: said.sent_at, id: said.id };
    let (text, enclosed) = (said.text.unwrap_or_default(), said.enclosed);
    let amends = if let Purpose::Amend(amends) = said.purpose { Some(amends) } else { None };
    Ok(Message { text, enclosed, amends, ..Message::incoming(key, said.speaker, said.kind) })
}

/// Every text and number that stands in it.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => match serde_json::from_str(text) {
            Ok(inner @ Value::Object(_)) => leaves(&inner, found),
            _ => found.push(text.clone()),
        },
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(members) => members.values().for_each(|value| leaves(value, found)),
        Value::Bool(_) | Value::Null => {}
    }
}

/// The types, each with what the model is to read of it.
fn table() -> Vec<(&'static str, Value, Vec<&'static str>)> {
    let card = json!({"name": {"formatted_name": "רותי לוי", "first_name": "רותי"}, "birthday": "1990-05-03",
        "org": {"company": "סטודיו רותי", "title": "בעלים"}, "phones": [{"phone": "+972 55-500-0002", "type": "CELL"}],
        "emails": [{"email": "ruti@example.com", "type": "WORK"}], "urls": [{"url": "https://ruti.example"}],
        "addresses": [{"street": "הרצל 5", "city": "חולון"}]});
    let products: Vec<Value> = (1..=12)
        .map(|n| json!({"product_retailer_id": format!("SKU-{n}"), "quantity": n, "item_price": 40 + n, "currency": "ILS"}))
        .chain([json!({"quantity": 77, "item_price": 5})])
        .collect();
    let free = format!("התחלה {} סוף", "מילה ".repeat(100));
    let asked: Value = (1..=12).map(|n| (format!("q{n}"), json!(format!("answer {n}")))).collect();
    let form = json!({"form": asked, "free": free, "flow_token": ""});
    let ad = json!({"source_url": "https://ads.example/1", "source_id": "AD-77", "source_type": "ad",
        "headline": "מבצע קיץ", "body": "עד סוף החודש", "media_type": "image", "image_url": "https://ads.example/1.jpg",
        "ctwa_clid": "click-1", "welcome_message": {"text": "ספרו לנו מה תרצו"}});
    vec![
        (
            "text",
            json!({"text": {"body": "שלום"}, "referral": ad}),
            vec!["שלום", "מבצע קיץ", "עד סוף החודש", "https://ads.example/1", "ספרו לנו מה תרצו"],
        ),
        (
            "text",
            json!({"text": {"body": "יש?"}, "context": {"referred_product":
            {"catalog_id": "CAT-1", "product_retailer_id": "SKU-1"}}}),
            vec!["יש?", "SKU-1"],
        ),
        (
            "text",
            json!({"text": {"body": "ברכה"}, "context": {"forwarded": true, "frequently_forwarded": true}}),
            vec!["[הודעה שהועברה] ברכה"],
        ),
        (
            "image",
            json!({"image": {"id": "M1", "mime_type": "image/jpeg", "sha256": HASH, "caption": "ככה"}}),
            vec!["[תמונה] ככה"],
        ),
        ("video", json!({"video": {"id": "M5", "mime_type": "video/mp4", "caption": "תראו"}}), vec!["תראו"]),
        (
            "document",
            json!({"document": {"id": "M2", "mime_type": "application/pdf", "filename": "הצעה.pdf"}}),
            vec!["הצעה.pdf"],
        ),
        ("sticker", json!({"sticker": {"id": "M3", "mime_type": "image/webp"}}), vec![]),
        (
            "audio",
            json!({"audio": {"id": "M4", "mime_type": "audio/ogg", "sha256": HASH, "voice": true}}),
            vec!["[הודעה קולית]"],
        ),
        ("audio", json!({"audio": {"id": "M6", "mime_type": "audio/mpeg"}}), vec!["["]),
        ("location", json!({"location": {"latitude": 32.0775, "longitude": 34.774}}), vec!["32.0775", "34.774"]),
        // What it was Meta does not hand on, but says why and at times of which kind.
        (
            "unsupported",
            json!({"unsupported": {"type": "poll_creation"}, "errors": [{"code": 131_051, "title": "Unsupported message type",
                "error_data": {"details": "Message type is not currently supported"}}]}),
            vec!["poll_creation"],
        ),
        ("unsupported", json!({"errors": [{"code": 131_060, "title": "This message is unavailable"}]}), vec!["["]),
        (
            "location",
            json!({"location": {"name": "המספרה", "address": "הרצל 5", "url": "https://place.example"}}),
            vec!["המספרה", "הרצל 5", "https://place.example"],
        ),
        (
            "contacts",
            json!({"contacts": [card, {"name": {"formatted_name": "אבי"}}]}),
            vec![
                "רותי לוי",
                "+972 55-500-0002",
                "ruti@example.com",
                "סטודיו רותי",
                "חולון",
                "https://ruti.example",
                "1990-05-03",
                "אבי",
            ],
        ),
        (
            "order",
            json!({"order": {"catalog_id": "CAT-1", "text": "תודה", "product_items": products}}),
            vec!["12 × SKU-12, 52 ILS", "77 × ?, 5", "תודה"],
        ),
        ("button", json!({"button": {"payload": "pay-1", "text": "כן"}}), vec!["כן"]),
        (
            "interactive",
            json!({"interactive": {"type": "nfm_reply", "nfm_reply": {"name": "address_message", "body": "הרצל 5",
                "response_json": json!({"values": {"city": "חולון", "floor_number": 3,
                    "notes": ["כניסה ב", {"code": 77}]}}).to_string()}}}),
            vec!["values.city: חולון", "values.floor_number: 3", "כניסה ב", "77"],
        ),
        ("sticker", json!({"sticker": {"id": "M7", "mime_type": "image/webp", "animated": true}}), vec!["["]),
        (
            "document",
            json!({"document": {"id": "M8", "mime_type": "application/pdf", "filename": "חוזה.pdf", "caption": "חתום"}}),
            vec!["חוזה.pdf", "חתום"],
        ),
        (
            "interactive",
            json!({"interactive": {"type": "button_reply", "button_reply": {"id": "b-1", "title": "כן"}}}),
            vec!["כן"],
        ),
        (
            "interactive",
            json!({"interactive": {"type": "list_reply", "list_reply":
            {"id": "row-1", "title": "תספורת", "description": "45 דקות"}}}),
            vec!["תספורת", "45 דקות"],
        ),
        (
            "interactive",
            json!({"interactive": {"type": "nfm_reply", "nfm_reply":
            {"name": "flow", "body": "Sent", "response_json": form.to_string()}}}),
            vec!["form.q12: answer 12", "סוף"],
        ),
        ("hologram", json!({"hologram": {"title": "שלום", "parts": [{"depth": 3}]}}), vec!["שלום", "3"]),
    ]
}

#[test]
fn whatever_a_customer_sends_is_stored_whole_and_shown_to_staff_and_model() -> Result<()> {
    for (kind, item, read) in table() {
        let message = stored(kind, &item)?;
        let kept = serde_json::to_string(&message)?;
        let document = serde_json::to_value(MessageDocument::of(message, Language::Hebrew, &by_channel_id(&[])))?;
        let shown = document.to_string();
        let mut said = Vec::new();
        leaves(&item, &mut said);
        // The name of what an `interactive` holds is the name under which it is kept.
        for leaf in said.iter().filter(|leaf| !leaf.ends_with("_reply")) {
            assert!(kept.contains(leaf.as_str()), "{kind}: {leaf} is not stored: {kept}");
            // A file's hash is for the turn that fetches it.
            assert!(leaf == HASH || shown.contains(leaf.as_str()), "{kind}: staff are not shown {leaf}: {shown}");
        }
        let line = document["line"].as_str().context("a line")?;
        for part in read {
            assert!(line.contains(part), "{kind}: the model does not read {part}: {line}");
        }
    }
    Ok(())
}

/// What is no message, each with what it tells.
fn notices() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        (
            "system",
            json!({"system": {"type": "user_changed_number", "wa_id": "972555000002", "body": "x"}}),
            "new_number",
        ),
        ("system", json!({"system": {"type": "customer_identity_changed", "wa_id": "972555000001"}}), "new_identity"),
        ("system", json!({"system": {"type": "something_else", "wa_id": "972555000001"}}), "other"),
        ("request_welcome", json!({}), "chat_opened"),
        ("interactive", json!({"interactive": {"call_permission_reply": {"response": "accept"}}}), "calls_allowed"),
        ("interactive", json!({"interactive": {"call_permission_reply": {"response": "reject"}}}), "calls_refused"),
    ]
}

#[test]
fn what_is_no_message_is_a_sentence_in_the_language_of_the_business() -> Result<()> {
    for (kind, item, told) in notices() {
        let message = stored(kind, &item)?;
        for (language, nothing) in [(Language::Hebrew, "[הודעה ריקה]"), (Language::English, "[empty message]")]
        {
            let document = serde_json::to_value(MessageDocument::of(message.clone(), language, &by_channel_id(&[])))?;
            assert_eq!(document["enclosed"]["told"], told);
            let line = document["line"].as_str().context("a line")?;
            assert!(line != nothing && line.starts_with('[') && line.chars().count() > 15, "{kind}: {line}");
        }
    }
    Ok(())
}

/// What changes another message: the words that are kept, and the change as staff see it.
fn changes() -> Vec<(&'static str, Value, &'static str, Value)> {
    let edited = json!({"type": "text", "text": {"body": "בשעה שש"}});
    vec![
        (
            "edit",
            json!({"edit": {"original_message_id": "wamid.B", "message": edited}}),
            "בשעה שש",
            json!({"target": "wamid.B", "how": "edit"}),
        ),
        (
            "revoke",
            json!({"revoke": {"original_message_id": "wamid.B"}}),
            "",
            json!({"target": "wamid.B", "how": "revoke"}),
        ),
        (
            "reaction",
            json!({"reaction": {"message_id": "wamid.B", "emoji": "👍"}}),
            "",
            json!({"target": "wamid.B", "how": "react", "emoji": "👍"}),
        ),
    ]
}

#[test]
fn what_changes_a_message_says_which_and_how_and_is_no_line_of_its_own() -> Result<()> {
    for (kind, item, words, amends) in changes() {
        let message = stored(kind, &item)?;
        assert_eq!(message.text, words, "{kind}");
        let document = serde_json::to_value(MessageDocument::of(message, Language::Hebrew, &by_channel_id(&[])))?;
        assert_eq!((&document["amends"], &document["line"]), (&amends, &Value::Null), "{kind}");
    }
    Ok(())
}

/// The types of [WhatsApp's webhook](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages).
const TYPES: [&str; 17] = [
    "audio",
    "button",
    "contacts",
    "document",
    "edit",
    "image",
    "interactive",
    "location",
    "order",
    "reaction",
    "request_welcome",
    "revoke",
    "sticker",
    "system",
    "text",
    "unsupported",
    "video",
];

#[test]
fn every_type_stands_in_one_of_the_tables() {
    let tables = [
        table().into_iter().map(|row| row.0).collect::<Vec<_>>(),
        notices().into_iter().map(|row| row.0).collect(),
        changes().into_iter().map(|row| row.0).collect(),
    ]
    .concat();
    for kind in TYPES {
        assert!(tables.contains(&kind), "{kind}");
    }
}
