//! Chat templates that demand an order of roles: the published ones of Gemma, Mistral 7B and Llama 2 want the customer's
//! turn first, and one of each side in turn.

use crate::{completion, model_at};
use jiff::Timestamp;
use serde_json::{Value, json};
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{Model, ReplyRequest};

/// Behaves as such a template does: raises in mid-request, which the servers tell with a 400.
struct Template {
    /// Those of Gemma 2 and of the first Mistral 7B raise where they meet one.
    takes_system: bool,
}

impl Respond for Template {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        let body: Value = request.body_json().unwrap();
        let roles: Vec<&str> =
            body["messages"].as_array().unwrap().iter().filter_map(|message| message["role"].as_str()).collect();
        let said = roles.strip_prefix(&["system"]).filter(|_| self.takes_system).unwrap_or(&roles);
        let expected = ["user", "assistant"].iter().cycle();
        if said.is_empty() || !said.iter().zip(expected).all(|(role, expected)| role == expected) {
            let message = "Conversation roles must alternate user/assistant/user/assistant/...";
            let error = json!({"error": {"message": message, "type": "BadRequestError", "param": null, "code": 400}});
            return ResponseTemplate::new(400).set_body_json(error);
        }
        completion(&json!(json!({"answer": "בטח", "handover": false}).to_string()))
    }
}

fn said(speaker: Speaker, text: &str) -> Utterance {
    Utterance { speaker, text: text.to_owned(), at: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn a_customer_is_answered_however_long_the_conversation_is() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Template { takes_system: true }).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    let all: Vec<Utterance> = (0..10)
        .flat_map(|n| [said(Speaker::Customer, &format!("שאלה {n}")), said(Speaker::Assistant, &format!("תשובה {n}"))])
        .collect();
    for newest in (0..all.len()).step_by(2) {
        // The last twelve messages, the customer's newest among them.
        let conversation = all[(newest + 1).saturating_sub(12)..=newest].to_vec();
        let request = ReplyRequest {
            system: "אתה העוזר של מספרת דמו.".to_owned(),
            now: String::new(),
            conversation,
            pictures: Vec::new(),
            may_start_fresh: false,
            may_confirm: false,
            may_ask_number: false,
        };
        assert_eq!(model.reply(&request).await.unwrap().text, "בטח", "message {newest}");
    }
    let requests = server.received_requests().await.unwrap();
    let last: Value = requests.last().unwrap().body_json().unwrap();
    let shown = last["messages"].to_string();
    assert!((4..10).all(|n| shown.contains(&format!("שאלה {n}"))), "no question is lost");
    assert!((3..9).all(|n| shown.contains(&format!("תשובה {n}"))), "no answer is lost");
}

#[tokio::test]
async fn a_template_without_a_system_prompt_gets_it_in_the_customer_s_first_turn() {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Template { takes_system: false }).mount(&server).await;
    let model = model_at(&format!("{}/v1", server.uri()), None);
    let conversation = vec![said(Speaker::Customer, "שלום")];
    let request = ReplyRequest {
        system: "אתה העוזר של מספרת דמו.".to_owned(),
        now: String::new(),
        conversation,
        pictures: Vec::new(),
        may_start_fresh: false,
        may_confirm: false,
        may_ask_number: false,
    };
    for _ in 0..2 {
        assert_eq!(model.reply(&request).await.unwrap().text, "בטח");
    }
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 3, "it is asked only once what it cannot do");
    let first: Value = requests[1].body_json().unwrap();
    let content = first["messages"][0]["content"].as_str().unwrap();
    assert!(content.contains("מספרת דמו") && content.ends_with("שלום"), "{content}");
}
