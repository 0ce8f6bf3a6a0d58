//! What a model that can see is shown, and what becomes of an answer where it cannot.

use crate::{completion, endpoint, model_at, patient_model_at, question};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::{body_string_contains, method};
use wiremock::{Mock, MockServer, Request, ResponseTemplate};
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{MediaFile, Model, Picture, ReplyRequest};

const PNG: &[u8] = include_bytes!("../../../../events/picture.png");
const JPEG: &[u8] = include_bytes!("../../../../events/picture.jpg");

fn picture(utterance: usize, bytes: &[u8]) -> Picture {
    Picture { utterance, file: MediaFile { bytes: bytes.to_vec(), mime_type: String::new() } }
}

/// A customer's question with a picture.
pub(crate) fn seeing() -> ReplyRequest {
    ReplyRequest { pictures: vec![picture(0, PNG)], ..question() }
}

fn messages(request: &Request) -> Value {
    request.body_json::<Value>().unwrap()["messages"].clone()
}

/// How many pictures each request held.
async fn seen(server: &MockServer) -> Vec<usize> {
    let requests = server.received_requests().await.unwrap();
    requests.iter().map(|request| messages(request).to_string().matches("data:image/").count()).collect()
}

#[tokio::test]
async fn pictures_stand_in_the_turn_of_their_message_behind_its_text() {
    let server = endpoint(completion(&json!("שלום"))).await;
    let said = |speaker, text: &str| Utterance { speaker, text: text.to_owned(), at: Timestamp::UNIX_EPOCH };
    let conversation = vec![
        said(Speaker::Assistant, "במה אפשר לעזור?"),
        said(Speaker::Customer, "[תמונה] ככה"),
        said(Speaker::Assistant, "יפה"),
        said(Speaker::Customer, "[תמונה] או ככה"),
        said(Speaker::Customer, "[תמונה]"),
    ];
    let pictures = vec![picture(1, PNG), picture(3, JPEG), picture(4, PNG)];
    let model = model_at(&format!("{}/v1", server.uri()), None);
    model.reply(&ReplyRequest { conversation: conversation.clone(), pictures, ..question() }).await.unwrap();
    model.reply(&ReplyRequest { conversation, ..question() }).await.unwrap();
    let requests = server.received_requests().await.unwrap();
    let shown = messages(&requests[0]);
    // System prompt, the mark that something was said before, and then the turns.
    let kinds = |message: &Value| -> Vec<String> {
        let parts = message["content"].as_array().cloned().unwrap_or_default();
        let told = |part: &Value| part["text"].as_str().or(part["image_url"]["url"].as_str()).unwrap().to_owned();
        parts.iter().map(|part| told(part).chars().take(22).collect()).collect()
    };
    assert_eq!(kinds(&shown[3]), ["[תמונה] ככה", "data:image/png;base64,"]);
    assert_eq!(kinds(&shown[5]), ["[תמונה] או ככה\n[תמונה]", "data:image/jpeg;base64", "data:image/png;base64,"]);
    assert!(messages(&requests[1]).as_array().unwrap().iter().all(|message| message["content"].is_string()));
}

#[tokio::test]
async fn a_picture_that_is_not_let_through_costs_a_request_and_no_answer() {
    let refusals = [
        (400, json!({"error": {"code": "content_filter", "message": "flagged"}})),
        (400, json!({"error": {"message": "You uploaded an unsupported file."}})),
        (413, json!({"error": {"message": "Payload too large"}})),
        (500, json!({"error": {"message": "something"}})),
    ];
    for (status, body) in refusals {
        let server = endpoint(completion(&json!("שלום"))).await;
        let refusal = ResponseTemplate::new(status).set_body_json(body);
        let pictures = Mock::given(method("POST")).and(body_string_contains("image_url"));
        pictures.respond_with(refusal).with_priority(1).mount(&server).await;
        let model = model_at(&format!("{}/v1", server.uri()), None);
        for _ in 0..2 {
            assert_eq!(model.reply(&seeing()).await.unwrap().text, "שלום");
        }
        assert_eq!(seen(&server).await, [1, 0, 1, 0], "{status}: the next picture may be let through");
    }
}

#[tokio::test]
async fn a_model_that_looks_too_long_answers_the_text_alone() {
    let server = endpoint(completion(&json!("שלום"))).await;
    let slow = completion(&json!("late")).set_delay(Duration::from_secs(9));
    let pictures = Mock::given(method("POST")).and(body_string_contains("image_url"));
    pictures.respond_with(slow).with_priority(1).mount(&server).await;
    let model = patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(2));
    assert_eq!(model.reply(&seeing()).await.unwrap().text, "שלום");
    assert_eq!(seen(&server).await, [1, 0]);
}

#[tokio::test]
async fn a_template_without_a_system_prompt_is_shown_the_pictures_too() {
    let server = endpoint(completion(&json!("שלום"))).await;
    let refusal = ResponseTemplate::new(400).set_body_json(json!({"error": {"message": "System role not supported"}}));
    let systems = Mock::given(method("POST")).and(body_string_contains("\"role\":\"system\""));
    systems.respond_with(refusal).with_priority(1).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    assert_eq!(model.reply(&seeing()).await.unwrap().text, "שלום");
    assert_eq!(seen(&server).await, [1, 1]);
    let folded = messages(&server.received_requests().await.unwrap()[1]);
    let text = folded[0]["content"][0]["text"].as_str().unwrap();
    assert!(text.contains("העוזר של מספרת דמו") && text.ends_with("שלום"), "{text}");
}
