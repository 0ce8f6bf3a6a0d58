//! The simulator as the AI: an offline model over the OpenAI-compatible route. It follows simple rules, is no language
//! model, and says so by its name.

mod digest;
mod facts;
mod phrases;
mod prompt;
mod reply;
pub(crate) mod script;

use crate::OFFLINE_MODEL;
use crate::clock::now;
use crate::fault::Fault;
use crate::server::log;
use crate::world::World;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use prompt::Prompt;
use script::Step;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// A request the model was sent, and what it answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AiRequest {
    /// When.
    pub at: Timestamp,
    /// `reply` (answer the customer) or `digest` (what is to be remembered).
    pub kind: String,
    /// The model that was asked for.
    pub model: String,
    /// The messages as they came.
    pub messages: Vec<Value>,
    /// The `response_format` as it came.
    pub response_format: Value,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The content of the answer, or its whole body where it is no completion.
    pub answer: String,
}

impl AiRequest {
    /// The system prompt.
    #[must_use]
    pub fn system(&self) -> String {
        self.text_of("system")
    }

    /// Every message of one role, in order, joined by line breaks.
    #[must_use]
    pub fn text_of(&self, role: &str) -> String {
        let texts = self.messages.iter().filter(|message| message["role"] == role);
        texts.filter_map(|message| message["content"].as_str()).collect::<Vec<_>>().join("\n")
    }

    /// The memory block of the system prompt; empty if there is none. It ends before the first paragraph without one
    /// of its signs.
    #[must_use]
    pub fn memory_block(&self) -> String {
        let system = self.system();
        let (_, block) = system.split_at(system.find('🧠').unwrap_or(system.len()));
        let own = |part: &&str| part.starts_with(['🧠', '📋', '📝', '📚']);
        block.split("\n\n").take_while(own).collect::<Vec<_>>().join("\n\n")
    }

    /// Whether any message holds this text.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        self.messages.iter().filter_map(|message| message["content"].as_str()).any(|content| content.contains(text))
    }
}

/// `GET /ai/requests`: all of them, newest last; with `?holding=` those that hold the text, with `?kind=` one kind.
pub(crate) async fn requests(
    State(world): State<World>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<AiRequest>> {
    let held = |request: &AiRequest| query.get("holding").is_none_or(|text| request.holds(text));
    let kind = |request: &AiRequest| query.get("kind").is_none_or(|kind| request.kind == *kind);
    Json(world.book().ai_requests.iter().filter(|request| held(request) && kind(request)).cloned().collect())
}

/// `POST /ai/v1/chat/completions`.
pub(crate) async fn completions(State(world): State<World>, body: Bytes) -> Result<Response, Fault> {
    let request: Value = serde_json::from_slice(&body).map_err(|_| Fault::bad_request("the body is not JSON"))?;
    let prompt = Prompt::read(&request).ok_or_else(|| Fault::bad_request("`messages` holds no message"))?;
    let kind = if prompt.wants_digest { "digest" } else { "reply" };
    let step = world.book().script.take(kind, &prompt);
    let scripted = step.is_some();
    let step = step.unwrap_or_default();
    let answer = answer(&prompt, &step);
    world.book().ai_requests.push(AiRequest {
        at: now(),
        kind: kind.to_owned(),
        model: request["model"].as_str().unwrap_or_default().to_owned(),
        messages: request["messages"].as_array().cloned().unwrap_or_default(),
        response_format: request["response_format"].clone(),
        status: answer.status.as_u16(),
        answer: answer.text.clone(),
    });
    let origin = if scripted { "as a test scripted it" } else { "by its rules" };
    log(&format!("offline model {OFFLINE_MODEL} (no language model): {kind} {origin}, {}", answer.status.as_u16()));
    tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
    Ok(answer.into_response())
}

struct Answer {
    status: StatusCode,
    text: String,
    completion: bool,
}

fn answer(prompt: &Prompt, step: &Step) -> Answer {
    let status = step.status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    let raw = match (&step.body, step.garbage) {
        (Some(body), _) => Some(body.to_string()),
        (None, true) => Some("<html>upstream\u{0}\n{\"choices\": [".to_owned()),
        (None, false) if !status.is_success() => {
            Some(json!({"error": {"message": "scripted", "type": "scripted", "code": "scripted"}}).to_string())
        }
        (None, false) => None,
    };
    if let Some(text) = raw {
        return Answer { status, text, completion: false };
    }
    let own = || if prompt.wants_digest { digest::digest(prompt) } else { reply::completed(prompt) };
    Answer { status, text: step.content.clone().unwrap_or_else(own), completion: true }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        if !self.completion {
            return (self.status, [(CONTENT_TYPE, "application/json")], self.text).into_response();
        }
        let completion = json!({
            "id": "chatcmpl-offline",
            "object": "chat.completion",
            "created": now().as_second(),
            "model": OFFLINE_MODEL,
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": self.text},
                "finish_reason": "stop",
            }],
            "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0},
        });
        (self.status, Json(completion)).into_response()
    }
}
