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
    name: Option<&str>,
    mut item: Value,
) -> Value {
    let mut contact = json!({"profile": {}});
    if let Some(name) = name {
        contact["profile"]["name"] = json!(name);
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

/// A status of a message that was sent.
pub(crate) fn status(connection: &Connection, sent: &Sent, status: &str, at: Timestamp) -> Value {
    let mut item = json!({
        "id": sent.wamid,
        "status": status,
        "timestamp": at.as_second().to_string(),
        "pricing": {"billable": true, "pricing_model": "PMP", "category": "service", "type": "regular"},
    });
    let recipient = if sent.to.contains('.') { "recipient_user_id" } else { "recipient_id" };
    item[recipient] = json!(sent.to);
    if let Some(tag) = &sent.tag {
        item["biz_opaque_callback_data"] = json!(tag);
    }
    change(connection, "messages", json!({"statuses": [item]}))
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
