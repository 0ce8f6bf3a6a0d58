//! The simulator as the AI: an offline model over the OpenAI-compatible route. It follows simple rules, is no language
//! model, and says so by its name.

mod commitments;
mod days;
mod digest;
mod facts;
mod form;
mod language;
mod prompt;
mod reply;
mod topics;
pub(crate) mod transcriber;

use crate::api_error::ApiError;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{AiRequest, OFFLINE_MODEL, Script, Step};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prompt::Prompt;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// `GET /ai/requests`: all of them, newest last; with `?holding=` those that hold the text, with `?kind=` one kind.
pub(crate) async fn requests(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<AiRequest>> {
    let held = |request: &AiRequest| query.get("holding").is_none_or(|text| request.holds(text));
    let kind = |request: &AiRequest| query.get("kind").is_none_or(|kind| request.kind == *kind);
    let state = simulator.state();
    Json(state.ai_requests.iter().filter(|request| held(request) && kind(request)).cloned().collect())
}

/// `POST /ai/script`.
pub(crate) async fn add_script(State(simulator): State<Simulator>, Json(script): Json<Script>) -> StatusCode {
    simulator.state().answers.add(script);
    StatusCode::NO_CONTENT
}

/// `POST /ai/v1/chat/completions` (<https://platform.openai.com/docs/api-reference/chat/create>).
pub(crate) async fn completions(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, ApiError> {
    let request: Value = serde_json::from_slice(&body).map_err(|_| ApiError::bad_request("the body is not JSON"))?;
    let prompt = Prompt::read(&request).ok_or_else(|| ApiError::bad_request("`messages` holds no message"))?;
    let kind = if prompt.wants_digest { "digest" } else { "reply" };
    let step = simulator.state().answers.take(kind, |text| prompt.holds(text));
    let scripted = step.is_some();
    let step = step.unwrap_or_default();
    let answer = answer(&prompt, &step);
    simulator.state().ai_requests.push(AiRequest {
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
    /// Of a completion, whose content the text is; else the text is the whole body.
    completion: Option<Completion>,
}

struct Completion {
    finish_reason: String,
    prompt_tokens: usize,
}

/// Some four bytes to a token: a figure to look at, as the model is none.
fn tokens(text: &str) -> usize {
    text.len().div_ceil(4)
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
        return Answer { status, text, completion: None };
    }
    let own = || if prompt.wants_digest { digest::content(prompt) } else { reply::content(prompt) };
    let finish_reason = step.finish_reason.clone().unwrap_or_else(|| "stop".to_owned());
    let prompt_tokens = tokens(&prompt.system) + prompt.said.iter().map(|(_, text)| tokens(text)).sum::<usize>();
    let completion = Some(Completion { finish_reason, prompt_tokens });
    Answer { status, text: step.content.clone().unwrap_or_else(own), completion }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let Some(Completion { finish_reason, prompt_tokens }) = self.completion else {
            return (self.status, [(CONTENT_TYPE, "application/json")], self.text).into_response();
        };
        let completion_tokens = tokens(&self.text);
        let completion = json!({
            "id": "chatcmpl-offline",
            "object": "chat.completion",
            "created": now().as_second(),
            "model": OFFLINE_MODEL,
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": self.text},
                "finish_reason": finish_reason,
            }],
            "usage": {
                "prompt_tokens": prompt_tokens,
                "completion_tokens": completion_tokens,
                "total_tokens": prompt_tokens + completion_tokens,
            },
        });
        (self.status, Json(completion)).into_response()
    }
}
