//! When one try is not the last one.

use crate::{completion, conversation, hasty_model_at, model_at, question};
use serde_json::json;
use std::time::{Duration, Instant};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, ResponseTemplate};
use zikaron_protocol::ports::{Model, ModelError};

/// An endpoint that answers in this order, and the last of it always.
async fn in_turn(answers: Vec<ResponseTemplate>) -> MockServer {
    let server = MockServer::start().await;
    let last = answers.len().saturating_sub(1);
    for (place, answer) in answers.into_iter().enumerate() {
        let mock = Mock::given(method("POST")).respond_with(answer);
        if place < last { mock.up_to_n_times(1) } else { mock }.mount(&server).await;
    }
    server
}

fn good() -> ResponseTemplate {
    completion(&json!(json!({"answer": "כן", "handover": false, "summary": "נושא: תור"}).to_string()))
}

async fn asked(server: &MockServer) -> usize {
    server.received_requests().await.unwrap().len()
}

#[tokio::test]
async fn a_customer_does_not_wait_a_minute_for_one_bad_answer_or_one_broken_request() {
    for bad in [
        ResponseTemplate::new(500),
        ResponseTemplate::new(502),
        ResponseTemplate::new(200).set_body_string("<html>"),
        completion(&json!("{\"answer\": 7}")),
        completion(&json!("…")),
        completion(&json!("")),
        ResponseTemplate::new(429).insert_header("retry-after", "0"),
        ResponseTemplate::new(503).insert_header("retry-after-ms", "20"),
    ] {
        let server = in_turn(vec![bad, good()]).await;
        let reply = model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.unwrap();
        assert_eq!((reply.text.as_str(), asked(&server).await), ("כן", 2));
    }
}

#[tokio::test]
async fn nobody_is_asked_again_at_once_who_has_too_much_to_do_or_says_no() {
    for (bad, expected) in [
        (ResponseTemplate::new(429), "Unavailable"),
        (ResponseTemplate::new(503), "Unavailable"),
        (ResponseTemplate::new(429).insert_header("retry-after", "30"), "Unavailable"),
        (ResponseTemplate::new(401), "Refused"),
        (ResponseTemplate::new(400).set_body_json(json!({"error": {"code": "content_filter"}})), "Unusable"),
    ] {
        let server = in_turn(vec![bad, good()]).await;
        let error = model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.unwrap_err();
        assert!(format!("{error:?}").starts_with(expected), "{error:?}");
        assert_eq!(asked(&server).await, 1, "{error:?}");
    }
}

#[tokio::test]
async fn an_outage_is_not_made_worse_by_second_tries() {
    let server = in_turn(vec![ResponseTemplate::new(500)]).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    for _ in 0..10 {
        assert!(matches!(model.reply(&question()).await, Err(ModelError::Unavailable(_))));
    }
    assert_eq!(asked(&server).await, 11, "one more request for the whole outage");
    server.reset().await;
    Mock::given(method("POST")).respond_with(good()).mount(&server).await;
    model.reply(&question()).await.unwrap();
    server.reset().await;
    Mock::given(method("POST")).respond_with(ResponseTemplate::new(500)).up_to_n_times(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(good()).with_priority(10).mount(&server).await;
    assert_eq!(model.reply(&question()).await.unwrap().text, "כן", "and it is over when it is over");
}

#[tokio::test]
async fn a_second_try_is_within_the_deadline_of_the_first_and_a_late_one_is_not_made() {
    let late = ResponseTemplate::new(500).set_delay(Duration::from_millis(400));
    // After half the time it is asked for a short answer, and what becomes of that is the end.
    let server = in_turn(vec![late, ResponseTemplate::new(500)]).await;
    let begun = Instant::now();
    let error = hasty_model_at(&format!("{}/v1", server.uri())).reply(&question()).await.unwrap_err();
    assert_eq!((error, asked(&server).await), (ModelError::Unavailable("HTTP 500".to_owned()), 2));
    assert!(begun.elapsed() < Duration::from_millis(700));
}

#[tokio::test]
async fn a_digest_whose_endpoint_broke_has_tries_enough_of_its_own() {
    let server = in_turn(vec![ResponseTemplate::new(500), good()]).await;
    model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await.unwrap_err();
    assert_eq!(asked(&server).await, 1);
}
