use crate::harness::{Harness, simulator};
use serde_json::{Value, json};
use zikaron_simulator::{Script, Step};

async fn ask(simulator: &Harness, system: &str, user: &str, format: Value) -> (u16, String) {
    let messages = json!([{"role": "system", "content": system}, {"role": "user", "content": user}]);
    let mut body = json!({"model": "some-model", "messages": messages});
    if !format.is_null() {
        body["response_format"] = format;
    }
    simulator.post("/ai/v1/chat/completions", &body).await
}

fn content(answer: &str) -> String {
    let answer: Value = serde_json::from_str(answer).unwrap();
    answer["choices"][0]["message"]["content"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_offline_model_answers_under_its_own_name() {
    let simulator = simulator().await;
    let (status, answer) = ask(&simulator, "", "Hi, my name is Dana", Value::Null).await;
    assert_eq!(status, 200);
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["model"], "zikaron-offline");
    assert!(content(&answer).starts_with("Nice to meet you, Dana!"));
}

#[tokio::test]
async fn a_digest_is_json_with_the_customer_s_own_words() {
    let simulator = simulator().await;
    let system = "Return one JSON object.\nsummary: in Hebrew\nFields:\n- name (שם): …";
    let format = json!({"type": "json_schema"});
    let (_, answer) = ask(&simulator, system, "{}\n\n[1] customer: שמי דנה לוי\n[2] assistant: שמי בוט", format).await;
    let digest: Value = serde_json::from_str(&content(&answer)).unwrap();
    assert_eq!(digest["changes"][0]["value"], "דנה לוי");
    assert_eq!(digest["changes"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_script_is_followed_once_in_order_and_only_where_it_is_meant() {
    let simulator = simulator().await;
    let digest = json!({"summary": "s", "changes": []});
    let script = json!({"for": "מסומן", "replies": ["ראשון", {"status": 429}, {"garbage": true}], "digests": [digest]});
    simulator.driver.script(&serde_json::from_value(script).unwrap()).await.unwrap();
    assert_ne!(content(&ask(&simulator, "", "אחר", Value::Null).await.1), "ראשון");
    assert_eq!(content(&ask(&simulator, "", "מסומן", Value::Null).await.1), "ראשון");
    assert_eq!(ask(&simulator, "", "מסומן", Value::Null).await.0, 429);
    let (status, garbage) = ask(&simulator, "", "מסומן", Value::Null).await;
    assert_eq!((status, serde_json::from_str::<Value>(&garbage).is_err()), (200, true));
    assert_eq!(content(&ask(&simulator, "JSON", "מסומן", Value::Null).await.1), digest.to_string());
    assert!(content(&ask(&simulator, "", "מסומן", Value::Null).await.1).starts_with("היי!"));
}

#[tokio::test]
async fn an_answer_says_why_it_ended_and_what_it_cost() {
    let simulator = simulator().await;
    let cut = Step { finish_reason: Some("length".to_owned()), ..Step::content("חצי מש") };
    simulator.driver.script(&Script { replies: vec![cut], ..Script::default() }).await.unwrap();
    for reason in ["length", "stop"] {
        let (_, answer) = ask(&simulator, "", "היי", Value::Null).await;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["choices"][0]["finish_reason"], reason);
        assert!(answer["usage"]["prompt_tokens"].as_u64() > Some(0), "{answer}");
        assert!(answer["usage"]["completion_tokens"].as_u64() > Some(0), "{answer}");
    }
}

#[tokio::test]
async fn a_scripted_answer_takes_as_long_as_it_should() {
    let simulator = simulator().await;
    let slow = Step { delay_ms: 300, ..Step::content("לאט") };
    simulator.driver.script(&Script { replies: vec![slow], ..Script::default() }).await.unwrap();
    let begun = std::time::Instant::now();
    assert_eq!(content(&ask(&simulator, "", "x", Value::Null).await.1), "לאט");
    assert!(begun.elapsed().as_millis() >= 300);
}

#[tokio::test]
async fn every_request_is_kept_with_what_it_showed() {
    let simulator = simulator().await;
    simulator.driver.script(&Script { replies: vec![Step::error(503)], ..Script::default() }).await.unwrap();
    ask(&simulator, "זיכרון", "היי", Value::Null).await;
    ask(&simulator, "JSON", "סיכום", json!({"type": "json_object"})).await;
    let replies = simulator.driver.ai_requests("reply", "זיכרון").await.unwrap();
    assert_eq!((replies.len(), replies[0].status, replies[0].system().as_str()), (1, 503, "זיכרון"));
    let all: Vec<Value> = serde_json::from_value(simulator.get("/ai/requests").await).unwrap();
    let kinds: Vec<_> = all.iter().map(|request| request["kind"].clone()).collect();
    assert_eq!(kinds, ["reply", "digest"]);
    assert_eq!((&all[1]["model"], &all[1]["response_format"]["type"]), (&json!("some-model"), &json!("json_object")));
    simulator.post("/reset", &json!({})).await;
    assert_eq!(simulator.get("/ai/requests").await, json!([]));
}

#[tokio::test]
async fn the_pictures_of_a_request_are_told_beside_its_text() {
    let simulator = simulator().await;
    let url = "data:image/png;base64,iVBORw==";
    let parts = json!([{"type": "text", "text": "כמה זה?"}, {"type": "image_url", "image_url": {"url": url}}]);
    let body = json!({"model": "m", "messages": [{"role": "user", "content": parts}]});
    assert_eq!(simulator.post("/ai/v1/chat/completions", &body).await.0, 200);
    let asked = simulator.driver.ai_requests("reply", "כמה זה?").await.unwrap();
    assert_eq!((asked[0].text_of("user").as_str(), asked[0].pictures()), ("כמה זה?", vec![url]));
}

#[tokio::test]
async fn what_is_no_request_is_refused() {
    let simulator = simulator().await;
    for body in [json!("text"), json!({}), json!({"messages": []}), json!({"messages": "x"})] {
        assert_eq!(simulator.post("/ai/v1/chat/completions", &body).await.0, 400, "{body}");
    }
}
