//! `POST /ai/v1/audio/transcriptions` (<https://platform.openai.com/docs/api-reference/audio/createTranscription>). It
//! hears nothing: it reads what the file was made from, or what whoever sent it said of it.

use super::form::{Field, fields};
use crate::api_error::ApiError;
use crate::clock::now;
use crate::log::log;
use crate::sample::tag;
use crate::simulator::Simulator;
use crate::state::{AiRequest, OFFLINE_MODEL, Step};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use std::time::Duration;

/// The ends of file names that OpenAI takes, and so what the product must name a file.
const EXTENSIONS: [&str; 10] = ["flac", "mp3", "mp4", "mpeg", "mpga", "m4a", "ogg", "oga", "wav", "webm"];

/// Answers what is said in the file, unless a test wants another answer.
pub(crate) async fn transcriptions(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let form = fields(kind, &body).ok_or_else(|| ApiError::bad_request("the body is no form"))?;
    let text = |name: &str| {
        let field = form.iter().find(|field| field.name == name);
        field.map(|field| String::from_utf8_lossy(&field.bytes).into_owned()).unwrap_or_default()
    };
    let file = form.iter().find(|field| field.name == "file");
    let file = file.ok_or_else(|| ApiError::bad_request("`file` is missing"))?;
    if text("model").is_empty() {
        return Err(ApiError::bad_request("`model` is missing"));
    }
    let says = says(&simulator, &file.bytes);
    let step = simulator.state().answers.take("transcription", |text| says.contains(text));
    let scripted = step.is_some();
    let step = step.unwrap_or_default();
    let (status, answer, heard) = answer(file, &says, &step);
    note(&simulator, &file.bytes, heard.as_deref());
    let asked = json!({
        "role": "user", "content": says, "language": text("language"), "prompt": text("prompt"),
        "file": file.file, "bytes": file.bytes.len(),
    });
    simulator.state().ai_requests.push(AiRequest {
        at: now(),
        kind: "transcription".to_owned(),
        model: text("model"),
        messages: vec![asked],
        response_format: json!(text("response_format")),
        status: status.as_u16(),
        answer: heard.unwrap_or_default(),
    });
    let origin = if scripted { "as a test scripted it" } else { "from what the file was made of" };
    log(&format!("{OFFLINE_MODEL} (hears nothing): transcription {origin}, {}", status.as_u16()));
    tokio::time::sleep(Duration::from_millis(step.delay_ms)).await;
    Ok((status, [(CONTENT_TYPE, "application/json")], answer).into_response())
}

/// What is said in a file: what whoever sent it said, or what it says itself; else nothing.
fn says(simulator: &Simulator, bytes: &[u8]) -> String {
    let state = simulator.state();
    let known = state.files.iter().rev().find(|file| file.bytes == bytes).and_then(|file| file.says.clone());
    known.or_else(|| tag(bytes, "DESCRIPTION")).unwrap_or_default()
}

/// What was heard stands under the note on the phone.
fn note(simulator: &Simulator, bytes: &[u8], heard: Option<&str>) {
    for file in simulator.state().files.iter_mut().filter(|file| file.bytes == bytes) {
        file.heard = heard.map(str::to_owned);
    }
}

/// Status, body and, of a transcription, the words.
fn answer(file: &Field, says: &str, step: &Step) -> (StatusCode, String, Option<String>) {
    let status = step.status.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(StatusCode::OK);
    let error =
        |code: &str| json!({"error": {"message": code, "type": "invalid_request_error", "code": code}}).to_string();
    let known = file.file.as_deref().and_then(|name| name.rsplit_once('.'));
    match (&step.body, step.garbage) {
        (Some(body), _) => (status, body.to_string(), None),
        (None, true) => (status, "<html>upstream".to_owned(), None),
        (None, false) if !status.is_success() => (status, error("scripted"), None),
        (None, false) if !known.is_some_and(|(_, end)| EXTENSIONS.contains(&end)) => {
            (StatusCode::BAD_REQUEST, error("unsupported_format"), None)
        }
        (None, false) => {
            let text = step.content.clone().unwrap_or_else(|| says.to_owned());
            let usage = json!({"type": "tokens", "total_tokens": text.len().div_ceil(4)});
            (status, json!({"text": text, "usage": usage}).to_string(), Some(text))
        }
    }
}
