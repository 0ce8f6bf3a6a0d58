//! The door for Meta: verify, normalise, publish. Everything else happens behind the bus.
//!
//! | request | answer |
//! |---|---|
//! | `GET`, right verify token | 200 with the bare challenge |
//! | `GET`, anything else | 403 |
//! | `POST` over 3 MB | 413 |
//! | `POST`, connection malformed or unknown, signature missing or wrong | 401, the same for all |
//! | `POST`, signed | 200 once every event is on the bus, also when a part or the whole cannot be read |
//! | secret store or bus out of order | 503: Meta repeats |

mod delivery;
mod handshake;

use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, RequestExt, Response};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_protocol::ids::ConnectionId;
use zikaron_protocol::ports::EventBus;

/// The route, without the connection.
const PATH: &str = "/webhooks/whatsapp/";

/// The webhook over its two ports.
#[derive(Debug)]
pub struct Webhook<S, B> {
    secrets: S,
    bus: B,
}

impl<S: ConnectionSecrets, B: EventBus> Webhook<S, B> {
    /// The webhook of all connections whose secrets stand in `secrets`.
    pub fn new(secrets: S, bus: B) -> Self {
        Self { secrets, bus }
    }

    /// Answers one request. Never fails: what goes wrong is a status code.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        match *request.method() {
            Method::GET => self.handshake(&request).await,
            Method::POST => self.delivery(&request).await,
            _ => answer(StatusCode::METHOD_NOT_ALLOWED, ""),
        }
    }

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
