//! The model's client against an endpoint that answers over real HTTP.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod again;
mod circles;
mod cut;
mod endpoints;
mod hearing;
mod length;
mod metrics;
mod nothing;
mod pictures;
mod poison;
mod roles;
mod slow;
mod tokens;

use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{body_partial_json, header, method, path};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};
use zikaron_ai::config::ChatConfig;
use zikaron_ai::model::ChatModel;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::profile::Profile;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// So patient that a machine with other work makes no answer late.
fn model_at(base: &str, key: Option<&str>) -> ChatModel<Option<SecretString>> {
    patient_model_at(base, key, Duration::from_secs(20))
}

/// For tests of what comes too late.
fn hasty_model_at(base: &str) -> ChatModel<Option<SecretString>> {
    patient_model_at(base, None, Duration::from_millis(500))
}

#[expect(clippy::disallowed_methods, reason = "a test has no process-wide client")]
fn patient_model_at(base: &str, key: Option<&str>, timeout: Duration) -> ChatModel<Option<SecretString>> {
    let mut config = ChatConfig::new(base, "demo-model");
    config.reply_timeout = timeout;
    config.digest_timeout = timeout;
    ChatModel::new(reqwest::Client::new, &config, key.map(SecretString::from)).unwrap()
}

fn question() -> ReplyRequest {
    let conversation =
        vec![Utterance { speaker: Speaker::Customer, text: "שלום".to_owned(), at: Timestamp::UNIX_EPOCH }];
    ReplyRequest {
        system: "אתה העוזר של מספרת דמו.".to_owned(),
        now: String::new(),
        conversation,
        pictures: Vec::new(),
        may_start_fresh: false,
        may_confirm: false,
        may_ask_number: false,
    }
}

fn conversation() -> DigestRequest {
    DigestRequest {
        language: Language::Hebrew,
        fields: FieldList::standard(Language::Hebrew),
        profile: Profile::default(),
        to_confirm: Vec::new(),
        commitments: false,
        zone: Zone::default(),
        transcript: vec![Utterance {
            speaker: Speaker::Customer,
            text: "אני גר בחיפה".to_owned(),
            at: Timestamp::UNIX_EPOCH,
        }],
    }
}

fn completion(content: &Value) -> ResponseTemplate {
    ResponseTemplate::new(200)
        .set_body_json(json!({"choices": [{"index": 0, "message": {"role": "assistant", "content": content}}]}))
}

fn digest_json() -> Value {
    let change = json!({"field": "city", "value": "חיפה", "quote": "אני גר בחיפה", "confidence": "high"});
    json!(json!({"summary": "נושא: היכרות", "changes": [change]}).to_string())
}

/// An endpoint that answers everything the same way.
async fn endpoint(answer: ResponseTemplate) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).and(path("/v1/chat/completions")).respond_with(answer).mount(&server).await;
    server
}

async fn replied(answer: ResponseTemplate) -> Result<String, ModelError> {
    let server = endpoint(answer).await;
    model_at(&format!("{}/v1", server.uri()), None).reply(&question()).await.map(|reply| reply.text)
}

fn formats(requests: &[Request]) -> Vec<Value> {
    let format = |request: &Request| request.body_json::<Value>().unwrap()["response_format"]["type"].clone();
    requests.iter().map(format).collect()
}

#[tokio::test]
async fn an_answer_is_asked_for_with_model_key_and_conversation() {
    let server = MockServer::start().await;
    Mock::given(path("/v1/chat/completions"))
        .and(header("authorization", "Bearer sk-demo"))
        .and(body_partial_json(
            json!({"model": "demo-model", "messages": [{"role": "system"}, {"role": "user", "content": "שלום"}]}),
        ))
        .respond_with(completion(&json!("  שלום! איך אפשר לעזור?\n")))
        .expect(1)
        .mount(&server)
        .await;
    let model = model_at(&format!("{}/v1/", server.uri()), Some("sk-demo"));
    assert_eq!(model.reply(&question()).await.unwrap().text, "שלום! איך אפשר לעזור?");
    let request = &server.received_requests().await.unwrap()[0];
    assert!(!request.headers.contains_key("api-key"), "only Azure gets it");
}

#[tokio::test]
async fn an_endpoint_without_a_key_is_shown_none() {
    for key in [None, Some(""), Some(" ")] {
        let server = endpoint(completion(&json!("ok"))).await;
        model_at(&format!("{}/v1", server.uri()), key).reply(&question()).await.unwrap();
        assert!(!server.received_requests().await.unwrap()[0].headers.contains_key("authorization"));
    }
}

#[tokio::test]
async fn an_answer_in_parts_or_after_thoughts_is_an_answer() {
    let parts = json!([{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]);
    assert_eq!(replied(completion(&parts)).await.unwrap(), "ab");
    assert_eq!(replied(completion(&json!("<think>hm</think>\n\nc"))).await.unwrap(), "c");
}

#[tokio::test]
async fn an_answer_that_says_nothing_is_unusable() {
    let raw = |text: &str| ResponseTemplate::new(200).set_body_string(text);
    let refusal = json!({"choices": [{"message": {"content": null, "refusal": "I cannot"}}]});
    for answer in [
        completion(&json!("")),
        completion(&json!(" \n")),
        completion(&json!(null)),
        completion(&json!("<think>too long to")),
        raw(&refusal.to_string()),
    ] {
        let error = replied(answer).await.unwrap_err();
        assert!(matches!(error, ModelError::Unusable(_)), "{error:?}");
    }
    // Not the model says that, but something on the way to it.
    for answer in [
        raw("<html>"),
        raw(""),
        raw(r#"{"choices":[]}"#),
        raw(r#"{"error":{"message":"x"}}"#),
        raw(&format!(r#"{{"choices":[{{"message":{{"content":"{}"}}}}]}}"#, "x".repeat(2_000_000))),
    ] {
        let error = replied(answer).await.unwrap_err();
        assert!(matches!(error, ModelError::Unavailable(_)), "{error:?}");
    }
}

#[tokio::test]
async fn a_refusal_is_told_apart_from_an_outage() {
    for status in [400, 401, 403, 404, 413, 422, 302] {
        let error = replied(ResponseTemplate::new(status).set_body_string("שלום sk-demo")).await.unwrap_err();
        assert_eq!(error, ModelError::Refused(format!("HTTP {status}")));
    }
    for status in [408, 429, 500, 502, 503, 529] {
        let error = replied(ResponseTemplate::new(status)).await.unwrap_err();
        assert_eq!(error, ModelError::Unavailable(format!("HTTP {status}")));
    }
    let behind = json!({"error": {"code": 429, "message": "upstream"}});
    let error = replied(ResponseTemplate::new(200).set_body_json(behind)).await.unwrap_err();
    assert!(matches!(error, ModelError::Unavailable(_)), "an error in a success: {error:?}");
}

#[tokio::test]
async fn silence_a_cut_connection_and_no_connection_are_outages() {
    let unavailable = |why: &str| Err(ModelError::Unavailable(why.to_owned()));
    let text = async |model: ChatModel<Option<SecretString>>| model.reply(&question()).await.map(|reply| reply.text);
    let server = endpoint(completion(&json!("late")).set_delay(Duration::from_secs(5))).await;
    let base = format!("{}/v1", server.uri());
    assert_eq!(text(hasty_model_at(&base)).await, unavailable("no answer in time"));
    let late = hasty_model_at(&base).digest(&conversation()).await;
    assert_eq!(late.unwrap_err(), ModelError::Unavailable("no answer in time".to_owned()));

    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}/v1", listener.local_addr().unwrap());
    let cut = tokio::spawn(async move {
        for _ in 0..2 {
            let (socket, _) = listener.accept().await.unwrap();
            socket.readable().await.unwrap();
        }
    });
    assert_eq!(text(model_at(&base, None)).await, unavailable("the connection broke"));
    cut.await.unwrap();
    assert_eq!(text(model_at(&base, None)).await, unavailable("no connection"));
}

#[tokio::test]
async fn a_digest_is_one_call_with_a_closed_schema() {
    let server = endpoint(completion(&digest_json())).await;
    let digest = model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await.unwrap();
    assert_eq!(digest.summary.as_deref(), Some("נושא: היכרות"));
    assert_eq!((digest.patch.len(), digest.patch[0].field.as_str()), (1, "city"));
    assert_eq!(formats(&server.received_requests().await.unwrap()), [json!("json_schema")]);
}

/// The names, in the order they stand in behind the word `properties`.
fn in_order(body: &str, names: &[&str]) -> bool {
    let (_, schema) = body.split_once("\"properties\"").unwrap();
    let places: Vec<_> = names.iter().map(|name| schema.find(&format!("\"{name}\":")).unwrap()).collect();
    places.is_sorted()
}

#[tokio::test]
async fn a_schema_goes_out_in_the_order_in_which_it_is_to_be_filled() {
    let server = endpoint(completion(&digest_json())).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    model.digest(&conversation()).await.unwrap();
    model.reply(&question()).await.unwrap_err();
    let requests = server.received_requests().await.unwrap();
    let body = |at: usize| String::from_utf8(requests[at].body.clone()).unwrap();
    // A digest that is cut keeps its summary, and nothing is claimed before it is quoted.
    assert!(
        in_order(&body(0), &["summary", "changes", "field", "value", "quote", "meant", "confidence"]),
        "{}",
        body(0)
    );
    assert!(in_order(&body(1), &["answer", "handover"]), "{}", body(1));
}

#[tokio::test]
async fn an_endpoint_that_knows_no_schema_is_asked_in_simpler_formats() {
    let complaint =
        |status: u16, word: &str| ResponseTemplate::new(status).set_body_json(json!({"error": {"message": word}}));
    for (status, word) in [
        (400, "Invalid parameter: 'response_format' of type 'json_schema' is not supported"),
        (404, "No endpoints found that support structured outputs"),
        (422, "unknown field response_format"),
        (501, "JSON mode is not implemented"),
    ] {
        for knows_json in [true, false] {
            let server = MockServer::start().await;
            let refuses = |format: &str| {
                Mock::given(body_partial_json(json!({"response_format": {"type": format}})))
                    .respond_with(complaint(status, word))
            };
            refuses("json_schema").mount(&server).await;
            if !knows_json {
                refuses("json_object").mount(&server).await;
            }
            let prose = format!("Sure!\n```json\n{}\n```", digest_json().as_str().unwrap());
            Mock::given(method("POST")).respond_with(completion(&json!(prose))).with_priority(10).mount(&server).await;
            let digest = model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await.unwrap();
            assert_eq!((digest.patch.len(), digest.summary.as_deref()), (1, Some("נושא: היכרות")));
            let asked = formats(&server.received_requests().await.unwrap());
            let expected = [json!("json_schema"), json!("json_object"), Value::Null];
            assert_eq!(asked, expected[..if knows_json { 2 } else { 3 }], "{word}");
        }
    }
}

#[tokio::test]
async fn a_reply_says_whether_a_person_is_needed_and_an_endpoint_is_asked_only_once_what_it_cannot_do() {
    let answer = json!(json!({"answer": "רגע", "handover": true}).to_string());
    let server = MockServer::start().await;
    let refused = ResponseTemplate::new(400).set_body_string("response_format is not supported");
    let schema = json!({"response_format": {"json_schema": {"name": "customer_reply"}}});
    Mock::given(body_partial_json(schema)).respond_with(refused).expect(1).mount(&server).await;
    Mock::given(method("POST")).respond_with(completion(&answer)).with_priority(10).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    for _ in 0..2 {
        assert_eq!(
            model.reply(&question()).await.unwrap(),
            Reply { text: "רגע".to_owned(), handover: true, ..Reply::default() }
        );
    }
    let asked = formats(&server.received_requests().await.unwrap());
    assert_eq!(asked, [json!("json_schema"), json!("json_object"), json!("json_object")]);
}

#[tokio::test]
async fn one_bad_generation_takes_the_schema_away_for_that_answer_only() {
    let server = MockServer::start().await;
    // Of Groq, and of llama.cpp.
    for spoilt in [
        json!({"error": {"message": "Failed to generate JSON. Please adjust your prompt.", "code": "json_validate_failed",
            "type": "invalid_request_error", "failed_generation": "{\"answer\": response_format"}}),
        json!({"error": {"code": 400, "message": "Failed to initialize samplers: std::exception",
            "type": "invalid_request_error"}}),
    ] {
        let refused = ResponseTemplate::new(400).set_body_json(spoilt);
        let schema = json!({"response_format": {"type": "json_schema"}});
        server.reset().await;
        Mock::given(body_partial_json(schema)).respond_with(refused).up_to_n_times(1).mount(&server).await;
        let answer = json!(json!({"answer": "רגע", "handover": false}).to_string());
        Mock::given(method("POST")).respond_with(completion(&answer)).with_priority(10).mount(&server).await;
        let model = model_at(&format!("{}/v1", server.uri()), None);
        for _ in 0..3 {
            assert_eq!(model.reply(&question()).await.unwrap().text, "רגע");
        }
        let asked = formats(&server.received_requests().await.unwrap());
        assert_eq!(asked, [json!("json_schema"), json!("json_object"), json!("json_schema"), json!("json_schema")]);
    }
}

#[tokio::test]
async fn a_refusal_that_is_not_about_the_format_is_not_asked_again() {
    let too_long = json!({"error": {"code": "context_length_exceeded", "message": "too long"}});
    let server = endpoint(ResponseTemplate::new(400).set_body_json(too_long)).await;
    let error = model_at(&format!("{}/v1", server.uri()), None).digest(&conversation()).await.unwrap_err();
    assert_eq!(error, ModelError::Refused("HTTP 400 context_length_exceeded".to_owned()));
    assert_eq!(server.received_requests().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_key_that_cannot_stand_in_a_header_is_refused_without_being_shown() {
    let server = endpoint(completion(&json!("ok"))).await;
    let error = model_at(&format!("{}/v1", server.uri()), Some("sk-demo\n")).reply(&question()).await.unwrap_err();
    assert!(matches!(&error, ModelError::Refused(why) if !why.contains("sk-demo")), "{error:?}");
}
