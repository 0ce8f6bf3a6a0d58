//! The parser against `events/whatsapp-*.json`.

use serde_json::{Value, json};
use zikaron_channels::whatsapp::inbound::{Malformed, Parsed, parse};
use zikaron_channels::whatsapp::set_aside::{Part, Reason};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{DeliveryStatus, Event, MessageReceived, Purpose};
use zikaron_protocol::model::ids::{Bsuid, ConnectionId, E164};

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../events/whatsapp-{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn demo() -> ConnectionId {
    ConnectionId::parse("demo").unwrap()
}

fn read(name: &str) -> Parsed {
    parse(&demo(), &sample(name)).unwrap()
}

fn only_message(name: &str) -> MessageReceived {
    let parsed = read(name);
    assert_eq!(parsed.set_aside, [], "{name}");
    let [Event::MessageReceived(message)] = parsed.events.as_slice() else { panic!("{name}: {parsed:?}") };
    message.clone()
}

fn aside(parsed: &Parsed) -> Vec<String> {
    parsed.set_aside.iter().map(|aside| format!("{}: {}", aside.what, aside.reason)).collect()
}

#[test]
fn a_message_keeps_its_own_time_line_customer_and_words() {
    let read = only_message("text-hebrew");
    assert_eq!(read.line.connection.as_str(), "demo");
    assert_eq!(read.line.number.as_str(), "100000000000001");
    assert_eq!(read.customer.phone.unwrap().expose(), "+972555000001");
    assert_eq!(read.customer.bsuid.unwrap().expose(), "IL.13491208655302741918");
    assert_eq!(read.profile_name.as_deref(), Some("יוסי כהן"));
    assert_eq!(read.message.sent_at.to_string(), "2026-11-16T08:00:00Z");
    assert_eq!(read.message.text.as_deref(), Some("היי, אפשר לקבוע תור לשבוע הבא? 🙏 עדיף בבוקר"));
    assert_eq!(read.message.purpose, Purpose::Ask);
}

#[test]
fn what_the_business_writes_itself_is_its_own_and_belongs_to_the_customer_s_conversation() {
    for (name, bsuid) in [("phone-app-echo", None), ("phone-app-echo-image", Some("IL.13491208655302741918"))] {
        let echo = only_message(name);
        assert_eq!((echo.message.speaker, &echo.message.purpose), (Speaker::Staff, &Purpose::Tell), "{name}");
        assert_eq!(echo.customer.phone.unwrap().expose(), "+972555000001");
        assert_eq!(echo.customer.bsuid.as_ref().map(Bsuid::expose), bsuid);
        assert_eq!(echo.profile_name, None);
    }
}

#[test]
fn where_another_application_holds_the_conversation_nothing_is_asked() {
    let message = only_message("standby").message;
    assert_eq!((message.speaker, message.purpose), (Speaker::Customer, Purpose::Tell));
}

#[test]
fn a_new_user_id_comes_as_the_same_notice_however_often_it_is_told() {
    let told = only_message("user-id-update");
    assert_eq!(told, only_message("user-id-update"));
    assert_eq!(told.customer.bsuid.unwrap().expose(), "IL.13491208655302741918");
    let Purpose::Moved { to } = told.message.purpose else { panic!() };
    assert_eq!(to.bsuid.unwrap().expose(), "IL.24681357902468135790");
}

#[test]
fn a_tapped_button_names_itself_and_the_message_it_stands_under() {
    let message = only_message("button-reply").message;
    assert_eq!(message.button.as_deref(), Some("resume.fresh"));
    assert_eq!(message.quotes.unwrap().as_str(), "wamid.OUT1");
}

#[test]
fn a_customer_without_a_phone_number_is_known_by_the_user_id() {
    let customer = only_message("bsuid-only").customer;
    assert_eq!(customer.phone, None);
    assert_eq!(customer.bsuid.unwrap().expose(), "IL.22222222222222222222");
}

#[test]
fn a_status_settles_with_our_tag() {
    for (name, status, errors) in [
        ("status-delivered", DeliveryStatus::Delivered, vec![]),
        ("status-failed", DeliveryStatus::Failed, vec![131_047]),
    ] {
        let parsed = read(name);
        let [Event::MessageStatus(read)] = parsed.events.as_slice() else { panic!("{parsed:?}") };
        assert_eq!((read.status, &read.errors), (status, &errors));
        assert_eq!(
            read.tag.as_deref(),
            Some("zk1:01KA5S2Q0000000000000000L1:1794816000000:01KA5S2Q0000000000000000A1")
        );
        assert_eq!(read.id.as_str(), "wamid.OUT1");
    }
}

#[test]
fn what_belongs_to_no_conversation_is_set_aside_by_name() {
    for (name, reason) in [
        ("group", "message: written in a group"),
        ("history", "change: field history"),
        ("account-update", "change: field account_update"),
        ("unknown-field", "change: unknown field teleportation"),
    ] {
        let parsed = read(name);
        assert_eq!(parsed.events, [], "{name}");
        assert_eq!(aside(&parsed), [reason], "{name}");
    }
}

/// The `detail` of the one event of a change of `field`.
fn told_of_template(field: &str, value: &Value) -> Result<Value, String> {
    let body = json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000001",
        "changes": [{"field": field, "value": value}]}]});
    let parsed = parse(&demo(), body.to_string().as_bytes()).unwrap();
    match parsed.events.as_slice() {
        [event @ Event::TemplateChanged(_)] => Ok(serde_json::from_str(&event.detail().unwrap()).unwrap()),
        [] => Err(aside(&parsed).join("; ")),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_whatsapp_tells_of_a_template_is_told_on_with_what_it_means() {
    let template = |more: Value| {
        let mut value = json!({"message_template_id": 600_000_000_000_001_i64, "message_template_name": "visit_reminder",
            "message_template_language": "he"});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        value
    };
    let told = |more: Value| {
        let mut detail = json!({"connection": "demo", "account": "200000000000001", "template": "visit_reminder",
            "language": "he"});
        detail.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        detail
    };
    let (status, category) = ("message_template_status_update", "template_category_update");
    let quality = "message_template_quality_update";
    let table = [
        (
            status,
            json!({"event": "APPROVED", "reason": "NONE"}),
            json!({"change": "status", "status": "approved", "usable": true}),
        ),
        (
            status,
            json!({"event": "PAUSED", "reason": null}),
            json!({"change": "status", "status": "paused", "usable": false}),
        ),
        (
            status,
            json!({"event": "REJECTED", "reason": "INCORRECT_CATEGORY"}),
            json!({"change": "status", "status": "rejected", "usable": false, "reason": "INCORRECT_CATEGORY"}),
        ),
        (
            category,
            json!({"previous_category": "UTILITY", "new_category": "MARKETING"}),
            json!({"change": "category", "category": "marketing"}),
        ),
        (
            category,
            json!({"new_category": "UTILITY", "correct_category": "MARKETING", "category_update_timestamp": 1_794_816_000}),
            json!({"change": "category", "category": "marketing", "from": "2026-11-16T08:00:00Z"}),
        ),
        (
            quality,
            json!({"previous_quality_score": "GREEN", "new_quality_score": "RED"}),
            json!({"change": "quality", "quality": "red"}),
        ),
    ];
    for (field, value, expected) in table {
        assert_eq!(told_of_template(field, &template(value.clone())), Ok(told(expected)), "{value}");
    }
    let without = |field: &str, value: Value| told_of_template(field, &value).unwrap_err();
    assert_eq!(without(status, json!({"event": "APPROVED"})), "change: message_template_name is missing");
    assert_eq!(without(status, template(json!({"event": "HOLOGRAM"}))), "change: event is not understood");
    assert_eq!(without(status, template(json!({}))), "change: event is missing");
    assert_eq!(without(category, template(json!({}))), "change: new_category is missing");
    assert_eq!(without(quality, template(json!({"new_quality_score": "a b"}))), "change: new_quality_score is missing");
    assert_eq!(without(quality, json!("soon")), "change: new_quality_score is missing");
}

#[test]
fn one_bad_item_spoils_only_itself() {
    let parsed = read("batch-with-bad-item");
    let events: Vec<String> = parsed
        .events
        .iter()
        .map(|event| match event {
            Event::MessageReceived(event) => {
                let phone = event.customer.phone.as_ref().map_or("", E164::expose);
                format!("{} {phone} {} {}", event.message.id, event.line.number, event.message.kind)
            }
            Event::MessageStatus(event) => format!("{} {:?}", event.id, event.status),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        events,
        [
            "wamid.BATCH1 +972555000001 100000000000001 text",
            "wamid.BATCH4 +972555000002 100000000000001 text",
            "wamid.BATCH5 +972555000002 100000000000001 hologram",
            "wamid.OUT1 Delivered",
            "wamid.BATCH7 +972555000001 100000000000003 text",
        ]
    );
    assert_eq!(
        aside(&parsed),
        [
            "message: unreadable",
            "message: nobody knows who wrote it",
            "message: timestamp is missing",
            "status: status is not understood",
            "error: code 131031",
            "change: field account_update",
            "change: unreadable",
            "entry: unreadable",
            "message: phone_number_id is missing",
        ]
    );
    let [_, Event::MessageReceived(fourth), ..] = parsed.events.as_slice() else { panic!() };
    assert_eq!(fourth.customer.bsuid.as_ref().unwrap().expose(), "IL.33333333333333333333", "from its contact");
    assert_eq!(fourth.profile_name.as_deref(), Some("Dana"));
}

#[test]
fn half_an_emoji_or_a_null_character_spoils_nothing() {
    let texts: Vec<Option<String>> = read("half-an-emoji")
        .events
        .into_iter()
        .map(|event| match event {
            Event::MessageReceived(event) => event.message.text,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(texts, [Some("hello \u{FFFD}".to_owned()), Some("ab".to_owned())]);
}

#[test]
fn a_number_too_large_or_a_nesting_too_deep_spoils_only_its_item() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for bad in [r#"{"type":"text","timestamp":1e999}"#.to_owned(), format!(r#"{{"id":{deep}}}"#), deep] {
        let good =
            r#"{"from":"972555000001","id":"wamid.A","timestamp":"1794816000","type":"text","text":{"body":"x"}}"#;
        let body = format!(
            r#"{{"entry":[{{"changes":[{{"field":"messages","value":{{"metadata":{{"phone_number_id":"1"}},"messages":[{bad},{good}]}}}}]}}]}}"#
        );
        let parsed = parse(&demo(), body.as_bytes()).unwrap();
        assert_eq!(parsed.events.len(), 1);
        assert_eq!(aside(&parsed), ["message: unreadable"]);
    }
}

#[test]
fn only_what_is_no_object_at_all_is_malformed() {
    for body in ["", "[]", "null", "\"x\"", "{", "{} {}", "<xml/>"] {
        assert_eq!(parse(&demo(), body.as_bytes()), Err(Malformed), "{body}");
    }
    for body in ["{}", r#"{"entry":null}"#, r#"{"entry":[]}"#, r#"{"entry":[{"changes":null}]}"#] {
        assert_eq!(parse(&demo(), body.as_bytes()), Ok(Parsed::default()), "{body}");
    }
    for (body, what) in [
        (r#"{"entry":{}}"#, Part::Entry),
        (r#"{"entry":[{"changes":7}]}"#, Part::Change),
        (r#"{"entry":[{"changes":[7]}]}"#, Part::Change),
        (r#"{"entry":[{"changes":[{"field":"messages","value":{"messages":{}}}]}]}"#, Part::Message),
        (r#"{"entry":[{"changes":[{"field":"messages","value":{"statuses":"x"}}]}]}"#, Part::Status),
    ] {
        let parsed = parse(&demo(), body.as_bytes()).unwrap();
        assert_eq!(
            parsed.set_aside.iter().map(|a| (a.what, &a.reason)).collect::<Vec<_>>(),
            [(what, &Reason::Unreadable)],
            "{body}"
        );
    }
    assert_eq!(
        aside(&parse(&demo(), br#"{"object":"page","entry":[{}]}"#).unwrap()),
        ["body: not a whatsapp_business_account"]
    );
}

#[test]
fn the_log_of_what_was_set_aside_holds_nothing_a_customer_wrote() {
    let body = r#"{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},
        "messages":[{"id":"SECRET #","from":"SECRET","timestamp":"SECRET","type":"text","text":{"body":"SECRET"}},
                    {"id":"a","timestamp":"1","type":"text","from":"SECRET"}],
        "statuses":[{"id":"a","status":"SECRET"}]}}]}]}"#;
    let parsed = parse(&demo(), body.as_bytes()).unwrap();
    assert_eq!(parsed.set_aside.len(), 3);
    assert!(!format!("{:?} {:?}", aside(&parsed), parsed.set_aside).contains("SECRET"));
}
