use crate::harness::{NUMBER, SECRET, TOKEN, simulator, text};
use serde_json::{Value, json};
use std::collections::BTreeSet;

#[tokio::test]
async fn a_customer_s_message_arrives_signed_and_as_meta_builds_it() {
    let simulator = simulator().await;
    let id =
        simulator.say(json!({"from": "+972555000001", "name": "דנה", "text": "שלום 🙏", "at": 1_794_816_000})).await;
    let body = String::from_utf8(simulator.webhook.taken().remove(0)).unwrap();
    assert!(body.is_ascii() && body.contains(r"\u05e9\u05dc\u05d5\u05dd \ud83d\ude4f"), "{body}");
    let value = simulator.webhook.values().remove(0);
    let bsuid = value["contacts"][0]["user_id"].clone();
    assert!(bsuid.as_str().unwrap().starts_with("IL."));
    let expected = json!({
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "12025550100", "phone_number_id": NUMBER},
        "contacts": [{"profile": {"name": "דנה"}, "wa_id": "972555000001", "user_id": bsuid}],
        "messages": [{"from": "972555000001", "from_user_id": bsuid, "id": id, "timestamp": "1794816000",
                      "type": "text", "text": {"body": "שלום 🙏"}}],
    });
    assert_eq!(value, expected);
}

#[tokio::test]
async fn every_kind_of_message_can_be_said() {
    let simulator = simulator().await;
    let said = [
        json!({"bsuid": "IL.77", "text": "בלי מספר"}),
        json!({"from": "972555000001", "button": {"id": "b", "title": "כן"}, "quotes": "wamid.Q"}),
        json!({"from": "972555000001", "type": "image", "body": {"id": "1", "caption": "ככה"}}),
        json!({"from": "972555000001", "text": "x", "id": "wamid.MINE"}),
    ];
    for say in said {
        simulator.say(say).await;
    }
    let messages: Vec<_> =
        simulator.webhook.values().into_iter().map(|mut value| value["messages"][0].take()).collect();
    assert_eq!((&messages[0]["from"], &messages[0]["from_user_id"]), (&json!(null), &json!("IL.77")));
    assert_eq!(messages[1]["interactive"]["button_reply"], json!({"id": "b", "title": "כן"}));
    assert_eq!(messages[1]["context"], json!({"from": "12025550100", "id": "wamid.Q"}));
    assert_eq!((&messages[2]["type"], &messages[2]["image"]["caption"]), (&json!("image"), &json!("ככה")));
    assert_eq!(messages[3]["id"], "wamid.MINE");
    assert_eq!(messages[1]["from_user_id"], messages[3]["from_user_id"], "one phone, one user id");
}

#[tokio::test]
async fn whatever_whatsapp_tells_can_be_told() {
    let simulator = simulator().await;
    let forwarded = json!({"context": {"forwarded": true}, "referral": {"headline": "קיץ"}});
    let body = json!({"user_id_update": [{"user_id": {"current": "IL.9"}}]});
    for say in [
        json!({"from": "972555000001", "text": "x", "more": forwarded}),
        json!({"from": "972555000001", "text": "x", "field": "standby"}),
        json!({"from": "972555000001", "text": "מהמספרה", "field": "smb_message_echoes"}),
        json!({"from": "972555000001", "field": "user_id_update", "body": body}),
    ] {
        simulator.say(say).await;
    }
    let bodies: Vec<Value> =
        simulator.webhook.taken().iter().map(|body| serde_json::from_slice(body).unwrap()).collect();
    let change = |number: usize| bodies[number]["entry"][0]["changes"][0].clone();
    assert_eq!(change(0)["value"]["messages"][0]["context"]["forwarded"], true);
    assert_eq!(change(0)["value"]["messages"][0]["referral"]["headline"], "קיץ");
    assert_eq!((&change(1)["field"], &change(1)["value"]["messages"][0]["type"]), (&json!("standby"), &json!("text")));
    let echo = &change(2)["value"]["message_echoes"][0];
    assert_eq!((&echo["from"], &echo["to"]), (&json!("12025550100"), &json!("972555000001")));
    assert_eq!(change(3)["value"]["user_id_update"], body["user_id_update"]);
}

#[tokio::test]
async fn a_repeated_delivery_has_the_same_bytes() {
    let simulator = simulator().await;
    simulator.say(json!({"from": "972555000001", "text": "x", "times": 5})).await;
    let taken = simulator.webhook.taken();
    assert_eq!(taken.len(), 5);
    assert!(taken.iter().all(|body| *body == taken[0]));
}

#[tokio::test]
async fn a_webhook_that_fails_is_called_again_until_it_answers_200() {
    let simulator = simulator().await;
    simulator.webhook.fail(2);
    let (status, said) = simulator.post("/say", &json!({"from": "972555000001", "text": "x"})).await;
    assert_eq!((status, serde_json::from_str::<Value>(&said).unwrap()["status"].clone()), (200, json!(200)));
    assert_eq!(simulator.webhook.taken().len(), 1);
}

#[tokio::test]
async fn a_body_of_one_s_own_is_signed_and_posted_once() {
    let simulator = simulator().await;
    assert_eq!(simulator.driver.deliver(NUMBER, b"not json".to_vec()).await.unwrap(), 200);
    assert_eq!(simulator.webhook.taken(), [b"not json".to_vec()]);
    simulator.webhook.fail(1);
    assert_eq!(simulator.driver.deliver(NUMBER, vec![b' '; 4 << 20]).await.unwrap(), 503);
    assert_eq!(simulator.webhook.taken().len(), 1);
}

#[tokio::test]
async fn every_connection_signs_with_its_own_secret() {
    let simulator = simulator().await;
    simulator.driver.connect(&simulator.connection("100000000000002", "another", TOKEN)).await.unwrap();
    let body = b"{}".to_vec();
    assert_eq!(simulator.driver.deliver("100000000000002", body.clone()).await.unwrap(), 401);
    assert_eq!((simulator.webhook.refused(), simulator.webhook.taken().len()), (1, 0));
    assert_eq!(simulator.driver.post_signed(&simulator.webhook_url, SECRET, body).await.unwrap(), 200);
}

#[tokio::test]
async fn what_cannot_be_said_is_refused_with_a_reason() {
    let simulator = simulator().await;
    let table = [
        (json!({"text": "x"}), 400),
        (json!({"from": "972555000001"}), 400),
        (json!({"from": "somebody", "text": "x"}), 400),
        (json!({"from": "972555000001", "text": "x", "number": "1"}), 404),
        (json!({"from": "972555000001", "txt": "x"}), 422),
    ];
    for (say, expected) in table {
        assert_eq!(simulator.post("/say", &say).await.0, expected, "{say}");
    }
    assert_eq!(simulator.webhook.taken().len(), 0);
}

#[tokio::test]
async fn a_send_is_followed_by_its_statuses_with_the_tag() {
    let simulator = simulator().await;
    simulator.say(json!({"from": "972555000001", "text": "x"})).await;
    let (_, answer) = simulator.send(NUMBER, TOKEN, &text("972555000001", "תשובה")).await;
    let id = answer["messages"][0]["id"].clone();
    let values = simulator.taken(3).await;
    for (value, expected) in values[1..].iter().zip(["sent", "delivered"]) {
        let status = &value["statuses"][0];
        assert_eq!((&status["id"], &status["status"]), (&id, &json!(expected)));
        assert_eq!(
            (&status["recipient_id"], &status["biz_opaque_callback_data"]),
            (&json!("972555000001"), &json!("tag-1"))
        );
        let user_id = &values[0]["contacts"][0]["user_id"];
        assert_eq!((&status["recipient_user_id"], &value["contacts"][0]["user_id"]), (user_id, user_id));
        assert_eq!((&status["pricing"]["type"], &status["errors"]), (&json!("regular"), &json!(null)));
    }
    let sent = simulator.driver.sent(NUMBER, "972555000001").await.unwrap();
    assert_eq!(sent.len(), 1);
    // Noted once the webhook has answered, which may be a moment later.
    let noted = async || {
        let sent = simulator.driver.sent(NUMBER, "972555000001").await?;
        Ok(Some(()).filter(|()| sent[0].statuses == ["sent", "delivered"]))
    };
    zikaron_simulator::wait::until("both statuses noted", crate::harness::LIMIT, noted).await.unwrap();
}

/// Every member of a value, by its path; the items of a list are one.
fn members(value: &Value, path: &str, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(inside) => {
            inside.iter().for_each(|(name, value)| members(value, &format!("{path}/{name}"), found))
        }
        Value::Array(items) => items.iter().for_each(|item| members(item, &format!("{path}/*"), found)),
        _ => drop(found.insert(path.to_owned())),
    }
}

#[tokio::test]
async fn what_the_simulator_posts_has_the_shape_of_the_samples() {
    let simulator = simulator().await;
    let faults = json!({"to": "972555000001", "steps": [{"statuses": ["sent", "delivered", "failed"]}]});
    assert_eq!(simulator.post("/graph/script", &faults).await.0, 204);
    simulator.say(json!({"from": "972555000001", "name": "דנה", "text": "x"})).await;
    simulator.send(NUMBER, TOKEN, &text("972555000001", "תשובה")).await;
    let values = simulator.taken(4).await;
    let shape = |value: &Value| {
        let mut found = BTreeSet::new();
        members(value, "", &mut found);
        found
    };
    for (value, name) in values.iter().zip(["text-hebrew", "status-delivered", "status-delivered", "status-failed"]) {
        let path = format!("{}/../../../events/whatsapp-{name}.json", env!("CARGO_MANIFEST_DIR"));
        let sample: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        assert_eq!(shape(value), shape(&sample["entry"][0]["changes"][0]["value"]), "{name}");
    }
}
