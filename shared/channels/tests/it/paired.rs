//! Names that are paired by others than the customer: ids of all linked portfolios, and statuses of our own messages.

use crate::names::{NEW, OLD, body, comes, known, named, one, text};
use crate::scene::{SAMPLES, Scene};
use serde_json::{Value, json};
use zikaron_protocol::model::message::Tag;

/// A message with an id of all linked portfolios beside these names.
fn linked(id: &str, at: i64, user: &str, phone: &str, parent: &str) -> Value {
    let mut item = text(id, at, user, phone);
    item["from_parent_user_id"] = json!(parent);
    item
}

#[tokio::test]
async fn an_id_of_all_linked_portfolios_is_a_name() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "IL.ENT.1", "")).await;
    assert_eq!(scene.sent().len(), 1, "one can write to it");
    comes(&scene, linked("B", -50, "IL.1", "", "IL.ENT.1")).await;
    assert_eq!(known(&scene), (1, Some("IL.1".to_owned()), None), "the id of this portfolio is the better one");
    comes(&scene, text("C", -40, "", OLD)).await;
    comes(&scene, linked("D", -30, "", OLD, "IL.ENT.1")).await;
    comes(&scene, text("E", -20, "IL.ENT.1", "")).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
    comes(&scene, linked("F", -10, "IL.7", NEW, "IL.ENT.7")).await;
    assert_eq!(known(&scene).0, 2, "another id, another customer");
}

#[tokio::test]
async fn a_change_of_the_id_of_all_linked_portfolios_alone_is_a_change_of_name() {
    let told = |more: Value| {
        let mut told = json!({"type": "user_changed_user_id", "parent_user_id": "IL.ENT.2"});
        told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        told
    };
    let both = told(json!({"previous_parent_user_id": "IL.ENT.1"}));
    for (what, user, told) in [
        ("nobody sends", "", both.clone()),
        ("the old id sends", "IL.ENT.1", told(json!({}))),
        ("the new id sends", "IL.ENT.2", both),
        ("with those of this portfolio", "IL.1", told(json!({"previous_user_id": "IL.1", "user_id": "IL.2"}))),
    ] {
        let scene = Scene::remembering();
        comes(&scene, linked("A", -60, "IL.1", "", "IL.ENT.1")).await;
        comes(&scene, named("S", -50, user, "", "system", &told)).await;
        comes(&scene, text("B", -40, "IL.ENT.2", "")).await;
        comes(&scene, linked("C", -30, "IL.2", "", "IL.ENT.2")).await;
        comes(&scene, linked("D", -20, "IL.3", "", "IL.ENT.1")).await;
        assert_eq!(known(&scene).0, 1, "{what}");
        assert_eq!(scene.sent().len(), 4, "{what}");
    }
}

/// What WhatsApp says of the last message that went out.
fn status(scene: &Scene, tag: Option<&str>, user: &str, phone: &str) -> Vec<u8> {
    status_of("sent", scene, tag, user, phone)
}

fn status_of(kind: &str, scene: &Scene, tag: Option<&str>, user: &str, phone: &str) -> Vec<u8> {
    let last = scene.0.messenger.taken().last().unwrap().id.clone();
    let ours = scene.0.store.leads().into_iter().find_map(|(key, lead)| {
        let mut sent = lead.messages.into_values().filter(|message| message.sending.is_some());
        let message = sent.find(|message| message.channel_id() == Some(&last))?;
        Some(Tag { lead: key.lead, key: message.key, asks_user_id: true }.to_string())
    });
    let tag = tag.map_or_else(|| ours.unwrap(), str::to_owned);
    let status = json!({"id": "wamid.OUT1", "status": kind, "timestamp": (SAMPLES + 2).to_string(),
        "recipient_id": phone, "recipient_user_id": user, "biz_opaque_callback_data": tag});
    let mut whole: Value = serde_json::from_slice(&body(&json!({}), &Value::Null)).unwrap();
    let value = &mut whole["entry"][0]["changes"][0]["value"];
    value.as_object_mut().unwrap().remove("messages");
    value["statuses"] = json!([status]);
    whole.to_string().into_bytes()
}

#[tokio::test]
async fn a_status_of_our_own_message_pairs_number_and_user_id() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "", OLD)).await;
    scene.comes_in(&status(&scene, None, "IL.1", OLD)).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
    let version = scene.lead().state.unwrap().version;
    scene.comes_in(&status(&scene, None, "IL.1", OLD)).await;
    assert_eq!(scene.lead().state.unwrap().version, version, "nothing is written where the name stands");
    comes(&scene, text("B", -50, "IL.1", "")).await;
    assert_eq!(known(&scene), one("IL.1", OLD), "one who hides the number from now on is still the same");
}

#[tokio::test]
async fn any_status_of_a_message_that_went_out_pairs_number_and_user_id() {
    for (kind, is_learnt) in [("sent", true), ("delivered", true), ("failed", false)] {
        let scene = Scene::remembering();
        comes(&scene, text("A", -60, "", OLD)).await;
        scene.comes_in(&status_of(kind, &scene, None, "IL.1", OLD)).await;
        assert_eq!(known(&scene).1.is_some(), is_learnt, "{kind} alone");
    }
}

#[tokio::test]
async fn a_status_joins_the_lead_of_a_number_with_that_of_a_user_id_that_has_none() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "IL.1", "")).await;
    comes(&scene, text("B", -50, "", OLD)).await;
    assert_eq!(known(&scene).0, 2, "nobody knows yet that they are one");
    scene.comes_in(&status(&scene, None, "IL.1", OLD)).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
    scene.comes_in(&status_of("delivered", &scene, None, "IL.1", OLD)).await;
    comes(&scene, text("C", -40, "", OLD)).await;
    comes(&scene, text("D", -30, "IL.1", "")).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
}

#[tokio::test]
async fn a_status_names_the_id_of_all_linked_portfolios_too() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "", OLD)).await;
    let mut told: Value = serde_json::from_slice(&status(&scene, None, "IL.1", OLD)).unwrap();
    told["entry"][0]["changes"][0]["value"]["statuses"][0]["recipient_parent_user_id"] = json!("IL.ENT.1");
    scene.comes_in(told.to_string().as_bytes()).await;
    comes(&scene, text("B", -50, "IL.ENT.1", "")).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
}

#[tokio::test]
async fn a_status_of_a_message_whose_lead_was_joined_since_names_the_lead_it_is_now() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "", OLD)).await;
    let told = status(&scene, None, "IL.1", OLD);
    let moved = json!({"type": "user_changed_number", "wa_id": OLD, "body": "changed"});
    comes(&scene, text("B", -50, "", NEW)).await;
    comes(&scene, named("S", -40, "", NEW, "system", &moved)).await;
    assert_eq!(known(&scene).0, 1, "one who moved to the number of another lead");
    scene.comes_in(&told).await;
    let states = scene.0.store.leads().into_values().filter_map(|lead| lead.state);
    let stays = states.into_iter().find(|state| state.joined_to.is_none()).unwrap();
    assert_eq!(stays.customer.bsuid.map(|id| id.expose().to_owned()).as_deref(), Some("IL.1"));
}

#[tokio::test]
async fn a_status_joins_no_strangers() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "", OLD)).await;
    scene.comes_in(&status(&scene, Some("somebody's own"), "IL.1", OLD)).await;
    scene.comes_in(&status(&scene, None, "IL.1", NEW)).await;
    assert_eq!(known(&scene).1, None, "not our message; a number that is not theirs");
    comes(&scene, text("B", -50, "IL.7", NEW)).await;
    comes(&scene, text("C", -40, "", OLD)).await;
    scene.comes_in(&status(&scene, None, "IL.7", OLD)).await;
    assert_eq!(known(&scene).0, 2, "an id whose lead has a number of its own");
    comes(&scene, text("D", -30, "IL.1", OLD)).await;
    scene.comes_in(&status(&scene, None, "IL.9", OLD)).await;
    let users = scene.0.store.leads().into_values().filter_map(|lead| lead.state?.customer.bsuid);
    assert!(users.into_iter().all(|user| user.expose() != "IL.9"), "a lead that has another id");
}
