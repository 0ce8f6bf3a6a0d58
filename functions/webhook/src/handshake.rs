//! `GET`: Meta asks whether this address is ours. The request is not signed; the verify token is the proof
//! (<https://developers.facebook.com/docs/graph-api/webhooks/getting-started#verification-requests>).

use crate::{Webhook, answer};
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue, X_CONTENT_TYPE_OPTIONS};
use lambda_http::{Body, Request, RequestExt, Response};
use zikaron_channels::connection::ConnectionSecrets;
use zikaron_channels::signature::same_token;

impl<S: ConnectionSecrets, B, C> Webhook<S, B, C> {
    pub(crate) async fn handshake(&self, request: &Request) -> Response<Body> {
        let query = request.query_string_parameters();
        let secret = match self.secret(request).await {
            Ok(secret) => secret,
            Err(unavailable) => return unavailable,
        };
        let token = query.first("hub.verify_token").unwrap_or_default();
        let proven = secret.is_some_and(|(_, secret)| same_token(token, &secret.verify_token));
        match query.first("hub.challenge") {
            Some(challenge) if proven && query.first("hub.mode") == Some("subscribe") => challenged(challenge),
            _ => answer(StatusCode::FORBIDDEN, ""),
        }
    }
}

/// The challenge is somebody else's text: it must not be taken for a page.
fn challenged(challenge: &str) -> Response<Body> {
    let mut response = answer(StatusCode::OK, challenge);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    response.headers_mut().insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}
