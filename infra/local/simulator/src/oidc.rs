//! The routes of the issuer under `/oidc`.

use crate::api_error::ApiError;
use crate::issuer::LIFETIME_S;
use crate::simulator::Simulator;
use anyhow::Context;
use axum::Json;
use axum::extract::State;
use serde_json::{Map, Value, json};

/// `GET /oidc/.well-known/openid-configuration`.
pub(crate) async fn discovery(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.issuer.discovery())
}

/// `GET /oidc/jwks`.
pub(crate) async fn jwks(State(simulator): State<Simulator>) -> Json<Value> {
    Json(simulator.issuer.jwks())
}

/// `POST /oidc/token`: the body's members are the claims.
pub(crate) async fn token(
    State(simulator): State<Simulator>,
    Json(claims): Json<Map<String, Value>>,
) -> Result<Json<Value>, ApiError> {
    let token = simulator.issuer.token(&claims).context("signing");
    let token = token.map_err(|error| ApiError::bad_request(error.to_string()))?;
    Ok(Json(json!({"access_token": token, "token_type": "Bearer", "expires_in": LIFETIME_S})))
}
