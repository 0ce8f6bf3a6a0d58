//! `POST` of a call provider: a call ended.

use crate::{CALLS, Webhook, answer};
use lambda_http::http::StatusCode;
use lambda_http::{Body, Request, RequestExt, Response};
use zikaron_channels::calls::{CallSecrets, Delivered, Read, WebhookKind, proven, read};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Clock, EventBus};

impl<S: CallSecrets, B: EventBus, C: Clock> Webhook<S, B, C> {
    pub(crate) async fn call(&self, request: &Request) -> Response<Body> {
        let body: &[u8] = request.body().as_ref();
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let now = self.clock.now();
        let path = request.raw_http_path().split_once(CALLS).map_or("", |(_, path)| path.trim_end_matches('/'));
        let path = path.split_once('/').unwrap_or_default();
        let proven = proven(&self.secrets, WebhookKind::End, path, &Delivered::new(&header, body), now).await;
        let (provider, connection) = match proven {
            Ok(Some(proven)) => proven,
            Ok(None) => return answer(StatusCode::UNAUTHORIZED, ""),
            Err(error) => {
                tracing::error!(%error, "the secret of a connection cannot be read");
                return answer(StatusCode::SERVICE_UNAVAILABLE, "");
            }
        };
        match read(provider, &connection, body, now) {
            Ok(Read::Call(call)) => self.publish(&connection, Event::CallCompleted(call)).await,
            Ok(Read::Other(kind)) => {
                tracing::info!(%connection, kind, "a message that tells of no finished call");
                answer(StatusCode::OK, "")
            }
            Ok(Read::SetAside(reason)) => {
                tracing::warn!(%connection, reason, "a call was set aside");
                answer(StatusCode::OK, "")
            }
            // The provider would repeat it, and it would not become readable.
            Err(error) => {
                tracing::error!(%connection, bytes = body.len(), %error, "set aside");
                answer(StatusCode::OK, "")
            }
        }
    }

    async fn publish(&self, connection: &ConnectionId, event: Event) -> Response<Body> {
        if let Event::CallCompleted(call) = &event {
            let turns = call.report.transcript.len();
            tracing::info!(%connection, call = %call.key.name, turns, "call received");
        }
        match self.bus.publish(&[event]).await {
            Ok(()) => answer(StatusCode::OK, ""),
            Err(error) => {
                tracing::error!(%connection, %error, "a call is not on the bus: the provider is asked to repeat");
                answer(StatusCode::SERVICE_UNAVAILABLE, "")
            }
        }
    }
}
