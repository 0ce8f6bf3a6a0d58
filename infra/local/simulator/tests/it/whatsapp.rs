use crate::harness::{NUMBER, TOKEN, simulator, text};
use serde_json::{Value, json};

const CUSTOMER: &str = "972555000001";

#[tokio::test]
async fn a_message_is_accepted_and_kept() {
    let simulator = simulator().await;
    simulator.say(json!({"from": CUSTOMER, "text": "x"})).await;
    let (status, answer) = simulator.send(NUMBER, TOKEN, &text("+972555000001", "שלום")).await;
    assert_eq!((status, &answer["messaging_product"]), (200, &json!("whatsapp")));
    let sent = simulator.driver.sent(NUMBER, CUSTOMER).await.unwrap().remove(0);
    assert_eq!(answer["messages"][0]["id"], sent.wamid);
    assert_eq!((sent.text.as_str(), sent.kind.as_str(), sent.tag.as_deref()), ("שלום", "text", Some("tag-1")));
    let body = json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "interactive", "interactive": {
        "type": "button", "body": {"text": "?"},
        "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "כן"}}]}}});
    assert_eq!(simulator.send(NUMBER, TOKEN, &body).await.0, 200);
    let sent = simulator.driver.sent(NUMBER, CUSTOMER).await.unwrap().remove(1);
    assert_eq!((sent.text.as_str(), sent.buttons[0].id.as_str(), sent.buttons[0].title.as_str()), ("?", "a", "כן"));
}

#[tokio::test]
async fn a_refusal_has_meta_s_shape_and_keeps_nothing() {
    let simulator = simulator().await;
    simulator.say(json!({"from": CUSTOMER, "text": "x"})).await;
    simulator.driver.connect(&simulator.connection("100000000000002", "s2", "token-of-two")).await.unwrap();
    let mut blank = text(CUSTOMER, "x");
    blank["messaging_product"] = Value::Null;
    let table = [
        (NUMBER, "", text(CUSTOMER, "x"), 401, 190),
        (NUMBER, "token-of-two", text(CUSTOMER, "x"), 401, 190),
        ("100000000000009", TOKEN, text(CUSTOMER, "x"), 400, 100),
        (NUMBER, TOKEN, blank, 400, 100),
        (NUMBER, TOKEN, text(CUSTOMER, &"א".repeat(4097)), 400, 100),
        (NUMBER, TOKEN, text("972555000002", "x"), 400, 131_047),
        ("100000000000002", "token-of-two", text(CUSTOMER, "x"), 400, 131_047),
    ];
    for (number, token, body, status, code) in table {
        let (answered, answer) = simulator.send(number, token, &body).await;
        assert_eq!((answered, &answer["error"]["code"]), (status, &json!(code)), "{answer}");
        assert!(answer["error"]["message"].is_string() && answer["error"]["fbtrace_id"].is_string());
        assert_eq!(answer["error"]["type"], "OAuthException");
    }
    assert_eq!(simulator.get("/sent").await, json!([]));
}

#[tokio::test]
async fn the_window_is_open_for_24_hours_after_the_customer_wrote() {
    let simulator = simulator().await;
    let now = zikaron_simulator::now().as_second();
    for (age, status) in [(24 * 3600 + 60, 400), (24 * 3600 - 60, 200), (48 * 3600, 200)] {
        simulator.say(json!({"from": CUSTOMER, "text": "x", "at": now - age})).await;
        let answered = simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0;
        assert_eq!(answered, status, "{age} s, an older message changes nothing");
    }
}

/// A send of a template with these parameters.
fn template(name: &str, parameters: &[&str]) -> Value {
    let parameters: Vec<_> = parameters.iter().map(|text| json!({"type": "text", "text": text})).collect();
    json!({"messaging_product": "whatsapp", "to": format!("+{CUSTOMER}"), "type": "template", "template": {
        "name": name, "language": {"code": "he"}, "components": [{"type": "body", "parameters": parameters}]}})
}

#[tokio::test]
async fn a_template_is_sent_at_any_time_while_it_is_approved() {
    let simulator = simulator().await;
    let put = async |status: &str| {
        let template = json!({"name": "visit_reminder", "language": "he", "text": "היי {{1}}, מחכים לך {{2}}",
            "status": status});
        assert_eq!(simulator.post("/templates", &template).await.0, 204);
    };
    let sends = async |body: &Value| {
        let (status, answer) = simulator.send(NUMBER, TOKEN, body).await;
        (status, answer["error"]["code"].as_i64())
    };
    let fitting = template("visit_reminder", &["דנה", "מחר ב-10:00"]);
    assert_eq!(sends(&fitting).await, (400, Some(132_001)), "nobody submitted it");
    for (status, code) in [("pending", 132_001), ("rejected", 132_001), ("paused", 132_015), ("disabled", 132_016)] {
        put(status).await;
        assert_eq!(sends(&fitting).await, (400, Some(code)), "{status}");
    }
    put("approved").await;
    let refused = [
        (template("visit_reminder", &["דנה"]), 132_000),
        (template("visit_reminder", &["דנה", "א", "ב"]), 132_000),
        (template("visit_reminder", &["דנה", "שורה\nשורה"]), 132_018),
        (template("another", &["דנה", "מחר"]), 132_001),
        (
            json!({"messaging_product": "whatsapp", "to": CUSTOMER, "type": "template", "template": {
                "name": "visit_reminder", "language": {"code": "he"}, "components": [{"type": "body", "parameters": [
                    {"type": "text", "text": "a", "parameter_name": "one"},
                    {"type": "text", "text": "b", "parameter_name": "two"}]}]}}),
            132_012,
        ),
    ];
    for (body, code) in refused {
        assert_eq!(sends(&body).await, (400, Some(code)), "{body}");
    }
    assert_eq!(simulator.get("/sent").await, json!([]));
    // The customer has never written: anything else is refused, and this is not.
    assert_eq!(sends(&text(CUSTOMER, "x")).await, (400, Some(131_047)));
    assert_eq!(sends(&fitting).await, (200, None));
    let sent = simulator.driver.sent(NUMBER, CUSTOMER).await.unwrap().remove(0);
    assert_eq!((sent.kind.as_str(), sent.template.as_deref()), ("template", Some("visit_reminder")));
    assert_eq!(sent.text, "היי דנה, מחכים לך מחר ב-10:00");
}

#[tokio::test]
async fn of_a_template_is_told_how_far_it_is_and_which_category_it_was_put_into() {
    let simulator = simulator().await;
    for (status, category) in [("approved", "utility"), ("approved", "marketing"), ("paused", "utility")] {
        let template = json!({"name": "visit_reminder", "language": "he", "text": "מחכים לך", "status": status,
            "category": category});
        assert_eq!(simulator.post("/templates", &template).await.0, 204);
    }
    let bodies = simulator.webhook.taken();
    let changes = bodies.iter().map(|body| {
        let body: Value = serde_json::from_slice(body).unwrap();
        let change = &body["entry"][0]["changes"][0];
        let named = ["message_template_name", "message_template_language"].map(|name| change["value"][name].clone());
        assert_eq!(named, [json!("visit_reminder"), json!("he")]);
        let told = ["event", "previous_category", "new_category"].map(|name| change["value"][name].clone());
        (change["field"].clone(), told)
    });
    let status = |event: &str| (json!("message_template_status_update"), [json!(event), Value::Null, Value::Null]);
    let category = |from: &str, to: &str| (json!("template_category_update"), [Value::Null, json!(from), json!(to)]);
    let expected =
        [status("APPROVED"), category("UTILITY", "MARKETING"), category("MARKETING", "UTILITY"), status("PAUSED")];
    assert_eq!(changes.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn a_customer_whose_message_went_past_the_simulator_can_be_answered() {
    let simulator = simulator().await;
    let read = |id: &str| json!({"messaging_product": "whatsapp", "status": "read", "message_id": id});
    let own = simulator.say(json!({"from": "972555000002", "text": "x"})).await;
    simulator.send(NUMBER, TOKEN, &read(&own)).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 400, "they never wrote");
    simulator.send(NUMBER, TOKEN, &read("wamid.POSTED-BY-HAND")).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 200);
    let old = zikaron_simulator::now().as_second() - 25 * 3600;
    simulator.say(json!({"from": CUSTOMER, "text": "x", "at": old})).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 400, "they are known to have been silent");
}

#[tokio::test]
async fn a_customer_in_a_delivered_body_has_written() {
    let simulator = simulator().await;
    let at = zikaron_simulator::now().as_second().to_string();
    let value = json!({"metadata": {"phone_number_id": NUMBER}, "messages": [
        7, {"id": "wamid.A", "from": CUSTOMER, "timestamp": at}]});
    let body = json!({"entry": [{"changes": [{"value": value}, 7]}]});
    simulator.driver.deliver(NUMBER, body.to_string().into_bytes()).await.unwrap();
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 200);
}

#[tokio::test]
async fn a_user_id_is_reached_by_recipient_and_lost_in_to() {
    let simulator = simulator().await;
    simulator.say(json!({"bsuid": "IL.77", "text": "x"})).await;
    assert_eq!(simulator.send(NUMBER, TOKEN, &text("IL.77", "lost")).await.0, 200);
    let mut body = text("", "found");
    body.as_object_mut().unwrap().remove("to");
    body["recipient"] = json!("IL.77");
    assert_eq!(simulator.send(NUMBER, TOKEN, &body).await.0, 200);
    let texts = |list: Value| list.as_array().unwrap().iter().map(|sent| sent["text"].clone()).collect::<Vec<_>>();
    assert_eq!(texts(simulator.get("/sent").await), ["found"]);
    assert_eq!(texts(simulator.get("/sent?dropped").await), ["lost"]);
}

#[tokio::test]
async fn read_and_typing_are_no_messages() {
    let simulator = simulator().await;
    let body = json!({"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.A",
                      "typing_indicator": {"type": "text"}});
    assert_eq!(simulator.send(NUMBER, TOKEN, &body).await, (200, json!({"success": true})));
    assert_eq!(simulator.get("/sent").await, json!([]));
    let typing = simulator.get("/typing").await;
    assert_eq!((&typing[0]["message_id"], &typing[0]["typing"]), (&json!("wamid.A"), &json!(true)));
}

#[tokio::test]
async fn a_reset_forgets_messages_and_keeps_numbers() {
    let simulator = simulator().await;
    simulator.say(json!({"from": CUSTOMER, "text": "x"})).await;
    simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await;
    assert_eq!(simulator.get("/sent").await.as_array().unwrap().len(), 1);
    assert_eq!(simulator.post("/reset", &json!({})).await.0, 204);
    assert_eq!(simulator.get("/sent").await, json!([]));
    assert_eq!(simulator.send(NUMBER, TOKEN, &text(CUSTOMER, "x")).await.0, 200);
    assert_eq!(simulator.get("/health").await["ok"], true);
    let shown = simulator.get("/connections").await.to_string();
    assert!(shown.contains(NUMBER) && !shown.contains(TOKEN), "{shown}");
}
