//! What Meta posts to the webhook: a customer's message, and the statuses of an answer.

use crate::clock::now;
use crate::peers::{APP_SECRET, VOICE_TYPE};
use anyhow::Result;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::atomic::{AtomicU64, Ordering};

/// The `phone_number_id` of the business.
pub(crate) const NUMBER: &str = "100000000000001";

/// Two hundred Hebrew characters, with something worth remembering.
fn text() -> String {
    "היי, אני מעדיפה בוקר. אשמח לקבוע תור לתספורת בשבוע הבא ".chars().cycle().take(200).collect()
}

/// A request of Meta's as the HTTP API hands it to the webhook, signed as Meta does
/// (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started>).
pub(crate) fn http_event(body: &Value) -> Result<Value> {
    let body = body.to_string();
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes())?;
    mac.update(body.as_bytes());
    let mut event: Value = serde_json::from_str(include_str!("../../events/webhook-whatsapp-text-hebrew.json"))?;
    event["headers"]["x-hub-signature-256"] = json!(format!("sha256={}", hex::encode(mac.finalize().into_bytes())));
    event["pathParameters"]["connection"] = json!("bench");
    event["rawPath"] = json!("/webhooks/whatsapp/bench");
    event["body"] = json!(body);
    Ok(event)
}

fn delivery(what: &str, items: Value) -> Value {
    let metadata = json!({"display_phone_number": "12025550100", "phone_number_id": NUMBER});
    let mut value = json!({"messaging_product": "whatsapp", "metadata": metadata});
    value[what] = items;
    json!({"object": "whatsapp_business_account", "entry": [{
        "id": "200000000000001", "changes": [{"field": "messages", "value": value}],
    }]})
}

/// What a customer sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Said {
    Text,
    /// A voice note, each with a file of its own.
    Voice,
}

/// A text of a customer, as Meta posts it.
pub(crate) fn message(phone: &str) -> Value {
    message_of(phone, Said::Text, "")
}

/// A message of a customer; each has an id of its own. `files`: where those lie that come with it.
pub(crate) fn message_of(phone: &str, said: Said, files: &str) -> Value {
    static WRITTEN: AtomicU64 = AtomicU64::new(0);
    let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
    let id = format!("wamid.HBgMOTcyNTU1MDAwMDE0FQIAEhgWM0VCMEJFTkNI{number:012}AA==");
    let (kind, content) = match said {
        Said::Text => ("text", json!({"body": text()})),
        Said::Voice => {
            let (id, hash) = (format!("MEDIA{number}"), format!("{number:043}="));
            let url = format!("{files}{id}");
            ("audio", json!({"id": id, "mime_type": VOICE_TYPE, "sha256": hash, "voice": true, "url": url}))
        }
    };
    let user = format!("IL.{phone}");
    let mut body = delivery(
        "messages",
        json!([{"from": phone, "from_user_id": user, "id": id, "timestamp": now().as_second().to_string(), "type": kind,
            kind: content}]),
    );
    body["entry"][0]["changes"][0]["value"]["contacts"] =
        json!([{"profile": {"name": "דנה לוי"}, "wa_id": phone, "user_id": user}]);
    body
}

/// A status (`sent`, `delivered`, `read`) of the answer that bore this tag.
pub(crate) fn status(phone: &str, tag: &str, status: &str) -> Value {
    let item = json!([{"id": "wamid.SENT", "status": status, "timestamp": now().as_second().to_string(),
        "recipient_id": phone, "biz_opaque_callback_data": tag,
        "pricing": {"billable": true, "category": "service"}}]);
    delivery("statuses", item)
}
