//! Bodies, queries and headers, read so that a mistake names its place.

use crate::problem::Problem;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        media_type(request.headers(), "application/json")?;
        let bytes =
            Bytes::from_request(request, state).await.map_err(|_| Problem::bad_request("body", "unreadable"))?;
        let mut json = serde_json::Deserializer::from_slice(&bytes);
        let read = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let (field, inner) = (error.path().to_string(), error.inner());
            let field = if field == "." { "body".to_owned() } else { field };
            match inner.classify() {
                Category::Data => Problem::invalid(field, without_place(inner)),
                _ => Problem::bad_request("body", format!("not JSON: {inner}")),
            }
        })?;
        json.end().map_err(|error| Problem::bad_request("body", format!("not JSON: {error}")))?;
        object(&bytes).then_some(Self(read)).ok_or_else(|| Problem::invalid("body", "must be an object"))
    }
}

/// Whether JSON is an object: a list of its members in their order would pass for one.
pub(crate) fn object(json: &[u8]) -> bool {
    json.trim_ascii_start().starts_with(b"{")
}

/// The field's path says where; line and column say it of a text the caller may never have seen.
pub(crate) fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.split(" at line ").next().unwrap_or_default().to_owned()
}

/// Refuses a body of another kind.
pub(crate) fn media_type(headers: &HeaderMap, wanted: &str) -> Result<(), Problem> {
    let given = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = given.split(';').next().unwrap_or_default().trim();
    if kind.eq_ignore_ascii_case(wanted) {
        return Ok(());
    }
    let detail = format!("the body must be {wanted}");
    Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, detail).at("Content-Type"))
}

/// The query's parameters.
pub(crate) struct Params<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        match Query::<T>::try_from_uri(&parts.uri) {
            Ok(Query(read)) => Ok(Self(read)),
            Err(error) => {
                let text = error.body_text();
                let mut steps = text.splitn(3, ": ").skip(1);
                let (first, second) = (steps.next().unwrap_or("query"), steps.next());
                Err(Problem::bad_request(if second.is_some() { first } else { "query" }, second.unwrap_or(first)))
            }
        }
    }
}

/// The version of a document the caller has read, from `If-Match`; none for any.
pub(crate) struct Expected(pub(crate) Option<u64>);

impl<S: Sync> FromRequestParts<S> for Expected {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else { return Ok(Self(None)) };
        let text = value.to_str().unwrap_or_default().trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let version = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).and_then(|tag| tag.parse().ok());
        // A tag that is none of ours stands for nothing that is there.
        version.map(|version| Self(Some(version))).ok_or_else(Problem::moved)
    }
}

/// A document with the tag of its version.
pub(crate) fn tagged(version: u64, document: impl Serialize) -> Response {
    let mut response = Json(document).into_response();
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{version}\"")) {
        response.headers_mut().insert(header::ETAG, tag);
    }
    response
}

/// A response with one header more.
pub(crate) fn with_header(mut response: Response, name: HeaderName, value: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
    response
}
