//! `POST` of a call provider: a call ended, or a voice agent notes something in its course.

use crate::{CALLS, Webhook, answer};
use jiff::Timestamp;
use lambda_http::http::StatusCode;
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use lambda_http::{Body, Request, RequestExt, Response};
use zikaron_channels::calls::{
    CallSecrets, Delivered, Read, Tool, WebhookKind, has_tools, noted, proven, read, tool_answer, tool_calls,
};
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Clock, EventBus};

/// What a voice agent's tool adds to the address of its connection.
const REMEMBER: &str = "/remember";
/// What the agent is told.
const NOTED: &str = "Noted.";
const NOT_NOTED: &str = "This could not be noted.";

impl<S: CallSecrets, B: EventBus, C: Clock> Webhook<S, B, C> {
    pub(crate) async fn call(&self, request: &Request) -> Response<Body> {
        let body: &[u8] = request.body().as_ref();
        let now = self.clock.now();
        let path = request.raw_http_path().split_once(CALLS).map_or("", |(_, path)| path.trim_end_matches('/'));
        let (path, kind) = match path.strip_suffix(REMEMBER) {
            Some(path) => (path, WebhookKind::Tool),
            None => (path, WebhookKind::End),
        };
        let (provider, connection) = match self.proven(request, kind, path, now).await {
            Ok(proven) => proven,
            Err(refused) => return refused,
        };
        if kind == WebhookKind::Tool {
            return self.remember(provider, &connection, body, now).await;
        }
        match read(provider, &connection, body, now) {
            Ok(Read::Call(call)) => self.publish(&connection, Event::CallCompleted(call)).await,
            Ok(Read::Due(due)) => self.publish(&connection, Event::CallsDue(due)).await,
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

    /// Who posts this; the answer to whoever proves nothing.
    async fn proven(
        &self,
        request: &Request,
        kind: WebhookKind,
        path: &str,
        now: Timestamp,
    ) -> Result<(Provider, ConnectionId), Response<Body>> {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let url = address(request);
        let delivered = Delivered::new(&header, request.body().as_ref()).at(&url);
        let path = path.split_once('/').unwrap_or_default();
        match proven(&self.secrets, kind, path, &delivered, now).await {
            Ok(proven) => proven.ok_or_else(|| answer(StatusCode::UNAUTHORIZED, "")),
            Err(error) => {
                tracing::error!(%error, "the secret of a connection cannot be read");
                Err(answer(StatusCode::SERVICE_UNAVAILABLE, ""))
            }
        }
    }

    /// A voice agent writes something down. It waits for the answer, and only hears whether it is on its way.
    async fn remember(&self, provider: Provider, on: &ConnectionId, body: &[u8], now: Timestamp) -> Response<Body> {
        let made = tool_calls(provider, Tool::Remember, on, body).ok().filter(|_| has_tools(provider));
        let Some(made) = made else { return answer(StatusCode::BAD_REQUEST, "") };
        let events: Vec<Event> = noted(provider, &made, now).into_iter().map(Event::CallNoted).collect();
        let is_published = !events.is_empty() && self.bus.publish(&events).await.is_ok();
        if is_published {
            tracing::info!(connection = %on, remarks = events.len(), "noted in a call");
        } else {
            tracing::error!(connection = %on, named = made.call_id.is_some(), "a voice agent's remark is not on the bus");
        }
        let of = |is_noted| Answer { text: if is_noted { NOTED } else { NOT_NOTED }.to_owned(), ..Answer::default() };
        let mut told: Vec<Answer> = made.given.iter().map(|fact| of(is_published && !fact.is_empty())).collect();
        if told.is_empty() {
            told.push(of(false));
        }
        let told = tool_answer(provider, &made.ids, &told);
        let mut response = answer(StatusCode::OK, told.to_string());
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    async fn publish(&self, connection: &ConnectionId, event: Event) -> Response<Body> {
        match &event {
            Event::CallCompleted(call) => {
                let turns = call.report.transcript.len();
                tracing::info!(%connection, call = %call.key.name, turns, "call received");
            }
            Event::CallsDue(due) => {
                tracing::info!(%connection, conversation = %due.conversation, "calls are to be fetched");
            }
            _ => {}
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

/// The address that was posted to. The API in front of the function hands on path and query, and the host in a header.
fn address(request: &Request) -> String {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let uri = request.uri();
    match (uri.host(), header("host")) {
        (None, Some(host)) => format!("{}://{host}{uri}", header("x-forwarded-proto").unwrap_or("https")),
        _ => uri.to_string(),
    }
}
