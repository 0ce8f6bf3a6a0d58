//! The HTTP API in front of a function: its event as a request, and the answer as it wants one
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>, payload
//! format 2.0).
//!
//! `lambda_http::run` does the same, but is sure that an event holds a request: where one does not, it panics, and in a
//! function a panic is a lost process. It also parses the path, which comes decoded, once more, and so takes what
//! stands behind a question mark in a segment for a query. Here every step can fail, and the answer is 400 then.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lambda_http::aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use lambda_http::http::uri::{PathAndQuery, Uri};
use lambda_http::http::{Method, StatusCode};
use lambda_http::lambda_runtime::{self, Error, LambdaEvent, service_fn};
use lambda_http::{Body, IntoResponse, Request, RequestExt, Response};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::HashMap;
use std::pin::Pin;

/// A problem document (RFC 9457, <https://www.rfc-editor.org/rfc/rfc9457>).
const REFUSAL: &str =
    r#"{"type":"about:blank","title":"Bad Request","status":400,"detail":"this is no HTTP request that can be read"}"#;

/// What is read of an event. Cookies are not: nobody here has any.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct HttpEvent {
    raw_path: String,
    raw_query_string: Option<String>,
    headers: Option<HashMap<String, String>>,
    path_parameters: Option<HashMap<String, String>>,
    request_context: Context,
    body: Option<String>,
    is_base64_encoded: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Context {
    http: Http,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Http {
    method: String,
}

/// Answers the HTTP API's events one after the other, for as long as Lambda keeps the process.
///
/// # Errors
/// When Lambda's runtime API cannot be spoken to.
pub async fn run<R: IntoResponse>(answer: impl AsyncFn(Request) -> R) -> Result<(), Error> {
    let answer = &answer;
    lambda_runtime::run(service_fn(|event: LambdaEvent<Box<RawValue>>| {
        // Without a type of its own: that of a whole function goes deeper than the compiler counts.
        let answered: Pin<Box<dyn Future<Output = Result<_, Error>>>> =
            Box::pin(async move { Ok(answered(event.payload.get(), answer).await) });
        answered
    }))
    .await
}

/// The answer to an event.
async fn answered<R: IntoResponse>(event: &str, answer: &impl AsyncFn(Request) -> R) -> ApiGatewayV2httpResponse {
    let (parts, body) = match request(event) {
        Some(request) => answer(request).await.into_response().await,
        None => refusal(),
    }
    .into_parts();
    let mut response = ApiGatewayV2httpResponse::default();
    response.status_code = parts.status.as_u16().into();
    response.headers = parts.headers;
    response.is_base64_encoded = matches!(body, Body::Binary(_));
    response.body = Some(body).filter(|body| !matches!(body, Body::Empty));
    response
}

fn refusal() -> Response<Body> {
    tracing::info!("an event that is no request is refused");
    let mut response = Response::new(Body::from(REFUSAL));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    response
}

/// The request of an event; none where it holds none.
fn request(event: &str) -> Option<Request> {
    let event: HttpEvent = serde_json::from_str(event).ok()?;
    let query = event.raw_query_string.unwrap_or_default();
    let body = match event.body {
        Some(body) if event.is_base64_encoded == Some(true) => Body::Binary(STANDARD.decode(body).ok()?),
        Some(body) => Body::Text(body),
        None => Body::Empty,
    };
    let mut request = Request::new(body);
    *request.method_mut() = Method::from_bytes(event.request_context.http.method.as_bytes()).ok()?;
    *request.uri_mut() = uri(&event.raw_path, &query)?;
    for (name, value) in event.headers.unwrap_or_default() {
        let (name, value) = (HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?);
        request.headers_mut().try_append(name, value).ok()?;
    }
    let request = request.with_raw_http_path(event.raw_path);
    let request = request.with_query_string_parameters(query.parse::<QueryMap>().unwrap_or_default());
    Some(request.with_path_parameters(event.path_parameters.unwrap_or_default()))
}

/// Path and query; none where they would be read as something else.
fn uri(path: &str, query: &str) -> Option<Uri> {
    let path = encoded(path.starts_with('/').then_some(path)?);
    let whole = if query.is_empty() { path.clone() } else { format!("{path}?{query}") };
    let whole = PathAndQuery::try_from(whole).ok()?;
    let is_whole = whole.path() == path && whole.query().unwrap_or_default() == query;
    is_whole.then(|| Uri::from(whole))
}

/// A path with what may not stand in one in percent signs; what stands in them already stays.
fn encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/%".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context as _, Result};
    use serde_json::{Value, json};

    /// A GET of nothing in particular, with one member changed.
    fn event(place: &str, value: Value) -> Result<String> {
        let mut event = json!({"rawPath": "/v1/leads", "rawQueryString": "limit=2", "headers": {"accept": "*/*"},
            "requestContext": {"http": {"method": "GET"}}, "body": "היי", "isBase64Encoded": false});
        *event.pointer_mut(place).context(place.to_owned())? = value;
        Ok(event.to_string())
    }

    /// Answers with method and target.
    async fn echo(event: &str) -> Result<Value> {
        let answer = async |request: Request| Response::new(format!("{} {}", request.method(), request.uri()));
        Ok(serde_json::to_value(answered(event, &answer).await)?)
    }

    #[tokio::test]
    async fn what_is_no_request_is_answered_with_400() -> Result<()> {
        let odd = [
            "null".to_owned(),
            "[]".to_owned(),
            "{}".to_owned(),
            event("/rawPath", json!(7))?,
            event("/rawPath", json!("v1/leads"))?,
            event("/rawPath", json!(""))?,
            event("/requestContext/http/method", json!("GE T"))?,
            event("/requestContext/http", Value::Null)?,
            event("/headers", json!({"a b": "c"}))?,
            event("/headers", json!({"a": "b\u{0}c"}))?,
            event("/headers", json!({"a": ["b"]}))?,
            event("/rawQueryString", json!("limit=2#more"))?,
            event("/isBase64Encoded", json!("no"))?,
        ];
        for event in odd {
            let answer = echo(&event).await?;
            assert_eq!(answer["statusCode"], 400, "{event}");
            assert_eq!(answer["headers"]["content-type"], "application/problem+json");
            let problem: Value = serde_json::from_str(answer["body"].as_str().context("a body")?)?;
            assert_eq!(problem["status"], 400);
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_path_is_kept_whole_and_a_header_may_say_anything() -> Result<()> {
        let table = [
            ("/v1/leads/a?b/notes", "/v1/leads/a%3Fb/notes"),
            ("/v1/leads/a#b", "/v1/leads/a%23b"),
            ("/v1/leads/דנה כהן", "/v1/leads/%D7%93%D7%A0%D7%94%20%D7%9B%D7%94%D7%9F"),
            ("/v1/leads/a%20b/../c", "/v1/leads/a%20b/../c"),
            ("//v1\\leads", "//v1%5Cleads"),
        ];
        for (path, target) in table {
            let answer = echo(&event("/rawPath", json!(path))?).await?;
            assert_eq!(
                (&answer["statusCode"], &answer["body"]),
                (&json!(200), &json!(format!("GET {target}?limit=2")))
            );
            assert_eq!(request(&event("/rawPath", json!(path))?).context(path)?.raw_http_path(), path);
        }
        let request = request(&event("/headers", json!({"User-Agent": "דנה"}))?).context("a request")?;
        assert_eq!(request.headers()["user-agent"].as_bytes(), "דנה".as_bytes());
        let nothing = event("/headers", Value::Null)?.replace("\"limit=2\"", "null");
        assert_eq!(echo(&nothing).await?["body"], "GET /v1/leads");
        Ok(())
    }

    /// Every event we keep is the request that `lambda_http` makes of it.
    #[test]
    fn a_request_is_what_it_was() -> Result<()> {
        let mut seen = 0;
        for file in std::fs::read_dir("../../events")? {
            let path = file?.path();
            if path.extension().is_none_or(|ending| ending != "json") {
                continue;
            }
            let event = std::fs::read_to_string(path)?;
            if !event.contains("\"rawPath\"") {
                continue;
            }
            seen += 1;
            let (ours, theirs) = (request(&event).context(event.clone())?, lambda_http::request::from_str(&event)?);
            assert_eq!((ours.method(), ours.body()), (theirs.method(), theirs.body()));
            assert_eq!(ours.headers(), theirs.headers());
            assert_eq!(ours.uri().path_and_query(), theirs.uri().path_and_query());
            assert_eq!(ours.raw_http_path(), theirs.raw_http_path());
            assert_eq!(ours.query_string_parameters(), theirs.query_string_parameters());
            assert_eq!(ours.path_parameters(), theirs.path_parameters());
        }
        assert!(seen >= 5, "{seen} events");
        Ok(())
    }

    #[tokio::test]
    async fn an_answer_is_text_or_bytes_by_its_kind() -> Result<()> {
        let event = event("/body", Value::Null)?;
        for (kind, body, is_base64, expected) in [
            ("text/plain", Body::Text("כן".to_owned()), false, "כן"),
            ("application/problem+json", Body::Binary(b"{}".to_vec()), false, "{}"),
            ("application/octet-stream", Body::Binary(vec![0, 255]), true, "AP8="),
            ("text/plain", Body::Empty, false, ""),
        ] {
            let answer = async |_: Request| {
                let mut response = Response::new(body.clone());
                response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
                *response.status_mut() = StatusCode::ACCEPTED;
                response
            };
            let answered = serde_json::to_value(answered(&event, &answer).await)?;
            assert_eq!((&answered["statusCode"], &answered["isBase64Encoded"]), (&json!(202), &json!(is_base64)));
            assert_eq!(answered["body"], expected);
        }
        Ok(())
    }
}
