//! The console's files, inside the function and compressed already (docs/decisions/0022-console-in-the-api-function.md).
//! Everybody may have them: they say nothing of anybody. What they show comes by `/v1`, with a token.

use crate::problem::Problem;
use axum::extract::Path;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, STRICT_TRANSPORT_SECURITY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde::Serialize;
use std::sync::Arc;

// Name, media type, gzip.
include!(concat!(env!("OUT_DIR"), "/console.rs"));

/// Where the page is found. Not `/console/`: to the HTTP API's greedy routes that is another address than they match.
const PAGE: &str = "/console";
/// Where its files are.
const FILE: &str = "/console/{file}";

/// What stands at the page's address where none was built.
const NOT_BUILT: &str =
    "The console was not built into this function: `make console`, then build the function again.\n";

/// How people sign in to the console.
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
    /// The issuer of their tokens; its discovery document names the rest.
    pub issuer: String,
    /// As whom the console asks: a public client of that issuer, with PKCE.
    pub client_id: String,
    /// What it asks for.
    pub scope: String,
    /// Whom the token is to be meant for, as an issuer wants it told that hands out tokens for more than one (Auth0).
    pub audience: String,
    /// The origin of the issuer's token endpoint where that is another than the issuer's own (Cognito); or empty.
    #[serde(skip)]
    pub sign_in_origin: String,
}

/// What the page may do: scripts, styles and pictures of its own only, none of them inside the page; calls to this API
/// and to the issuer; no way to make markup of a text (trusted types).
fn policy(sign_in: &SignIn) -> String {
    let issuer = origin(&sign_in.issuer).unwrap_or_default();
    let other = origin(&sign_in.sign_in_origin).unwrap_or_default();
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' {issuer} {other}; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
         trusted-types 'none'"
    )
}

/// Scheme, host and port of a URL.
fn origin(url: &str) -> Option<&str> {
    let host = url.find("://")? + 3;
    let end = url.get(host..)?.find(['/', '?', '#']).map_or(url.len(), |end| host + end);
    url.get(..end)
}

/// The console's routes.
pub(crate) fn routes(sign_in: &SignIn) -> Router {
    // What is the same for every request is made when it is first asked for.
    let sign_in = Arc::new(sign_in.clone());
    let page = Arc::clone(&sign_in);
    let page = get(move || std::future::ready(named("index.html", &page).unwrap_or_else(not_built)));
    let file = get(move |Path(name): Path<String>| {
        let found = if name == "config.json" { Some(config(&sign_in)) } else { named(&name, &sign_in) };
        std::future::ready(found.unwrap_or_else(|| Problem::not_found("file").into_response()))
    });
    Router::new().route(PAGE, page).route(FILE, file)
}

fn not_built() -> Response {
    (StatusCode::NOT_FOUND, NOT_BUILT).into_response()
}

fn config(sign_in: &SignIn) -> Response {
    let mut response = Json(sign_in).into_response();
    put(&mut response, CACHE_CONTROL, "no-cache");
    put(&mut response, X_CONTENT_TYPE_OPTIONS, "nosniff");
    response
}

fn named(name: &str, sign_in: &SignIn) -> Option<Response> {
    let (_, kind, bytes) = FILES.iter().find(|(known, _, _)| *known == name)?;
    let mut response = bytes.into_response();
    // Every other file's name holds the hash of what stands in it.
    let kept = if *kind == "text/html; charset=utf-8" { "no-cache" } else { "public, max-age=31536000, immutable" };
    for (header, value) in [
        (CONTENT_TYPE, *kind),
        (CONTENT_ENCODING, "gzip"),
        (CACHE_CONTROL, kept),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, &*policy(sign_in)),
        (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        put(&mut response, header, value);
    }
    Some(response)
}

fn put(response: &mut Response, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response.headers_mut().insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Result;
    use axum::body::{Body, to_bytes};
    use axum::http::Request;
    use tower::ServiceExt;

    fn sign_in() -> SignIn {
        SignIn {
            issuer: "https://issuer.example/pool".to_owned(),
            client_id: "console".to_owned(),
            scope: "openid".to_owned(),
            audience: String::new(),
            sign_in_origin: "https://sign-in.example".to_owned(),
        }
    }

    async fn asked(path: &str) -> Result<(StatusCode, axum::http::HeaderMap, Vec<u8>)> {
        let response = routes(&sign_in()).oneshot(Request::get(path).body(Body::empty())?).await?;
        let (parts, body) = response.into_parts();
        Ok((parts.status, parts.headers, to_bytes(body, usize::MAX).await?.to_vec()))
    }

    #[tokio::test]
    async fn every_file_is_served_compressed_and_as_what_it_is() -> Result<()> {
        for (name, kind, bytes) in FILES {
            let path = if *name == "index.html" { PAGE.to_owned() } else { format!("/console/{name}") };
            let (status, headers, body) = asked(&path).await?;
            assert_eq!((status, &body[..]), (StatusCode::OK, *bytes), "{name}");
            assert_eq!(headers["content-type"], *kind, "{name}");
            assert_eq!(headers["content-encoding"], "gzip", "{name}");
            assert_eq!(headers["x-content-type-options"], "nosniff", "{name}");
            let kept = headers["cache-control"].to_str()?;
            assert_eq!(kept.contains("immutable"), *name != "index.html", "{name}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn what_was_not_built_and_what_is_no_file_is_not_there() -> Result<()> {
        if FILES.is_empty() {
            let (status, _, body) = asked(PAGE).await?;
            assert_eq!((status, String::from_utf8(body)?.as_str()), (StatusCode::NOT_FOUND, NOT_BUILT));
        }
        for path in ["/console/nothing.js", "/console/..%2F..%2Fetc%2Fpasswd"] {
            assert_eq!(asked(path).await?.0, StatusCode::NOT_FOUND, "{path}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_page_is_told_where_people_sign_in_and_nothing_else() -> Result<()> {
        let (status, headers, body) = asked("/console/config.json").await?;
        let told: serde_json::Value = serde_json::from_slice(&body)?;
        let expected = serde_json::json!({"issuer": "https://issuer.example/pool", "client_id": "console",
            "scope": "openid", "audience": ""});
        assert_eq!((status, told), (StatusCode::OK, expected));
        assert_eq!(headers["cache-control"], "no-cache");
        Ok(())
    }

    #[test]
    fn the_policy_lets_the_page_speak_to_the_api_and_the_issuer_alone() {
        let policy = policy(&sign_in());
        assert!(policy.contains("connect-src 'self' https://issuer.example https://sign-in.example;"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        for (url, expected) in [
            ("https://a.example/x/y", Some("https://a.example")),
            ("http://127.0.0.1:4561/oidc", Some("http://127.0.0.1:4561")),
            ("https://a.example", Some("https://a.example")),
            ("", None),
        ] {
            assert_eq!(origin(url), expected, "{url}");
        }
    }
}
