//! The issuer's sign-in for the console: the code flow of OpenID Connect with PKCE
//! (<https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth>, <https://www.rfc-editor.org/rfc/rfc7636>). It
//! asks for no password: whoever sits at this machine chooses who they are.

use crate::api_error::ApiError;
use crate::clock::now;
use crate::issuer::LIFETIME_S;
use crate::simulator::Simulator;
use crate::state::grant::{Authorize, Grant};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, LOCATION, REFERRER_POLICY,
};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

const PAGE: &str = include_str!("../page/sign-in.html");
/// A style and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'";
/// How long a code is good, in seconds.
const CODE_S: i64 = 60;

/// `GET /oidc/authorize`: the page.
pub(crate) async fn page(
    State(simulator): State<Simulator>,
    Query(asked): Query<Authorize>,
) -> Result<Response, ApiError> {
    asked.check()?;
    let business = simulator.operator.as_ref().as_ref().map_or("", |view| view.admin.business());
    let hidden: String = [
        ("response_type", &asked.response_type),
        ("client_id", &asked.client_id),
        ("redirect_uri", &asked.redirect_uri),
        ("code_challenge", &asked.code_challenge),
        ("code_challenge_method", &asked.code_challenge_method),
        ("state", &asked.state),
        ("nonce", &asked.nonce),
    ]
    .iter()
    .map(|(name, value)| format!(r#"<input type="hidden" name="{name}" value="{}">"#, escaped(value)))
    .collect();
    let html = PAGE.replace("{{hidden}}", &hidden).replace("{{business}}", &escaped(business));
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, POLICY),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    Ok((headers, html).into_response())
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// `POST /oidc/authorize`: the page's answer, which leads back with a code.
pub(crate) async fn approve(State(simulator): State<Simulator>, body: Bytes) -> Result<Response, ApiError> {
    let asked: Authorize = form(&body)?;
    asked.check()?;
    let code = simulator.issuer.code().map_err(|error| ApiError::bad_request(error.to_string()))?;
    let until = now().as_second() + CODE_S;
    let back = format!("{}?code={code}&state={}", asked.redirect_uri, asked.state);
    simulator.state().grants.insert(code, Grant { asked, until });
    Ok((StatusCode::SEE_OTHER, [(LOCATION, back)]).into_response())
}

/// What comes back for a code.
#[derive(Deserialize)]
struct Exchange {
    grant_type: String,
    code: String,
    code_verifier: String,
    redirect_uri: String,
    client_id: String,
}

/// `POST /oidc/token` with a form: the tokens for a code.
pub(crate) fn exchange(simulator: &Simulator, body: &[u8]) -> Result<Value, ApiError> {
    let told: Exchange = form(body)?;
    let grant = simulator.state().grants.remove(&told.code).filter(|grant| grant.until >= now().as_second());
    let challenge = BASE64.encode(Sha256::digest(told.code_verifier.as_bytes()));
    let fits = |asked: &Authorize| {
        told.grant_type == "authorization_code"
            && asked.redirect_uri == told.redirect_uri
            && asked.client_id == told.client_id
            && asked.code_challenge == challenge
    };
    let asked = grant.map(|grant| grant.asked).filter(fits).ok_or_else(|| ApiError::bad_request("invalid_grant"))?;
    let claims = |json: Value| json.as_object().cloned().unwrap_or_default();
    let signed = |claims: &Map<String, Value>| {
        simulator.issuer.token(claims).map_err(|error| ApiError::bad_request(error.to_string()))
    };
    let access = signed(&claims(json!({"business": asked.business, "role": asked.role})))?;
    let nonce = Some(&asked.nonce).filter(|nonce| !nonce.is_empty());
    let identity = signed(&claims(json!({"aud": asked.client_id, "nonce": nonce})))?;
    Ok(json!({"access_token": access, "id_token": identity, "token_type": "Bearer", "expires_in": LIFETIME_S}))
}

/// Where people are led when they have signed out.
#[derive(Deserialize)]
pub(crate) struct EndSession {
    post_logout_redirect_uri: String,
}

/// `GET /oidc/end-session`: there is no session here that could be ended.
pub(crate) async fn end_session(Query(asked): Query<EndSession>) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, asked.post_logout_redirect_uri)]).into_response()
}

/// An answer that pages of other origins may read, as those of a real issuer.
pub(crate) fn for_everybody(json: Value) -> Response {
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (CACHE_CONTROL, "no-store")], Json(json)).into_response()
}

/// A form (`application/x-www-form-urlencoded`), which is written as a query is.
fn form<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let unreadable = || ApiError::bad_request("this form cannot be read");
    let text = std::str::from_utf8(body).map_err(|_| unreadable())?;
    let uri: Uri = format!("/?{text}").parse().map_err(|_| unreadable())?;
    let Query(read) = Query::try_from_uri(&uri).map_err(|error| ApiError::bad_request(error.body_text()))?;
    Ok(read)
}
