//! A request that has an effect and no idempotency key: asked once, and what is known of its end said precisely.

use reqwest::Url;
use std::time::Duration;
use zikaron_protocol::ports::SendError;

/// An answer is a few hundred bytes; more than this is not read.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// The code of a refusal that happened on our side, before anybody was reached.
pub(crate) const NOT_REACHED: i64 = SendError::NOT_REACHED;

/// The base URL is not an absolute http(s) URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a base URL must be absolute and begin with https:// or http://")]
pub struct InvalidBaseUrl;

/// A base URL, without a slash at its end.
pub(crate) fn base(url: &str) -> Result<Url, InvalidBaseUrl> {
    let url = Url::parse(url.trim_end_matches('/')).map_err(|_| InvalidBaseUrl)?;
    if matches!(url.scheme(), "https" | "http") { Ok(url) } else { Err(InvalidBaseUrl) }
}

/// Status and body of the answer. An error never names the address: it may hold a number.
pub(crate) async fn asked(request: reqwest::RequestBuilder, timeout: Duration) -> Result<(u16, Vec<u8>), SendError> {
    let mut answer = request.timeout(timeout).send().await.map_err(|error| unanswered(&error))?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| broken_off(&error))? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            return Err(SendError::Unknown { reason: "the answer does not end".to_owned() });
        }
    }
    Ok((answer.status().as_u16(), bytes))
}

/// No answer at all. Where no connection came about, the request has not left; everything else may have arrived.
fn unanswered(error: &reqwest::Error) -> SendError {
    if error.is_connect() || error.is_builder() {
        return SendError::RefusedForNow { code: NOT_REACHED };
    }
    broken_off(error)
}

/// reqwest's own message names the URL, and with it the number: only the kind is told.
fn broken_off(error: &reqwest::Error) -> SendError {
    let reason = if error.is_timeout() { "no answer in time" } else { "the connection broke" };
    SendError::Unknown { reason: reason.to_owned() }
}
