//! The routes of the issuer under `/oidc`.

use crate::api_error::ApiError;
use crate::issuer::LIFETIME_S;
use crate::sign_in::{exchange, for_everybody};
use crate::simulator::Simulator;
use anyhow::Context;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use axum::response::Response;
use serde_json::{Map, Value, json};

/// `GET /oidc/.well-known/openid-configuration`.
pub(crate) async fn discovery(State(simulator): State<Simulator>) -> Response {
    for_everybody(simulator.issuer.discovery())
}

/// `GET /oidc/jwks`.
pub(crate) async fn jwks(State(simulator): State<Simulator>) -> Response {
    for_everybody(simulator.issuer.jwks())
}

/// `POST /oidc/token`: of JSON, the members are the claims; of a form, it is a code to be exchanged.
pub(crate) async fn token(
    State(simulator): State<Simulator>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, ApiError> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.starts_with("application/x-www-form-urlencoded") {
        return Ok(for_everybody(exchange(&simulator, &body)?));
    }
    let claims: Map<String, Value> =
        serde_json::from_slice(&body).map_err(|error| ApiError::bad_request(error.to_string()))?;
    let token = simulator.issuer.token(&claims).context("signing");
    let token = token.map_err(|error| ApiError::bad_request(error.to_string()))?;
    Ok(for_everybody(json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S})))
}
