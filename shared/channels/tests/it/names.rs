//! The names a webhook gives a customer, from the body to the leads: one person is one lead.

use crate::scene::{SAMPLES, Scene, sample};
use serde_json::{Value, json};

pub(crate) const OLD: &str = "972555000001";
pub(crate) const NEW: &str = "972555000002";

pub(crate) fn body(item: &Value, contacts: &Value) -> Vec<u8> {
    let metadata = json!({"display_phone_number": "12025550100", "phone_number_id": "100000000000001"});
    let mut value = json!({"messaging_product": "whatsapp", "metadata": metadata, "messages": [item]});
    if !contacts.is_null() {
        value["contacts"] = contacts.clone();
    }
    let entry = json!([{"id": "200000000000001", "changes": [{"field": "messages", "value": value}]}]);
    json!({"object": "whatsapp_business_account", "entry": entry}).to_string().into_bytes()
}

/// A message under these names; an empty one is left out.
pub(crate) fn named(id: &str, at: i64, user: &str, phone: &str, kind: &str, content: &Value) -> Value {
    let mut item = json!({"id": format!("wamid.{id}"), "timestamp": (SAMPLES + at).to_string(), "type": kind});
    item[kind] = content.clone();
    for (name, value) in [("from_user_id", user), ("from", phone)] {
        if !value.is_empty() {
            item[name] = json!(value);
        }
    }
    item
}

pub(crate) async fn comes(scene: &Scene, item: Value) {
    scene.comes_in(&body(&item, &Value::Null)).await;
}

pub(crate) fn text(id: &str, at: i64, user: &str, phone: &str) -> Value {
    named(id, at, user, phone, "text", &json!({"body": "היי"}))
}

/// How many leads there are that are nobody else's by now, and under which names the first of them is reached.
pub(crate) fn known(scene: &Scene) -> (usize, Option<String>, Option<String>) {
    let states = scene.0.store.leads().into_values().filter_map(|lead| lead.state);
    let states: Vec<_> = states.filter(|state| state.joined_to.is_none()).collect();
    let customer = states.first().unwrap().customer.clone();
    let user = customer.bsuid.map(|id| id.expose().to_owned());
    (states.len(), user, customer.phone.map(|phone| phone.expose().to_owned()))
}

pub(crate) fn one(user: &str, phone: &str) -> (usize, Option<String>, Option<String>) {
    (1, Some(user.to_owned()), Some(format!("+{phone}")))
}

#[tokio::test]
async fn a_changed_name_is_one_customer_on_whichever_side_of_it_the_sender_stands() {
    let number = |more: Value| {
        let mut told = json!({"type": "user_changed_number", "wa_id": NEW, "body": "changed"});
        told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        told
    };
    let both = number(json!({"user_id": "IL.2", "previous_user_id": "IL.1", "parent_user_id": "IL.ENT.2"}));
    let table = [
        ("the old names send", "IL.1", OLD, both.clone()),
        ("the new names send", "IL.2", NEW, both.clone()),
        ("a new id, an old number", "IL.2", OLD, both.clone()),
        ("an old id, a new number", "IL.1", NEW, both.clone()),
        ("the new id alone", "IL.2", "", both.clone()),
        ("nobody sends", "", "", both),
        ("no previous id, the old one sends", "IL.1", OLD, number(json!({"user_id": "IL.2"}))),
        ("no previous id, the old number sends", "", OLD, number(json!({"user_id": "IL.2"}))),
        ("the new id stands with the sender only", "IL.2", NEW, number(json!({"previous_user_id": "IL.1"}))),
        ("the old number is named", "IL.2", NEW, number(json!({"user_id": "IL.2", "customer": OLD}))),
        ("no new id is named, the old one sends", "IL.1", OLD, number(json!({}))),
        ("no id is named", "", OLD, number(json!({}))),
        ("new_wa_id", "IL.1", "", number(json!({"new_wa_id": NEW, "wa_id": OLD, "user_id": "IL.2"}))),
    ];
    for (what, user, phone, told) in table {
        // The customer writes under the new names after the notice, or before it.
        for before in [false, true] {
            let scene = Scene::remembering();
            comes(&scene, text("A", -60, "IL.1", OLD)).await;
            if before {
                comes(&scene, text("B", -40, "IL.2", NEW)).await;
            }
            comes(&scene, named("S", -50, user, phone, "system", &told)).await;
            comes(&scene, text("C", -30, "IL.2", NEW)).await;
            comes(&scene, text("D", -20, "IL.2", "")).await;
            assert_eq!(known(&scene), one("IL.2", NEW), "{what}, {before}");
        }
    }
}

#[tokio::test]
async fn a_changed_user_id_is_one_customer_on_whichever_side_of_it_the_sender_stands() {
    let told = |more: Value| {
        let mut told = json!({"type": "user_changed_user_id", "user_id": "IL.2"});
        told.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        told
    };
    let table = [
        ("the old id sends", "IL.1", OLD, told(json!({}))),
        ("the new id sends, the old one is named", "IL.2", "", told(json!({"previous_user_id": "IL.1"}))),
        ("the number stays", "IL.2", OLD, told(json!({"previous_user_id": "IL.1", "wa_id": OLD}))),
        ("only the number is the same", "IL.2", OLD, told(json!({}))),
        ("nobody sends", "", "", told(json!({"previous_user_id": "IL.1"}))),
        ("nobody sends, and the number is named", "", "", told(json!({"wa_id": OLD}))),
        ("only the words name the old id", "", "", told(json!({"body": "User Dana changed from IL.1 to IL.2"}))),
    ];
    for (what, user, phone, told) in table {
        let scene = Scene::remembering();
        comes(&scene, text("A", -60, "IL.1", OLD)).await;
        comes(&scene, named("S", -50, user, phone, "system", &told)).await;
        comes(&scene, text("B", -30, "IL.2", "")).await;
        comes(&scene, text("C", -20, "", OLD)).await;
        assert_eq!(known(&scene), one("IL.2", OLD), "{what}");
    }
}

#[tokio::test]
async fn a_change_that_names_nobody_before_makes_one_customer_of_the_new_names() {
    let scene = Scene::remembering();
    let told = json!({"type": "user_changed_user_id", "user_id": "IL.2", "wa_id": NEW});
    comes(&scene, named("S", -50, "IL.2", "", "system", &told)).await;
    comes(&scene, text("B", -30, "IL.2", NEW)).await;
    assert_eq!(known(&scene), one("IL.2", NEW));
    assert_eq!(scene.messages().len(), 3, "the notice, the message and its answer");
}

fn card(origin: Option<&str>) -> Value {
    let mut card = json!({"name": {"formatted_name": "דנה"}, "phones": [{"phone": "055-500-0002", "wa_id": NEW}]});
    if let Some(origin) = origin {
        card["origin"] = json!(origin);
    }
    json!([card])
}

#[tokio::test]
async fn the_number_a_customer_shares_when_asked_is_theirs_and_no_other_card_is() {
    let shares = |content: &Value| named("B", -50, "IL.1", "", "contacts", content);
    let mut forwarded = shares(&card(Some("contact_request")));
    forwarded["context"] = json!({"forwarded": true});
    let mut two = card(Some("contact_request"));
    two[0]["phones"].as_array_mut().unwrap().push(json!({"wa_id": OLD}));
    let table = [
        ("asked for", shares(&card(Some("contact_request"))), true),
        ("chosen from the address book", shares(&card(Some("other"))), false),
        ("of before there was an origin", shares(&card(None)), false),
        ("passed on", forwarded, false),
        ("two numbers", shares(&two), false),
    ];
    for (what, message, is_theirs) in table {
        let scene = Scene::remembering();
        comes(&scene, text("A", -60, "IL.1", "")).await;
        comes(&scene, text("N", -55, "", NEW)).await;
        comes(&scene, message).await;
        let (leads, _, phone) = known(&scene);
        assert_eq!((leads, phone.is_some()), (if is_theirs { 1 } else { 2 }, is_theirs), "{what}");
    }
}

#[tokio::test]
async fn a_shared_number_does_not_replace_the_one_the_customer_writes_with() {
    let scene = Scene::remembering();
    comes(&scene, named("A", -60, "IL.1", OLD, "contacts", &card(Some("contact_request")))).await;
    assert_eq!(known(&scene), one("IL.1", OLD));
}

#[tokio::test]
async fn whatever_stands_in_from_is_a_name() {
    for from in ["12025550100", "055", "0555000001", "9725550000011234567", "1"] {
        let scene = Scene::remembering();
        for (id, at) in [("A", -60), ("B", -50)] {
            let parsed = scene.comes_in(&body(&text(id, at, "", from), &Value::Null)).await;
            assert_eq!(parsed.set_aside, [], "{from}");
        }
        assert_eq!(known(&scene), (1, None, Some(format!("+{from}"))));
        assert_eq!(scene.sent().len(), 2, "{from}");
    }
}

#[tokio::test]
async fn a_message_meta_cannot_name_is_answered_like_one_it_does_not_hand_on() {
    let scene = Scene::remembering();
    for (id, at, code, answers) in [("A", -60, 131_051, 1), ("C", -55, 131_060, 2)] {
        let mut item = named(id, at, "IL.1", OLD, "unknown", &Value::Null);
        item["errors"] = json!([{"code": code, "title": "Message type unknown"}]);
        comes(&scene, item).await;
        assert_eq!(scene.sent().len(), answers, "{code}");
    }
    let mut other = named("B", -50, "IL.1", OLD, "unknown", &Value::Null);
    other["errors"] = json!([{"code": 131_000}]);
    comes(&scene, other).await;
    assert_eq!(scene.sent().len(), 2, "another error says nothing of a message");
}

#[tokio::test]
async fn a_username_is_kept_with_the_lead_and_finds_nobody() {
    let scene = Scene::remembering();
    let named = |id: &str, at: i64, user: &str, username: Option<&str>| {
        let contact = json!({"profile": {"name": "Dana", "username": username}, "user_id": user});
        body(&text(id, at, user, ""), &json!([contact]))
    };
    let username = || scene.lead().state.unwrap().username.map(|name| name.expose().to_owned());
    comes(&scene, text("A", -60, "IL.1", "")).await;
    assert_eq!(username(), None);
    scene.comes_in(&named("B", -50, "IL.1", Some("dana.levi"))).await;
    scene.comes_in(&named("C", -40, "IL.1", None)).await;
    assert_eq!(username().as_deref(), Some("dana.levi"), "what a message does not say it does not change");
    scene.comes_in(&named("D", -20, "IL.1", Some("dana.haifa"))).await;
    scene.comes_in(&named("E", -30, "IL.1", Some("dana.levi"))).await;
    assert_eq!(username().as_deref(), Some("dana.haifa"), "the newest message counts");
    scene.comes_in(&named("F", -10, "IL.2", Some("dana.haifa"))).await;
    assert_eq!(scene.0.store.leads().len(), 2, "who has a username that was somebody else's is not them");
}

#[tokio::test]
async fn the_last_word_on_marketing_counts_in_whatever_order_it_comes() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "IL.1", OLD)).await;
    let told = |value: &str, at: i64| {
        let mut whole: Value = serde_json::from_slice(&sample("user-preferences")).unwrap();
        let item = &mut whole["entry"][0]["changes"][0]["value"]["user_preferences"][0];
        (item["user_id"], item["value"], item["timestamp"]) = (json!("IL.1"), json!(value), json!(SAMPLES + at));
        whole.to_string().into_bytes()
    };
    let wanted = || scene.lead().state.unwrap().marketing.map(|marketing| marketing.wanted);
    assert_eq!(wanted(), None);
    scene.comes_in(&told("stop", -10)).await;
    scene.comes_in(&told("stop", -10)).await;
    assert_eq!((wanted(), scene.messages().len(), scene.sent().len()), (Some(false), 3, 1));
    scene.comes_in(&told("resume", -20)).await;
    assert_eq!(wanted(), Some(false), "said before");
    scene.comes_in(&told("resume", -5)).await;
    assert_eq!(wanted(), Some(true));
    let other = scene.comes_in(&told("perhaps", -4)).await;
    assert_eq!(other.set_aside.len(), 1);
}

#[tokio::test]
async fn a_user_id_where_the_number_stands_and_a_number_in_another_spelling_are_the_same_customer() {
    let scene = Scene::remembering();
    comes(&scene, text("A", -60, "IL.1", OLD)).await;
    comes(&scene, text("B", -50, "", "IL.1")).await;
    assert_eq!(known(&scene), one("IL.1", OLD));

    let scene = Scene::remembering();
    let contacts = json!([{"profile": {"name": "Dana"}, "wa_id": "541123456789", "user_id": "AR.1"}]);
    scene.comes_in(&body(&text("A", -60, "", "5491123456789"), &contacts)).await;
    comes(&scene, text("B", -50, "AR.1", "")).await;
    assert_eq!(known(&scene), one("AR.1", "5491123456789"));
}

#[tokio::test]
async fn a_time_in_milliseconds_or_with_a_fraction_is_that_second() {
    for at in [json!((SAMPLES - 60) * 1000), json!(format!("{}000", SAMPLES - 60)), json!(f64::from(1_794_815_940))] {
        let scene = Scene::remembering();
        let mut item = text("A", -60, "IL.1", OLD);
        item["timestamp"] = at.clone();
        comes(&scene, item).await;
        assert_eq!(scene.message("A").key.sent_at.as_second(), SAMPLES - 60, "{at}");
    }
}

#[tokio::test]
async fn a_wish_that_names_its_customer_in_the_contact_beside_it_is_theirs() {
    for item_names_number in [true, false] {
        let scene = Scene::remembering();
        comes(&scene, text("A", -60, "IL.1", "")).await;
        let mut whole: Value = serde_json::from_slice(&sample("user-preferences")).unwrap();
        let value = &mut whole["entry"][0]["changes"][0]["value"];
        value["contacts"] = json!([{"wa_id": OLD, "user_id": "IL.1"}]);
        let item = value["user_preferences"][0].as_object_mut().unwrap();
        item.extend([("value".to_owned(), json!("stop")), ("timestamp".to_owned(), json!(SAMPLES - 10))]);
        item.remove("user_id");
        item.insert("wa_id".to_owned(), if item_names_number { json!(OLD) } else { Value::Null });
        scene.comes_in(whole.to_string().as_bytes()).await;
        assert_eq!(known(&scene).0, 1);
        assert_eq!(scene.lead().state.unwrap().marketing.map(|marketing| marketing.wanted), Some(false));
    }
}
