//! Conversations that Meta's own agent holds: remembered, and not answered.

use crate::scene::{SAMPLES, Scene, sample};
use serde_json::{Value, json};
use zikaron_memory::handover::Cause;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::message::End;

/// A change of hands, told at this second. `changes` are laid over the sample's value.
fn hands(name: &str, second: i64, changes: &Value) -> Vec<u8> {
    let mut whole: Value = serde_json::from_slice(&sample(name)).unwrap();
    let value = &mut whole["entry"][0]["changes"][0]["value"];
    value["timestamp"] = json!(second.to_string());
    value.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    whole.to_string().into_bytes()
}

fn causes(scene: &Scene) -> Vec<Cause> {
    let cause = |event| if let Event::HandoverRequested(asked) = event { Some(asked.cause) } else { None };
    scene.events().into_iter().filter_map(cause).collect()
}

#[tokio::test]
async fn what_the_agent_and_its_customer_write_is_stored_and_not_answered() {
    let scene = Scene::remembering();
    scene.comes_in(&sample("standby-agent")).await;
    scene.comes_in(&sample("standby-agent")).await;
    let stored: Vec<_> = scene.messages().into_values().collect();
    let told: Vec<_> = stored.iter().map(|message| (message.speaker, message.text.as_str())).collect();
    assert_eq!(
        told,
        [(Speaker::Customer, "אני גרה בחיפה. יש תור מחר?"), (Speaker::Assistant, "כן, מחר ב-10:00 פנוי.")]
    );
    assert_eq!(stored[1].own_words(), None, "no evidence");
    assert!(stored.iter().all(|message| message.remembered && message.session.is_some()));
    assert_eq!((scene.sent().len(), scene.lead().state.unwrap().ai_paused_until), (0, None));
}

/// Seen from Meta, where its reference shows what the other form is: what was sent stands in `message`.
#[tokio::test]
async fn what_the_agent_wrote_is_read_as_it_was_sent_too() {
    let words = "כן, מחר ב-10:00 פנוי.";
    let buttons = json!({"type": "button", "body": {"text": words}, "action": {"buttons": []}});
    for (to, kind, content) in [
        ("972555000001", "text", json!({"body": words})),
        ("IL.13491208655302741918", "text", json!({"body": words})),
        ("972555000001", "interactive", buttons),
    ] {
        let scene = Scene::remembering();
        let mut whole: Value = serde_json::from_slice(&sample("standby-agent")).unwrap();
        let echo = &mut whole["entry"][0]["changes"][0]["value"]["standby"]["message_echoes"][0];
        let mut sent =
            json!({"messaging_product": "whatsapp", "recipient_type": "individual", "recipient": to, "type": kind});
        sent[kind] = content;
        *echo = json!({"id": "wamid.AGENT2", "timestamp": "1794816001", "message": sent});
        let parsed = scene.comes_in(whole.to_string().as_bytes()).await;
        assert_eq!(parsed.set_aside, [], "{to} {kind}");
        let stored = scene.message("AGENT2");
        assert_eq!((stored.speaker, stored.text.as_str()), (Speaker::Assistant, words), "{to} {kind}");
        assert_eq!(scene.0.store.leads().len(), 1);
    }
}

#[tokio::test]
async fn a_customer_whom_the_agent_passed_on_is_answered_at_once_with_what_it_said_before_them() {
    let scene = Scene::remembering();
    scene.comes_in(&sample("standby-agent")).await;
    scene.at(SAMPLES + 60);
    scene.says("OURS1", SAMPLES + 59, "ואפשר גם צבע?").await;
    assert_eq!(scene.sent().len(), 1);
    assert!(scene.shown().iter().any(|line| line.contains("כן, מחר ב-10:00 פנוי.")));
}

#[tokio::test]
async fn a_conversation_that_the_agent_passes_to_us_is_a_persons_to_look_at_and_the_ai_answers_what_comes_next() {
    let scene = Scene::remembering();
    scene.comes_in(&sample("standby-agent")).await;
    for _ in 0..2 {
        scene.comes_in(&hands("messaging-handover", SAMPLES + 2, &json!({}))).await;
    }
    assert_eq!((causes(&scene), scene.sent().len()), (vec![Cause::AiAsked], 0), "told once");
    assert!(scene.messages().into_values().any(|message| message.kind == "control_passed"), "it stands in the history");
    scene.at(SAMPLES + 60);
    scene.says("OURS1", SAMPLES + 59, "יש שם מישהו?").await;
    assert_eq!(scene.sent().len(), 1);
}

#[tokio::test]
async fn what_waits_when_another_takes_the_conversation_is_not_answered_and_what_comes_to_us_then_is() {
    let scene = Scene::remembering();
    scene.0.model.set_dead(true);
    scene.says("WAITS", SAMPLES - 10, "יש תור מחר?").await;
    scene.0.model.set_dead(false);
    scene.comes_in(&sample("messaging-handover-taken")).await;
    assert_eq!((scene.message("WAITS").end, scene.sent().len()), (Some(End::HumanMode), 0));
    assert!(causes(&scene).is_empty());
    scene.at(SAMPLES + 60);
    scene.says("OURS", SAMPLES + 50, "תודה, ועוד שאלה").await;
    assert_eq!(scene.sent().len(), 1, "who writes to us is ours again");
    scene.comes_in(&hands("messaging-handover-taken", SAMPLES + 40, &json!({}))).await;
    assert!(scene.lead().state.unwrap().elsewhere.is_empty(), "an older notice comes late");
}

#[tokio::test]
async fn a_change_of_hands_is_read_in_every_form_seen_and_an_unclear_one_is_set_aside() {
    let (passed, taken) = (Some("control_passed"), Some("control_taken"));
    let number = json!({"metadata": {"phone_number_id": "100000000000001"}, "recipient": null});
    let back = json!({"control_passed": {"previous_owner_role": "escalation", "new_owner_role": "ai_agent"}});
    let user = json!({"sender": {"user_id": "IL.13491208655302741918"}});
    for (changes, kind) in [
        (json!({"type": null}), passed),
        (json!({"control_passed": null}), passed),
        (number, passed),
        (user, passed),
        (back, taken),
        (json!({"type": "control_shared", "control_passed": null}), None),
        (json!({"control_taken": {}}), None),
        (json!({"sender": {}}), None),
        (json!({"recipient": {}}), None),
        (json!({"timestamp": "soon"}), None),
    ] {
        let scene = Scene::remembering();
        let parsed = scene.comes_in(&hands("messaging-handover", SAMPLES, &changes)).await;
        let kinds: Vec<_> = scene.messages().into_values().map(|message| message.kind).collect();
        assert_eq!(kinds, kind.into_iter().collect::<Vec<_>>(), "{changes}");
        assert_eq!(parsed.set_aside.len(), usize::from(kind.is_none()), "{changes}");
    }
}
