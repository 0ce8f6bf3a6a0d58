//! One item of `statuses[]`.
//!
//! Source: [status reference](https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages/status).

use super::identity::{Person, bsuid};
use super::set_aside::Reason;
use crate::lenient_json::{integer, seconds, text};
use jiff::Timestamp;
use serde_json::Value;
use zikaron_protocol::model::event::{DeliveryStatus, MessageStatus};
use zikaron_protocol::model::ids::{CustomerAddress, Line, MessageId};
use zikaron_protocol::model::message::Tag;
use zikaron_protocol::model::pricing::Pricing;

/// The longest tag Meta gives back, in characters. A longer one is not ours.
const MAX_TAG_CHARS: usize = 512;

/// The status; none when it settles nothing: of what another tool sent by this number there may be eighty a second, and
/// each would be an event and an invocation. Neither does `read`: WhatsApp took the message over long before, and said
/// so with `sent`.
pub(super) fn settled(item: &Value, line: &Line) -> Result<Option<MessageStatus>, Reason> {
    let status = match text(item, "/status").ok_or(Reason::Missing("status"))?.as_str() {
        "sent" => DeliveryStatus::Sent,
        "delivered" => DeliveryStatus::Delivered,
        "failed" => DeliveryStatus::Failed,
        "read" | "played" | "deleted" => return Ok(None),
        _ => return Err(Reason::Invalid("status")),
    };
    let tag = text(item, "/biz_opaque_callback_data").filter(|tag| tag.chars().count() <= MAX_TAG_CHARS);
    let Some(tag) = tag.filter(|tag| Tag::parse(tag).is_some()) else { return Ok(None) };
    let id = text(item, "/id").ok_or(Reason::Missing("id"))?;
    let seconds = seconds(item, "/timestamp").ok_or(Reason::Missing("timestamp"))?;
    Ok(Some(MessageStatus {
        line: line.clone(),
        id: MessageId::parse(id).map_err(|_| Reason::Invalid("id"))?,
        status,
        at: Timestamp::from_second(seconds).map_err(|_| Reason::Invalid("timestamp"))?,
        tag: Some(tag),
        recipient: recipient(item),
        recipient_parent: bsuid(item, "/recipient_parent_user_id"),
        errors: codes(item),
        pricing: pricing(item).filter(|pricing| !pricing.is_usual()),
    }))
}

/// Phone number and user id of who got it, where both are named.
fn recipient(item: &Value) -> Option<CustomerAddress> {
    let Person { address, parent } =
        Person::read(item, ["/recipient_user_id", "/recipient_id", "/recipient_parent_user_id"]);
    let names = CustomerAddress { bsuid: address.bsuid.or(parent), phone: address.phone };
    Some(names).filter(|names| names.bsuid.is_some() && names.phone.is_some())
}

/// What the message is charged as. What is no name is left out: it may cost the figures a message, and nobody an answer.
fn pricing(item: &Value) -> Option<Pricing> {
    Pricing::parse(&text(item, "/pricing/category")?, &text(item, "/pricing/type")?)
}

/// The codes in the `errors` of an item.
fn codes(item: &Value) -> Vec<i64> {
    let errors = item.get("errors").and_then(Value::as_array);
    errors.into_iter().flatten().filter_map(|error| integer(error, "/code")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(item: &Value) -> Result<Option<MessageStatus>, Reason> {
        let line: Line = serde_json::from_value(json!({"connection": "demo", "number": "100000000000001"})).unwrap();
        settled(item, &line)
    }

    const OURS: &str = "zk1:lead:1700000000000:out1";

    #[test]
    fn a_status_of_what_another_tool_sent_is_nothing() {
        for tag in [json!(null), json!("campaign-7"), json!("zk1:"), json!("x".repeat(600)), json!(7)] {
            let item = json!({"id": "wamid.A", "status": "delivered", "timestamp": "1700000000",
                "biz_opaque_callback_data": tag});
            assert_eq!(read(&item).unwrap(), None, "{tag}");
        }
    }

    #[test]
    fn a_status_carries_its_tag_and_its_error_codes() {
        let item = json!({"id": "wamid.A", "status": "failed", "timestamp": 1_700_000_000, "errors":
            [{"code": 131_047, "title": "…"}, {"code": "131026"}, {"title": "no code"}], "biz_opaque_callback_data": OURS});
        let status = read(&item).unwrap().unwrap();
        assert_eq!(status.status, DeliveryStatus::Failed);
        assert_eq!(status.tag.as_deref(), Some(OURS));
        assert_eq!(status.errors, [131_047, 131_026]);
        assert_eq!(status.at.as_second(), 1_700_000_000);
    }

    #[test]
    fn a_status_says_what_is_charged_where_that_is_not_the_usual() {
        let of = |pricing: Value| {
            let item = json!({"id": "wamid.A", "status": "sent", "timestamp": "1700000000", "pricing": pricing,
                "biz_opaque_callback_data": OURS});
            read(&item).unwrap().unwrap().pricing
        };
        let free =
            json!({"billable": false, "pricing_model": "PMP", "category": "service", "type": "free_entry_point"});
        assert_eq!(of(free), Pricing::parse("service", "free_entry_point"));
        for usual in [
            json!({"category": "service", "type": "regular"}),
            json!({"category": "service"}),
            json!(null),
            json!({"category": "a b", "type": "regular"}),
            json!({"category": 7, "type": ["regular"]}),
        ] {
            assert_eq!(of(usual.clone()), None, "{usual}");
        }
    }

    #[test]
    fn a_status_that_settles_nothing_is_nothing_and_an_unknown_one_is_set_aside() {
        let of = |status: &str| {
            read(&json!({"id": "wamid.A", "status": status, "timestamp": "1700000000",
            "biz_opaque_callback_data": OURS}))
        };
        for (word, known) in [("sent", DeliveryStatus::Sent), ("delivered", DeliveryStatus::Delivered)] {
            assert_eq!(of(word).unwrap().unwrap().status, known);
        }
        for word in ["read", "played", "deleted"] {
            assert_eq!(of(word).unwrap(), None, "{word}");
        }
        let older: DeliveryStatus = serde_json::from_value(json!("read")).unwrap();
        assert_eq!(older, DeliveryStatus::Delivered, "what an older webhook published is still understood");
        assert_eq!(of("teleported").unwrap_err(), Reason::Invalid("status"));
    }
}
