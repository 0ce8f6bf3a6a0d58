//! Models that write slowly: they are asked for less, in place of being waited for in vain.

use crate::{completion, conversation, patient_model_at, question};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};
use zikaron_ai::model::ChatModel;
use zikaron_protocol::ports::Model;

/// So long an answer is waited for.
const PATIENCE: Duration = Duration::from_secs(2);

fn model(server: &MockServer) -> ChatModel<Option<SecretString>> {
    patient_model_at(&format!("{}/v1", server.uri()), None, PATIENCE)
}

/// A model that fills whatever bound it is given, so many tokens a second.
struct Writes(f64);

fn bound(request: &Request) -> u64 {
    request.body_json::<Value>().unwrap()["max_tokens"].as_u64().unwrap()
}

impl Respond for Writes {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let tokens = u32::try_from(bound(request)).unwrap();
        let is_reply = String::from_utf8_lossy(&request.body).contains("customer_reply");
        let content = if is_reply {
            r#"{"answer": "We are open. And then we"#
        } else {
            r#"{"summary": "נושא: תור\nמה נד"#
        };
        let choice = json!({"message": {"content": content}, "finish_reason": "length"});
        let answer = ResponseTemplate::new(200).set_body_json(json!({"choices": [choice]}));
        answer.set_delay(Duration::from_secs_f64(f64::from(tokens) / self.0))
    }
}

async fn server(answer: impl Respond + 'static) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(answer).with_priority(10).mount(&server).await;
    server
}

async fn first(server: &MockServer, answer: ResponseTemplate) {
    Mock::given(method("POST")).respond_with(answer).up_to_n_times(1).mount(server).await;
}

async fn bounds(server: &MockServer) -> Vec<u64> {
    server.received_requests().await.unwrap().iter().map(bound).collect()
}

#[tokio::test]
async fn a_slow_model_writes_a_short_digest_and_later_ones_at_once() {
    // 1,500 tokens in 2.5 s, where a third of the time is 0.7 s; 200 in 0.3 s.
    let server = server(Writes(600.0)).await;
    let model = model(&server);
    for _ in 0..2 {
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    }
    assert_eq!(bounds(&server).await, [1_500, 200, 200]);
}

#[tokio::test]
async fn an_endpoint_that_was_held_up_once_is_not_slow() {
    let whole = completion(&json!(json!({"summary": "נושא: תור", "changes": []}).to_string()));
    let server = server(whole).await;
    first(&server, completion(&json!("late")).set_delay(Duration::from_secs(9))).await;
    let model = model(&server);
    for _ in 0..2 {
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    }
    assert_eq!(bounds(&server).await, [1_500, 200, 1_500]);
}

#[tokio::test]
async fn a_short_digest_that_came_fast_and_had_more_to_say_is_written_whole() {
    let server = server(Writes(100_000.0)).await;
    let late = || completion(&json!("late")).set_delay(Duration::from_secs(9));
    first(&server, late()).await;
    let model = model(&server);
    model.digest(&conversation()).await.unwrap();
    assert_eq!(bounds(&server).await, [1_500, 200, 1_500], "held up once");
    first(&server, late()).await;
    first(&server, late()).await;
    model.digest(&conversation()).await.unwrap_err();
    model.digest(&conversation()).await.unwrap();
    assert_eq!(bounds(&server).await[3..], [1_500, 200, 200, 1_500], "held up for longer");
}

#[tokio::test]
async fn a_slow_model_answers_a_customer_in_short_sentences_and_later_ones_at_once() {
    // 600 tokens in 3 s, where half the time is 1 s; 100 in 0.5 s.
    let server = server(Writes(200.0)).await;
    let model = model(&server);
    for _ in 0..2 {
        assert_eq!(model.reply(&question()).await.unwrap().text, "We are open.");
    }
    assert_eq!(bounds(&server).await, [600, 100, 100]);
}

#[tokio::test]
async fn a_model_that_thinks_has_all_the_time_there_is() {
    let whole = completion(&json!(json!({"summary": "נושא: תור", "changes": []}).to_string()));
    let server = server(whole.set_delay(Duration::from_millis(1_300))).await;
    let thoughts = json!({"choices": [{"message": {"content": ""}, "finish_reason": "length"}]});
    first(&server, ResponseTemplate::new(200).set_body_json(thoughts)).await;
    let model = model(&server);
    assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    assert_eq!(bounds(&server).await, [1_500, 6_000]);
}

/// A model whose short answers come at once and whose usual ones never come in time.
struct WritesShort;

impl Respond for WritesShort {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let is_short = bound(request) < 600;
        let late = if is_short { Duration::ZERO } else { Duration::from_secs(9) };
        Writes(1_000_000.0).respond(request).set_delay(late)
    }
}

#[tokio::test]
async fn a_model_whose_usual_answer_was_awaited_in_vain_is_asked_for_a_short_one_first() {
    let server = server(WritesShort).await;
    let model = model(&server);
    for _ in 0..2 {
        assert_eq!(model.digest(&conversation()).await.unwrap().summary.as_deref(), Some("נושא: תור"));
    }
    assert_eq!(bounds(&server).await, [1_500, 200, 1_500, 200, 1_500]);
}
