//! `docs/events.md` says what the code publishes.
#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

use jiff::Timestamp;
use serde_json::Value;
use std::collections::BTreeMap;
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller, Refusal};
use zikaron_memory::handover::{Cause, ChannelFailure};
use zikaron_memory::language::Language;
use zikaron_memory::session::{Channel, SessionId};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::{
    ActionEnded, BudgetExceeded, CallMissed, DOMAIN_EVENTS, Event, HandoverRequested, LeadErased, LeadJoined,
    MemoryUpdated, ReplySent, ReplyUncertain, SessionClosed, TemplateChange, TemplateChanged, WebhookDisabled,
    WebhookTest,
};
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, MessageId};
use zikaron_protocol::model::webhook::DisabledCause;

/// The schema under each heading.
fn schemas() -> BTreeMap<String, Value> {
    let text = include_str!("../../../docs/events.md");
    let sections = text.split("\n### ").skip(1).map(|section| {
        let (name, rest) = section.split_once('\n').unwrap();
        let json = rest.split("```json").nth(1).unwrap().split("```").next().unwrap();
        (name.to_owned(), serde_json::from_str(json).unwrap())
    });
    sections.collect()
}

fn events() -> Vec<Event> {
    let key = LeadKey { business: BusinessId::parse("salon").unwrap(), lead: LeadId::parse("01LEAD").unwrap() };
    let (session, outgoing) = (SessionId::new("01SESSION"), MessageId::parse("01OUT").unwrap());
    let (opened_at, ended_at) = (Timestamp::UNIX_EPOCH, Timestamp::UNIX_EPOCH);
    let sent = |by| Event::ReplySent(ReplySent { key: key.clone(), outgoing: outgoing.clone(), by });
    let template = |change| {
        Event::TemplateChanged(TemplateChanged {
            connection: ConnectionId::parse("main").unwrap(),
            account: Some("200000000000001".to_owned()),
            template: "visit_reminder".to_owned(),
            language: "he".to_owned(),
            change,
        })
    };
    let action = |how| {
        let (kind, action) = (ActionKind::Message, SessionId::new("action.01ACTION"));
        ActionEnded { key: key.clone(), action, kind, due_at: Timestamp::UNIX_EPOCH, how }.event()
    };
    let word = str::to_owned;
    let window_closed = Some((131_047, ChannelFailure::WindowClosed));
    vec![
        Event::MemoryUpdated(MemoryUpdated {
            key: key.clone(),
            session: session.clone(),
            fields: vec!["city".to_owned()],
            version: 4,
        }),
        Event::SessionClosed(SessionClosed {
            key: key.clone(),
            session,
            opened_at,
            ended_at,
            channel: Some(Channel::Whatsapp),
        }),
        Event::HandoverRequested(HandoverRequested::new(&key, 7, Cause::NotSent, window_closed, Language::Hebrew)),
        Event::HandoverRequested(HandoverRequested::new(&key, 7, Cause::NotSent, None, Language::English)),
        Event::CallMissed(CallMissed { key: key.clone(), message: outgoing.clone(), at: opened_at }),
        Event::ReplyUncertain(ReplyUncertain { key: key.clone(), outgoing: outgoing.clone() }),
        sent(Speaker::Assistant),
        sent(Speaker::Staff),
        Event::LeadJoined(LeadJoined { key: key.clone(), joined: LeadId::parse("01OTHER").unwrap() }),
        Event::BudgetExceeded(BudgetExceeded {
            business: key.business.clone(),
            day: jiff::civil::date(2026, 11, 30),
            messages: 500,
            tokens: 0,
        }),
        action(ActionEnd::Done),
        action(ActionEnd::Cancelled(Canceller::Moot)),
        action(ActionEnd::HandedToPerson(None)),
        action(ActionEnd::HandedToPerson(Some(Refusal::NoTemplate))),
        action(ActionEnd::Refused(Refusal::QuietHours)),
        Event::LeadErased(LeadErased { key: key.clone(), erased_at: Timestamp::UNIX_EPOCH }),
        template(TemplateChange::Status {
            status: word("paused"),
            usable: false,
            reason: Some(word("ABUSIVE_CONTENT")),
        }),
        template(TemplateChange::Category { category: word("marketing"), from: Some(Timestamp::UNIX_EPOCH) }),
        template(TemplateChange::Quality { quality: word("red") }),
        Event::WebhookTest(WebhookTest { business: key.business.clone(), test: "01TEST".to_owned() }),
        Event::WebhookDisabled(WebhookDisabled {
            business: key.business.clone(),
            at: opened_at,
            cause: DisabledCause::Failing,
        }),
    ]
}

/// Whether a value is what its schema says; as much of JSON Schema as the document uses.
fn check(schema: &Value, value: &Value, place: &str) {
    match schema["type"].as_str().unwrap() {
        "object" => {
            let (named, held) = (schema["properties"].as_object().unwrap(), value.as_object().unwrap());
            let required = schema["required"].as_array().unwrap();
            assert!(required.iter().all(|name| held.contains_key(name.as_str().unwrap())), "{place}: {value}");
            held.iter().for_each(|(name, value)| check(&named[name], value, &format!("{place}.{name}")));
        }
        "array" => value.as_array().unwrap().iter().for_each(|item| check(&schema["items"], item, place)),
        "integer" => assert!(value.is_i64(), "{place}: {value}"),
        "boolean" => assert!(value.is_boolean(), "{place}: {value}"),
        _ => {
            let text = value.as_str().unwrap();
            if schema["format"] == "date-time" {
                text.parse::<Timestamp>().unwrap();
            }
            if let Some(all) = schema["enum"].as_array() {
                assert!(all.contains(value), "{place}: {value}");
            }
        }
    }
}

#[test]
fn every_domain_event_is_as_its_schema_says() {
    let schemas = schemas();
    let mut seen = Vec::new();
    for event in events() {
        let detail = serde_json::from_str(&event.detail().unwrap()).unwrap();
        check(&schemas[event.name()], &detail, event.name());
        seen.push(event.name().to_owned());
    }
    seen.dedup();
    seen.sort();
    assert!(schemas.keys().eq(seen.iter()), "{seen:?}");
}

#[test]
fn a_webhook_is_posted_what_has_a_schema_and_the_rule_and_the_console_name_the_same() {
    // Those that no webhook asks for.
    let apart = ["template.changed", "webhook.disabled", "webhook.test"];
    let schemas = schemas();
    let asked_for: Vec<_> = schemas.keys().map(String::as_str).filter(|name| !apart.contains(name)).collect();
    assert_eq!(asked_for, DOMAIN_EVENTS);
    let template = include_str!("../../../template.yaml");
    let rule = template.split_once("\n  DeliverRule:\n").unwrap().1.split_once(" detail-type:\n").unwrap().1;
    let taken: Vec<_> = rule.lines().map_while(|line| line.trim_start().strip_prefix("- ")).collect();
    assert_eq!(taken, [&DOMAIN_EVENTS[..], &["webhook.test", "delivery.due"]].concat());
    let console = include_str!("../../../console/src/views/webhook.tsx");
    let list = console.split_once("const EVENTS = [").unwrap().1.split_once(']').unwrap().0;
    let mut offered: Vec<_> = list.split('"').skip(1).step_by(2).collect();
    offered.sort_unstable();
    assert_eq!(offered, DOMAIN_EVENTS);
}
