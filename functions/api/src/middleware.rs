//! What every request passes before its handler: the token, the bound of its body, its idempotency key.

use crate::auth::{Caller, Refused};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::{Api, idempotency, import, openapi, unchanged};
use axum::body::{Body, to_bytes};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tracing::{info, warn};
use zikaron_protocol::identity::merge;
use zikaron_protocol::ports::Clock;

/// The longest body: four times the longest instructions to the AI, in Hebrew and escaped.
pub(crate) const MAX_BODY_BYTES: usize = 256 * 1024;

/// What a lead's paths begin with.
const LEADS: &str = "/v1/leads/";

pub(crate) async fn enter<P: Ports>(State(api): State<Arc<Api<P>>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    if route.as_deref() == Some(openapi::PATH) {
        // The one thing that is everybody's: it says nothing of anybody.
        return next.run(request).await;
    }
    let method = request.method().clone();
    let asked = request.uri().path_and_query().map(|asked| asked.as_str().to_owned()).unwrap_or_default();
    let known = unchanged::known(request.headers());
    let mut response = match pass(&api, request, next).await {
        Ok((caller, response)) => {
            let status = response.status().as_u16();
            info!(business = %caller.business, role = ?caller.role, %method, route, status, "request");
            let response = joined(&api, &caller, &asked, response).await;
            unchanged::tagged(&method, known, response).await
        }
        Err(problem) => problem.into_response(),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// What is asked of a lead that was joined into another is asked of that one: `308` says where. It is looked for only
/// where an answer would be that something is not there, or not possible.
async fn joined<P: Ports>(api: &Api<P>, caller: &Caller, asked: &str, response: Response) -> Response {
    if !matches!(response.status(), StatusCode::NOT_FOUND | StatusCode::CONFLICT) {
        return response;
    }
    let rest = asked.strip_prefix(LEADS).unwrap_or_default();
    let (id, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    let Ok(key) = caller.lead(id) else { return response };
    match merge::resolve_lead(api.ports.store(), &key).await {
        Ok(resolved) if resolved != key => {
            // From where it was asked: what stands in front of this function's paths is the gateway's.
            let below = rest.split('?').next().unwrap_or_default().matches('/').count();
            let location = HeaderValue::try_from(format!("{}{}{rest}", "../".repeat(below), resolved.lead));
            let Ok(location) = location else { return response };
            (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, location)]).into_response()
        }
        Ok(_) => response,
        Err(error) => Problem::from(error).into_response(),
    }
}

async fn pass<P: Ports>(api: &Api<P>, request: Request, next: Next) -> Result<(Caller, Response), Problem> {
    let (mut parts, body) = request.into_parts();
    let token = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = token.ok_or_else(Problem::unauthorized)?;
    let now = api.ports.clock().now();
    let caller = api.policy.admit(api.ports.jwks(), now, token).await.map_err(refusal)?;
    let most = if parts.uri.path() == import::PATH { import::MAX_BODY_BYTES } else { MAX_BODY_BYTES };
    let body = to_bytes(body, most).await.map_err(|_| Problem::too_large(most))?;
    let (context, asked) = idempotency::of(&api.ports, &caller, &parts, &body).await?;
    parts.extensions.insert(context);
    parts.extensions.insert(caller.clone());
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if let Some(asked) = asked.filter(|_| response.status().is_success()) {
        asked.done(&api.ports, &caller).await;
    }
    Ok((caller, response))
}

pub(crate) fn refusal(refused: Refused) -> Problem {
    match refused {
        Refused::Token => Problem::unauthorized(),
        Refused::Claim(claim) => {
            warn!(claim, "a token of the right issuer says too little");
            Problem::new(StatusCode::FORBIDDEN, format!("the token names no {claim}")).at("Authorization")
        }
        Refused::Unavailable(error) => error.into(),
    }
}
