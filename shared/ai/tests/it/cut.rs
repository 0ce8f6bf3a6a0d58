//! Answers that end before they are over: at the bound on their length, in a loop, at a filter.

use crate::{conversation, endpoint, model_at, question};
use serde_json::{Value, json};
use wiremock::matchers::{body_partial_json, method};
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_protocol::ports::{Digest, Model, ModelError};

fn finished(reason: &str, content: &Value) -> ResponseTemplate {
    let message = json!({"role": "assistant", "content": content});
    ResponseTemplate::new(200).set_body_json(json!({"choices": [{"message": message, "finish_reason": reason}]}))
}

async fn replied(reason: &str, content: &str) -> Result<String, ModelError> {
    let server = endpoint(finished(reason, &json!(content))).await;
    model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.map(|reply| reply.text)
}

async fn digested(reason: &str, content: &str) -> Result<Digest, ModelError> {
    let server = endpoint(finished(reason, &json!(content))).await;
    model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await
}

/// The bounds of each request, under either name.
async fn limits(server: &MockServer) -> Vec<(Value, Value)> {
    let requests = server.received_requests().await.unwrap();
    let limits = |request: &wiremock::Request| {
        let body: Value = request.body_json().unwrap();
        (body["max_tokens"].clone(), body["max_completion_tokens"].clone())
    };
    requests.iter().map(limits).collect()
}

#[tokio::test]
async fn of_an_answer_that_was_cut_the_customer_reads_whole_sentences() {
    for (content, expected) in [
        (r#"{"answer": "We are open on Friday. Come from 8:00 to"#, "We are open on Friday."),
        (r#"{"answer": "בשישי פתוח! מחיר תספורת הוא 80."#, "בשישי פתוח!"),
        (r#"{"answer": "מחירים:\n- תספורת 80\n- זקן 4"#, "מחירים:\n- תספורת 80"),
        ("Да, мы открыты. Приходите с 8:00 до", "Да, мы открыты."),
        ("نعم؟ نحن نفتح يوم", "نعم؟"),
        (r#"{"answer": "We are open on Friday", "handover": false}"#, "We are open on Friday"),
        (
            r#"{"answer": "We are open. We are closed. We are open. We are closed. We are op"#,
            "We are open. We are closed.",
        ),
    ] {
        assert_eq!(replied("length", content).await.as_deref(), Ok(expected), "{content}");
    }
}

#[tokio::test]
async fn of_an_answer_without_a_whole_sentence_nothing_is_sent() {
    let loops = "Shibuya ".repeat(100);
    for (reason, content) in [
        ("length", r#"{"answer": "We are open on Friday from 8:00 to"#),
        ("length", "We are open on Friday from 8:00 to"),
        ("length", r#"{"answer": "מחירים:\n"#),
        ("model_length", r#"{"answer": "The price is 80."#),
        ("length", &format!(r#"{{"answer": "{loops}"#)),
        // A loop that came to its end by itself.
        ("stop", &format!(r#"{{"answer": "{loops}", "handover": false}}"#)),
        ("stop", &"עקסק".repeat(60)),
        // Broken off without a word about it.
        ("stop", r#"{"answer": "We are open on Friday from"#),
        ("content_filter", r#"{"answer": "We are open on Friday. It is", "handover": false}"#),
        ("content_filter", "We are open on Friday."),
    ] {
        let error = replied(reason, content).await.unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_)), "{content}: {error:?}");
    }
    let broken = replied("error", r#"{"answer": "We are open.", "handover": false}"#).await.unwrap_err();
    assert!(matches!(broken, ModelError::Unavailable(_)), "{broken:?}");
}

#[tokio::test]
async fn a_digest_that_was_cut_keeps_its_whole_lines_and_claims_and_no_half_one() {
    let claim = r#"{"field": "city", "value": "חיפה", "quote": "אני גר בחיפה", "confidence": "high"}"#;
    let half = r#"{"field": "name", "value": "דנה", "quote": "קוראים לי ד"#;
    let cut = digested("length", &format!(r#"{{"summary": "נושא: תור", "changes": [{claim}, {half}"#)).await.unwrap();
    assert_eq!((cut.summary.as_deref(), cut.patch.len()), (Some("נושא: תור"), 1));
    let cut = digested("length", r#"{"summary": "נושא: תור\nמה נדון: מחי"#).await.unwrap();
    assert_eq!(cut.summary.as_deref(), Some("נושא: תור"));
    // Better half a summary than none, and a digest that is asked for again and again.
    let cut = digested("length", r#"{"summary": "Grace from Haifa asked about Friday, and wants the same pri"#)
        .await
        .unwrap();
    assert_eq!(cut.summary.as_deref(), Some("Grace from Haifa asked about Friday …"));
    for (reason, content) in [
        ("length", r#"{"summary": "נושא: ת"#.to_owned()),
        ("length", format!(r#"{{"summary": "{}"#, "name, hie, ".repeat(50))),
        ("content_filter", format!(r#"{{"summary": "נושא: תור", "changes": [{claim}]}}"#)),
    ] {
        let error = digested(reason, &content).await.unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_)), "{content}: {error:?}");
    }
}

#[tokio::test]
async fn every_request_bounds_the_answer_under_the_name_the_endpoint_takes() {
    for (status, refusal) in [
        (
            400,
            json!({"error": {"code": "unsupported_parameter", "param": "max_tokens", "type": "invalid_request_error",
            "message": "Unsupported parameter: 'max_tokens' is not supported with this model."}}),
        ),
        (422, json!({"detail": [{"type": "extra_forbidden", "loc": ["body", "max_tokens"], "input": 600}]})),
    ] {
        let server = MockServer::start().await;
        for tokens in [600, 1_500] {
            let asked = Mock::given(body_partial_json(json!({"max_tokens": tokens})));
            asked.respond_with(ResponseTemplate::new(status).set_body_json(&refusal)).mount(&server).await;
        }
        let answer = json!({"answer": "כן", "handover": false, "summary": "נושא: תור"}).to_string();
        Mock::given(method("POST"))
            .respond_with(finished("stop", &json!(answer)))
            .with_priority(10)
            .mount(&server)
            .await;
        let model = model_at(&format!("{}/v1", server.uri()), None);
        model.reply(&question()).await.unwrap();
        model.reply(&question()).await.unwrap();
        model.digest(&conversation()).await.unwrap();
        let (old, new) = (|n: u32| (json!(n), Value::Null), |n: u32| (Value::Null, json!(n)));
        assert_eq!(limits(&server).await, [old(600), new(600), new(600), new(1_500)]);
    }
}

#[tokio::test]
async fn an_endpoint_that_takes_no_bound_is_asked_without_one() {
    let server = MockServer::start().await;
    for name in ["max_tokens", "max_completion_tokens"] {
        let refusal = json!({"error": {"message": format!("Unrecognized request argument supplied: {name}")}});
        let asked = Mock::given(body_partial_json(json!({name: 600})));
        asked.respond_with(ResponseTemplate::new(400).set_body_json(refusal)).mount(&server).await;
    }
    let answer = json!(r#"{"answer": "כן", "handover": false}"#);
    Mock::given(method("POST")).respond_with(finished("stop", &answer)).with_priority(10).mount(&server).await;
    model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.unwrap();
    assert_eq!(limits(&server).await.last(), Some(&(Value::Null, Value::Null)));
}

#[tokio::test]
async fn a_model_that_thinks_at_length_is_given_room_for_it() {
    let refusal = "Could not finish the message because max_tokens or model output limit was reached.";
    for short in [
        finished("length", &json!("")),
        finished("length", &json!("<think>The customer wants")),
        ResponseTemplate::new(400).set_body_json(json!({"error": {"message": refusal, "code": null}})),
    ] {
        let server = MockServer::start().await;
        Mock::given(body_partial_json(json!({"max_tokens": 600}))).respond_with(short).mount(&server).await;
        let answer = json!(r#"{"answer": "כן", "handover": false}"#);
        Mock::given(method("POST")).respond_with(finished("stop", &answer)).with_priority(10).mount(&server).await;
        let model = model_at(&format!("{}/v1", server.uri()), None);
        for _ in 0..2 {
            assert_eq!(model.reply(&question()).await.unwrap().text, "כן");
        }
        let asked: Vec<Value> = limits(&server).await.into_iter().map(|(limit, _)| limit).collect();
        assert_eq!(asked, [json!(600), json!(2_400), json!(2_400)], "and is given it from then on");
    }
}

#[tokio::test]
async fn a_bound_is_given_up_for_the_next_only_where_the_answer_without_it_came() {
    let server = MockServer::start().await;
    let refusal = json!({"error": {"message": "max_tokens is wrong"}});
    let refused = Mock::given(method("POST")).respond_with(ResponseTemplate::new(400).set_body_json(refusal));
    refused.up_to_n_times(3).mount(&server).await;
    let answer = json!(r#"{"answer": "כן", "handover": false}"#);
    Mock::given(method("POST")).respond_with(finished("stop", &answer)).with_priority(10).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    model.reply(&question()).await.unwrap_err();
    model.reply(&question()).await.unwrap();
    assert_eq!(limits(&server).await.last(), Some(&(json!(600), Value::Null)));
}

#[tokio::test]
async fn an_answer_of_blanks_is_asked_for_in_a_simpler_form_and_makes_no_model_a_thinking_one() {
    let server = MockServer::start().await;
    let blank = Mock::given(body_partial_json(json!({"response_format": {"type": "json_schema"}})));
    blank.respond_with(finished("length", &json!("\n\n  \n"))).mount(&server).await;
    let answer = json!(r#"{"answer": "כן", "handover": false}"#);
    Mock::given(method("POST")).respond_with(finished("stop", &answer)).with_priority(10).mount(&server).await;
    assert_eq!(model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.unwrap().text, "כן");
    let asked: Vec<Value> = limits(&server).await.into_iter().map(|(limit, _)| limit).collect();
    assert_eq!(asked, [json!(600), json!(600)]);
}

#[tokio::test]
async fn what_a_filter_stopped_is_no_outage_though_no_message_stands_beside_it() {
    let used = json!({"prompt_tokens": 10, "completion_tokens": 0});
    for choice in [
        json!({"finish_reason": "content_filter: PROHIBITED_CONTENT"}),
        json!({"finish_reason": "content_filter: SAFETY", "message": {"content": "Half of what"}}),
        json!({"finish_reason": "SPII", "message": {"content": "Half of what"}}),
    ] {
        let body = json!({"choices": [choice], "usage": used});
        let server = endpoint(ResponseTemplate::new(200).set_body_json(body)).await;
        let error = model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_)), "{choice}: {error:?}");
        assert!(error.usage().tokens_in > 0, "{choice}");
    }
    let broke = replied("insufficient_system_resource", "We are open on").await;
    assert!(matches!(broke, Err(ModelError::Unavailable(_))), "{broke:?}");
}
