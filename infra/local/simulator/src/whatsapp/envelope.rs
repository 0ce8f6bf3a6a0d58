//! Webhook bodies as Meta builds them
//! (<https://developers.facebook.com/docs/whatsapp/cloud-api/webhooks/components>).

use crate::state::{Connection, Contact, Sent};
use jiff::Timestamp;
use serde_json::{Value, json};

/// A message of a customer. `item` is the message itself, without its sender.
pub(crate) fn message(
    connection: &Connection,
    field: &str,
    customer: &Contact,
    (name, username): (Option<&str>, Option<&str>),
    mut item: Value,
) -> Value {
    let mut contact = json!({"profile": {}});
    if let Some(name) = name {
        contact["profile"]["name"] = json!(name);
    }
    if let Some(username) = username {
        contact["profile"]["username"] = json!(username);
    }
    if let Some(phone) = &customer.phone {
        contact["wa_id"] = json!(phone);
        item["from"] = json!(phone);
    }
    if let Some(bsuid) = &customer.bsuid {
        contact["user_id"] = json!(bsuid);
        item["from_user_id"] = json!(bsuid);
    }
    change(connection, field, json!({"contacts": [contact], "messages": [item]}))
}

/// A message the business wrote to a customer from the phone app.
pub(crate) fn echo(connection: &Connection, customer: &Contact, mut item: Value) -> Value {
    item["from"] = json!(connection.display_number);
    if let Some(phone) = &customer.phone {
        item["to"] = json!(phone);
    }
    if let Some(bsuid) = &customer.bsuid {
        item["to_user_id"] = json!(bsuid);
    }
    change(connection, "smb_message_echoes", json!({"message_echoes": [item]}))
}

/// A status of a message that was sent; `user_id` is that of the phone it went to, where one is known. What it costs stands
/// in `sent` and `delivered`, why it was not delivered in `failed`, which alone names no contact
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status>).
pub(crate) fn status(
    connection: &Connection,
    sent: &Sent,
    user_id: Option<&str>,
    status: &str,
    at: Timestamp,
) -> Value {
    let mut item = json!({"id": sent.wamid, "status": status, "timestamp": at.as_second().to_string()});
    let mut contact = json!({"profile": {"name": "Customer"}});
    let (phone, user_id) = if sent.to.contains('.') { (None, Some(&*sent.to)) } else { (Some(&sent.to), user_id) };
    if let Some(phone) = phone {
        contact["wa_id"] = json!(phone);
        item["recipient_id"] = json!(phone);
    }
    if let Some(user_id) = user_id {
        contact["user_id"] = json!(user_id);
        item["recipient_user_id"] = json!(user_id);
    }
    if let Some(tag) = &sent.tag {
        item["biz_opaque_callback_data"] = json!(tag);
    }
    match status {
        "sent" | "delivered" => {
            let category = if sent.template.is_some() { "utility" } else { "service" };
            item["pricing"] =
                json!({"billable": true, "pricing_model": "PMP", "category": category, "type": "regular"});
        }
        "failed" => item["errors"] = json!([undeliverable()]),
        _ => {}
    }
    let value = match status {
        "failed" => json!({"statuses": [item]}),
        _ => json!({"contacts": [contact], "statuses": [item]}),
    };
    change(connection, "messages", value)
}

/// Meta's error of a message it accepted and could not deliver.
fn undeliverable() -> Value {
    json!({
        "code": 131_026,
        "title": "Message undeliverable",
        "message": "Message undeliverable",
        "error_data": {"details": "Message Undeliverable."},
        "href": "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
    })
}

/// A change of any field.
pub(crate) fn change(connection: &Connection, field: &str, mut value: Value) -> Value {
    value["messaging_product"] = json!("whatsapp");
    value["metadata"] =
        json!({"display_phone_number": connection.display_number, "phone_number_id": connection.number});
    json!({
        "object": "whatsapp_business_account",
        "entry": [{"id": "200000000000001", "changes": [{"field": field, "value": value}]}],
    })
}
