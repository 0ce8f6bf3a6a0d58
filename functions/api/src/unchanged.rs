//! Answers that are what the caller has already: `304` and no body. A list has no version of its own, so its tag is a
//! hash of what stands in it. It saves the way and not the reading; the console asks every few seconds.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// Longer than any answer, in bytes: Lambda's own bound is 6 MB.
const MAX_BYTES: usize = 8_000_000;
/// How much of the hash tells two answers apart, in bytes.
const TAG_BYTES: usize = 12;

/// The answer with a tag, or without its body where the caller named that tag. What has a version has its tag already,
/// and is answered whole: the version of the memory stays while the conversation beside it goes on.
pub(crate) async fn tagged(method: &Method, known: Option<HeaderValue>, response: Response) -> Response {
    let has_tag = response.headers().contains_key(header::ETAG);
    if *method != Method::GET || response.status() != StatusCode::OK || has_tag {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MAX_BYTES).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let hash = Sha256::digest(&body);
    let tag = format!("W/\"{}\"", hex::encode(hash.get(..TAG_BYTES).unwrap_or_default()));
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    if !names(known.as_ref(), &tag) {
        return Response::from_parts(parts, Body::from(body));
    }
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_TYPE);
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, Body::empty())
}

/// What the caller has, from `If-None-Match`.
pub(crate) fn known(headers: &HeaderMap) -> Option<HeaderValue> {
    headers.get(header::IF_NONE_MATCH).cloned()
}

/// Weak comparison (<https://www.rfc-editor.org/rfc/rfc9110#name-comparison-2>).
fn names(known: Option<&HeaderValue>, tag: &str) -> bool {
    let known = known.and_then(|known| known.to_str().ok()).unwrap_or_default();
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.split(',').any(|one| bare(one) == bare(tag))
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, Result};
    use axum::Json;

    async fn asked(method: Method, known: Option<&str>, body: &'static str) -> Result<(u16, Option<String>, usize)> {
        let known = known.map(HeaderValue::from_str).transpose()?;
        let (parts, body) = tagged(&method, known, Json(body).into_response()).await.into_parts();
        let tag = parts.headers.get(header::ETAG).map(|tag| tag.to_str().map(str::to_owned)).transpose()?;
        Ok((parts.status.as_u16(), tag, to_bytes(body, MAX_BYTES).await?.len()))
    }

    #[tokio::test]
    async fn what_the_caller_has_is_not_sent_again() -> Result<()> {
        let (status, tag, _) = asked(Method::GET, None, "a").await?;
        let tag = tag.context("a tag")?;
        assert_eq!(status, 200);
        for (known, expected) in [
            (tag.clone(), 304),
            (tag.trim_start_matches("W/").to_owned(), 304),
            (format!("\"x\", {tag}"), 304),
            ("\"x\"".to_owned(), 200),
        ] {
            let (status, again, bytes) = asked(Method::GET, Some(&known), "a").await?;
            assert_eq!((status, again.as_ref()), (expected, Some(&tag)), "{known}");
            assert_eq!(bytes == 0, expected == 304, "{known}");
        }
        assert_eq!(asked(Method::GET, Some(&tag), "b").await?.0, 200);
        Ok(())
    }

    #[tokio::test]
    async fn what_changes_something_and_what_has_a_version_stays_as_it_is() -> Result<()> {
        assert_eq!(asked(Method::POST, None, "a").await?.1, None);
        let versioned = ([(header::ETAG, "\"3\"")], Json("a")).into_response();
        let answer = tagged(&Method::GET, Some(HeaderValue::from_static("\"3\"")), versioned).await;
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(answer.headers()[header::ETAG], "\"3\"");
        Ok(())
    }
}
