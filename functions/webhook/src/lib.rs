#![doc = include_str!("../README.md")]

mod call;
mod delivery;
mod handshake;

use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, RequestExt, Response};
use zikaron_channels::calls::CallSecrets;
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Clock, EventBus};

/// Where calls are told of; behind it stand provider and connection.
const CALLS: &str = "/webhooks/calls/";
/// The route, without the connection.
const PATH: &str = "/webhooks/whatsapp/";

/// The webhook over its ports.
#[derive(Debug)]
pub struct Webhook<S, B, C> {
    secrets: S,
    bus: B,
    clock: C,
}

impl<S: ConnectionSecrets + CallSecrets, B: EventBus, C: Clock> Webhook<S, B, C> {
    /// The webhook of all connections whose secrets stand in `secrets`. The clock tells how old a signature is.
    pub fn new(secrets: S, bus: B, clock: C) -> Self {
        Self { secrets, bus, clock }
    }

    /// Answers one request. Never fails: what goes wrong is a status code.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        match *request.method() {
            Method::POST if request.raw_http_path().contains(CALLS) => self.call(&request).await,
            Method::GET => self.handshake(&request).await,
            Method::POST => self.delivery(&request).await,
            _ => answer(StatusCode::METHOD_NOT_ALLOWED, ""),
        }
    }
}

impl<S: ConnectionSecrets, B, C> Webhook<S, B, C> {
    /// The secret of the connection the path names; none if it names none that we have.
    async fn secret(&self, request: &Request) -> Result<Option<(ConnectionId, ConnectionSecret)>, Response<Body>> {
        let Some(connection) = connection(request) else { return Ok(None) };
        match self.secrets.connection(&connection).await {
            Ok(secret) => Ok(secret.map(|secret| (connection, secret))),
            Err(error) => {
                tracing::error!(%connection, %error, "the secret of a connection cannot be read");
                Err(answer(StatusCode::SERVICE_UNAVAILABLE, ""))
            }
        }
    }
}

/// The connection by the route's parameter or, where there is none, by the path.
fn connection(request: &Request) -> Option<ConnectionId> {
    let parameters = request.path_parameters_ref();
    let name = parameters.and_then(|parameters| parameters.first("connection"));
    let name = match name {
        Some(name) => name,
        None => request.raw_http_path().split_once(PATH)?.1.trim_end_matches('/'),
    };
    ConnectionId::parse(name).ok()
}

fn answer(status: StatusCode, text: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(text.into());
    *response.status_mut() = status;
    response
}
