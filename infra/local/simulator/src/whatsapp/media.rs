//! The files of messages: `GET /graph/{media-id}` describes one, and its URL, which lives five minutes, holds it
//! (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-phone-numbers/media/>).

use super::refusal::Refusal;
use crate::clock::now;
use crate::log::log;
use crate::simulator::Simulator;
use crate::state::{FileFault, LIFE, SimulatorState};
use axum::Json;
use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// More than WhatsApp lets anybody send: 16 MB and a byte.
const TOO_LARGE: usize = 16 * 1024 * 1024 + 1;

/// `GET /graph/{media-id}`, with `?phone_number_id=` only if it came to that number.
pub(crate) async fn describe(
    State(simulator): State<Simulator>,
    Path(id): Path<String>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Refusal> {
    let answer = described(&mut simulator.state(), &id, query.get("phone_number_id"), &headers);
    log(&format!("asked for file {id}: {}", answer.as_ref().map_or_else(|refusal| refusal.code, |_| 200)));
    answer.map(Json)
}

fn described(
    state: &mut SimulatorState,
    id: &str,
    number: Option<&String>,
    headers: &HeaderMap,
) -> Result<Value, Refusal> {
    let file = state.files.iter().find(|file| file.id == id && number.is_none_or(|number| *number == file.number));
    let number = file.map(|file| file.number.clone());
    // A token of anybody's is looked at first, as Meta does.
    if !has_token(state, number.as_deref(), headers) {
        return Err(Refusal::token());
    }
    let file = state.files.iter_mut().find(|file| file.id == id && Some(&file.number) == number.as_ref());
    let file = file.ok_or_else(Refusal::object)?;
    let fault = file.begin();
    match fault {
        FileFault::Gone => return Err(Refusal::object()),
        FileFault::Unavailable => return Err(Refusal::scripted(500, 1)),
        _ => {}
    }
    let until = now().as_second() + if fault == FileFault::Expired { -1 } else { LIFE };
    let url = url(id, until, headers);
    let bytes = if fault == FileFault::TooLarge { TOO_LARGE } else { file.bytes.len() };
    Ok(json!({
        "messaging_product": "whatsapp", "url": url, "mime_type": file.mime_type, "sha256": hex::encode(file.sha256()),
        "file_size": bytes, "id": id,
    }))
}

/// `GET /whatsapp_business/attachments/?mid=…&ext=…&hash=…`: the bytes.
pub(crate) async fn download(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let at = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    let (id, until) = (at("mid"), at("ext").parse::<i64>().unwrap_or_default());
    let page =
        |status: StatusCode| (status, [(CONTENT_TYPE, "text/html; charset=utf-8")], "<html></html>").into_response();
    let state = simulator.state();
    let Some(file) = state.files.iter().find(|file| file.id == id) else { return page(StatusCode::NOT_FOUND) };
    if at("hash") != hash(id, until) || until <= now().as_second() {
        return page(StatusCode::NOT_FOUND);
    }
    if !has_token(&state, Some(&file.number), &headers) {
        return page(StatusCode::UNAUTHORIZED);
    }
    // Meta's download servers want to know the client.
    if !headers.contains_key(USER_AGENT) || file.fault == FileFault::WrongType {
        return page(StatusCode::OK);
    }
    let kind = [(CONTENT_TYPE, file.mime_type.clone())];
    match file.fault {
        FileFault::TooLarge => (kind, vec![0; TOO_LARGE]).into_response(),
        FileFault::Cut => {
            let half = file.bytes.iter().copied().take(file.bytes.len() / 2).collect::<Vec<_>>();
            let parts = [Ok(half), Err(std::io::Error::other("cut by a fault"))];
            (kind, Body::from_stream(futures_util::stream::iter(parts))).into_response()
        }
        _ => (kind, file.bytes.clone()).into_response(),
    }
}

/// Whether the request bears the token of this number, or of any where none is named.
fn has_token(state: &SimulatorState, number: Option<&str>, headers: &HeaderMap) -> bool {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "));
    let known = state.connections.iter().filter(|known| number.is_none_or(|number| known.number == number));
    known.filter(|known| !known.access_token.is_empty()).any(|known| bearer == Some(known.access_token.as_str()))
}

/// Where a file is handed out until then, by the name the simulator was asked by.
pub(super) fn url(id: &str, until: i64, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    format!("http://{host}/whatsapp_business/attachments/?mid={id}&ext={until}&hash={}", hash(id, until))
}

/// Only this program makes its URLs.
fn hash(id: &str, until: i64) -> String {
    hex::encode(Sha256::digest(format!("a file of the simulator {id} {until}")))
}
