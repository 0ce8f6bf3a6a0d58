//! Calls on WhatsApp: one that nobody answered stands in the history.

use crate::scene::{SAMPLES, Scene, sample};
use serde_json::{Value, json};
use zikaron_channels::whatsapp::set_aside::Reason;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::message::End;

fn call(changes: &Value) -> Vec<u8> {
    let mut whole: Value = serde_json::from_slice(&sample("call-missed")).unwrap();
    let call = &mut whole["entry"][0]["changes"][0]["value"]["calls"][0];
    call.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    whole.to_string().into_bytes()
}

#[tokio::test]
async fn a_missed_call_is_stored_once_and_is_nothing_to_answer() {
    let scene = Scene::remembering();
    scene.comes_in(&call(&json!({}))).await;
    scene.comes_in(&call(&json!({}))).await;
    let stored: Vec<_> = scene.messages().into_values().collect();
    assert_eq!(
        stored.iter().map(|m| (m.kind.as_str(), m.end)).collect::<Vec<_>>(),
        [("call_missed", Some(End::NotNeeded))]
    );
    assert_eq!(scene.sent().len(), 0);
    let customer = scene.lead().state.unwrap().customer;
    assert_eq!(customer.phone.unwrap().expose(), "+972555000001");
}

#[tokio::test]
async fn a_missed_call_is_an_interaction_an_event_and_a_line_of_the_conversation() {
    let scene = Scene::remembering();
    scene.comes_in(&call(&json!({}))).await;
    scene.comes_in(&call(&json!({}))).await;
    let missed = scene.messages().into_values().next().unwrap();
    let state = scene.lead().state.unwrap();
    assert_eq!((state.last_interaction_at, state.last_channel), (Some(missed.key.sent_at), Some(Channel::Call)));
    assert_eq!((state.session, state.pending, state.notices.len()), (None, 0, 0), "no answer is due");
    let told = scene.events().into_iter().filter(|event| matches!(event, Event::CallMissed(_)));
    let told: Vec<Value> = told.map(|event| serde_json::from_str(&event.detail().unwrap()).unwrap()).collect();
    assert_eq!(told.len(), 1, "once, however often WhatsApp says so");
    assert_eq!((&told[0]["message"], &told[0]["at"]), (&json!(missed.key.id), &json!(missed.key.sent_at)));
    scene.says("AFTER", SAMPLES + 1, "אפשר לקבוע תור?").await;
    let shown = scene.shown().join("\n");
    assert!(shown.contains("התקשר ב-WhatsApp ולא נענה") && shown.contains("אפשר לקבוע תור?"), "{shown}");
}

#[tokio::test]
async fn a_call_missed_in_the_middle_of_a_session_is_told_and_moves_no_session() {
    let scene = Scene::remembering();
    scene.at(SAMPLES - 59);
    scene.says("FIRST", SAMPLES - 60, "היי").await;
    scene.at(SAMPLES + 1);
    let before = scene.lead().state.unwrap();
    scene.comes_in(&call(&json!({}))).await;
    let after = scene.lead().state.unwrap();
    assert!(after.listed_at > before.listed_at, "they stand first in the list");
    assert_eq!(after.session.map(|open| open.last_at), before.session.map(|open| open.last_at));
    assert!(scene.events().iter().any(|event| matches!(event, Event::CallMissed(_))));
}

#[tokio::test]
async fn the_customer_is_never_the_business_itself() {
    let scene = Scene::remembering();
    let turned = json!({"from": "12025550100", "to": "972555000001", "from_user_id": null});
    scene.comes_in(&call(&turned)).await;
    assert_eq!(scene.lead().state.unwrap().customer.phone.unwrap().expose(), "+972555000001");
}

#[tokio::test]
async fn a_call_that_rings_was_answered_or_is_the_business_s_own_is_told_elsewhere() {
    for changes in [
        json!({"event": "connect"}),
        json!({"status": "COMPLETED", "duration": 42}),
        json!({"status": ["Failed", "Completed"]}),
        json!({"direction": "BUSINESS_INITIATED"}),
    ] {
        let scene = Scene::remembering();
        let parsed = scene.comes_in(&call(&changes)).await;
        assert_eq!((scene.messages().len(), &parsed.set_aside[0].reason), (0, &Reason::NotForUs("calls")), "{changes}");
    }
}
