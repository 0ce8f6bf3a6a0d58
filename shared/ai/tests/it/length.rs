//! Conversations longer than the model can read.

use crate::{completion, conversation, patient_model_at, question};
use jiff::Timestamp;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::time::Duration;
use wiremock::matchers::method;
use wiremock::{Mock, MockServer, Request, Respond, ResponseTemplate};
use zikaron_ai::model::ChatModel;
use zikaron_protocol::model::conversation::{Speaker, Utterance};
use zikaron_protocol::ports::{DigestRequest, Model, ModelError, ReplyRequest};

/// What it says where a prompt is too long.
const TOO_LONG: &str = "the request exceeds the available context size, try increasing it";

/// A model that reads so many characters, and what it says of more.
struct Window(usize, u16, &'static str);

/// A model with more time than a busy machine needs: a request that is tried again would be counted as another.
fn model(server: &MockServer) -> ChatModel<Option<SecretString>> {
    patient_model_at(&format!("{}/v1", server.uri()), None, Duration::from_secs(30))
}

fn chars(request: &Request) -> usize {
    let body: Value = request.body_json().unwrap();
    let contents = body["messages"].as_array().unwrap().iter();
    contents.map(|message| message["content"].as_str().unwrap().chars().count()).sum()
}

impl Respond for Window {
    fn respond(&self, request: &Request) -> ResponseTemplate {
        if chars(request) <= self.0 {
            let answer = json!({"answer": "כן", "handover": false, "summary": "נושא: תור"});
            return completion(&json!(answer.to_string()));
        }
        let error = json!({"error": {"code": 400, "type": "invalid_request_error", "n_ctx": 4096,
            "message": self.2}});
        ResponseTemplate::new(self.1).set_body_json(error)
    }
}

async fn window(chars: usize) -> MockServer {
    window_that_says(chars, 400, TOO_LONG).await
}

async fn window_that_says(chars: usize, status: u16, says: &'static str) -> MockServer {
    let server = MockServer::start().await;
    Mock::given(method("POST")).respond_with(Window(chars, status, says)).mount(&server).await;
    server
}

fn said(number: usize, chars: usize) -> Utterance {
    let speaker = if number.is_multiple_of(2) { Speaker::Customer } else { Speaker::Assistant };
    Utterance { speaker, text: format!("{number}: {}", "מילה ".repeat(chars / 5)), at: Timestamp::UNIX_EPOCH }
}

#[tokio::test]
async fn a_digest_too_long_for_the_model_is_shortened_until_it_fits() {
    for room in [30_000, 15_000, 8_500] {
        let server = window(room).await;
        let request = DigestRequest { transcript: (0..200).map(|n| said(n, 400)).collect(), ..conversation() };
        let digest = model(&server).digest(&request).await.unwrap();
        assert_eq!(digest.summary.as_deref(), Some("נושא: תור"));
        let requests = server.received_requests().await.unwrap();
        let last = String::from_utf8(requests.last().unwrap().body.clone()).unwrap();
        assert!(last.contains("messages left out") && last.contains("[200] 00:00 assistant"), "beginning and end stay");
        assert!(requests.len() <= 4);
    }
}

#[tokio::test]
async fn a_reply_loses_the_oldest_messages_first_and_never_what_was_written_last() {
    let server = window(5_000).await;
    let request = ReplyRequest { conversation: (0..11).map(|n| said(n, 700)).collect(), ..question() };
    let model = model(&server);
    assert_eq!(model.reply(&request).await.unwrap().text, "כן");
    let requests = server.received_requests().await.unwrap();
    let last: Value = requests.last().unwrap().body_json().unwrap();
    let roles: Vec<&str> = last["messages"].as_array().unwrap().iter().map(|m| m["role"].as_str().unwrap()).collect();
    assert!(roles.starts_with(&["system", "user"]) && roles.ends_with(&["user"]), "{roles:?}");
    assert!(last.to_string().contains("10: מילה") && !last.to_string().contains(" 0: מילה"));
}

#[tokio::test]
async fn whatever_words_an_endpoint_has_for_it_a_prompt_that_is_too_long_is_shortened() {
    for (status, says) in [
        (400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
        (400, "This model's maximum prompt length is 4096 but the request contains 5000 tokens."),
        (400, "The input token count (5000) exceeds the maximum number of tokens allowed (4096)."),
        (400, "Input is too long for requested model."),
        (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000 and 600"),
        (422, "Input validation error: `inputs` must have less than 4096 tokens. Given: 5000"),
        (400, "too many tokens: total number of tokens in the prompt exceeds the limit of 4096"),
        (400, "Invalid request: Your request exceeded model token limit: 4096"),
        (400, "Range of input length should be [1, 4096]"),
        (400, "input length and `max_tokens` exceed context limit: 5000 + 600 > 4096"),
        (400, "Prompt exceeds max length"),
        (413, "Payload refused"),
        (400, "Request body is too large for demo-model. Max size: 4096 tokens."),
        (500, "The input (5000 tokens) is longer than the model's context length (4096 tokens)."),
    ] {
        let server = window_that_says(5_000, status, says).await;
        let request = ReplyRequest { conversation: (0..11).map(|n| said(n, 700)).collect(), ..question() };
        let reply = model(&server).reply(&request).await;
        assert_eq!(reply.map(|reply| reply.text).as_deref(), Ok("כן"), "{says}");
    }
}

#[tokio::test]
async fn a_long_last_message_is_shown_without_its_middle() {
    let server = window(5_000).await;
    let text = format!("התחלה {} סוף", "מילה ".repeat(2_000));
    let conversation = vec![Utterance { speaker: Speaker::Customer, text, at: Timestamp::UNIX_EPOCH }];
    let request = ReplyRequest { conversation, ..question() };
    assert_eq!(model(&server).reply(&request).await.unwrap().text, "כן");
    let requests = server.received_requests().await.unwrap();
    let last = String::from_utf8(requests.last().unwrap().body.clone()).unwrap();
    assert!(last.contains("התחלה") && last.contains("סוף") && last.contains("[left out]"));
}

#[tokio::test]
async fn instructions_that_are_too_long_are_an_operator_s_to_shorten() {
    let server = window(100).await;
    let error = model(&server).reply(&question()).await.unwrap_err();
    assert!(matches!(error, ModelError::Refused(_)), "{error:?}");
    assert!(server.received_requests().await.unwrap().len() <= 4);
}

#[tokio::test]
async fn pasted_documents_do_not_fill_the_prompt() {
    let server = window(60_000).await;
    let said = |number: u32| Utterance {
        speaker: Speaker::Customer,
        text: format!("{number}: {} סוף {number}", "א".repeat(65_000)),
        at: Timestamp::UNIX_EPOCH,
    };
    let request = ReplyRequest { conversation: (0..12).map(said).collect(), ..question() };
    assert_eq!(model(&server).reply(&request).await.unwrap().text, "כן");
    let requests = server.received_requests().await.unwrap();
    assert_eq!(requests.len(), 1, "it fits at once");
    let asked = String::from_utf8(requests.last().unwrap().body.clone()).unwrap();
    assert!((0..12).all(|number| asked.contains(&format!("סוף {number}"))), "none counts as read that is not shown");
    assert!(asked.chars().count() < 45_000);
}
