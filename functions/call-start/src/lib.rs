#![doc = include_str!("../README.md")]

use jiff::{SignedDuration, Timestamp};
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, RequestExt, Response};
use std::future::Future;
use zikaron_channels::calls::{CallSecrets, Delivered, WebhookKind, answer, has_start, proven, starting};
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_protocol::call::start;
use zikaron_protocol::call::start::{CallStarting, Recalled};
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, Unavailable};

/// The route, around provider and connection.
const PATH: (&str, &str) = ("/webhooks/calls/", "/start");
/// How long the caller may wait for us. The platforms wait a second or two, and part of that is the way here.
const PATIENCE: SignedDuration = SignedDuration::from_millis(800);
/// The longest body that is read: a few numbers, and for Vapi the whole assistant.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Where callers are looked up.
pub trait Callers: Send + Sync {
    /// What is known at `now` of whoever calls.
    fn recall(&self, call: &CallStarting, now: Timestamp)
    -> impl Future<Output = Result<Recalled, Unavailable>> + Send;
}

/// Callers by the memory of a store.
#[derive(Debug)]
pub struct Remembered<S>(pub S);

impl<S: Store> Callers for Remembered<S> {
    async fn recall(&self, call: &CallStarting, now: Timestamp) -> Result<Recalled, Unavailable> {
        start::recall(&self.0, call, now, Config::default().block_chars).await
    }
}

/// The function over its ports.
#[derive(Debug)]
pub struct CallStart<S, M, C> {
    secrets: S,
    callers: M,
    clock: C,
}

impl<S: CallSecrets, M: Callers, C: Clock> CallStart<S, M, C> {
    /// The clock tells how old a signature is.
    pub fn new(secrets: S, callers: M, clock: C) -> Self {
        Self { secrets, callers, clock }
    }

    /// Answers one request in time. Never fails.
    pub async fn handle(&self, request: Request) -> Response<Body> {
        let path = names(request.raw_http_path());
        let provider = Provider::parse(path.0).filter(|provider| has_start(*provider));
        let (Some(provider), &Method::POST) = (provider, request.method()) else { return refused() };
        let known = tokio::select! {
            biased;
            known = self.known(provider, path, &request) => Some(known),
            () = self.clock.sleep(PATIENCE) => None,
        };
        let known = match known {
            Some(Ok(Some(known))) => known,
            Some(Ok(None)) => return refused(),
            Some(Err(error)) => {
                tracing::error!(provider = path.0, %error, "a caller is answered as a stranger");
                stranger()
            }
            None => {
                tracing::error!(provider = path.0, "no memory in time: a caller is answered as a stranger");
                stranger()
            }
        };
        let query = request.query_string_parameters();
        let assistant =
            query.first("assistant").filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
        json(&answer(provider, &known, assistant))
    }

    /// None for a request that proves nothing.
    async fn known(
        &self,
        provider: Provider,
        path: (&str, &str),
        request: &Request,
    ) -> Result<Option<Recalled>, Unavailable> {
        let body: &[u8] = request.body().as_ref();
        if body.len() > MAX_BODY_BYTES {
            return Ok(None);
        }
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let delivered = Delivered::new(&header, body);
        let proven = proven(&self.secrets, WebhookKind::Start, path, &delivered, self.clock.now()).await?;
        let Some((_, connection)) = proven else { return Ok(None) };
        match starting(provider, &connection, body) {
            Ok(call) => self.callers.recall(&call, self.clock.now()).await.map(Some),
            Err(error) => {
                tracing::warn!(%connection, %error, "a caller is answered as a stranger");
                Ok(Some(stranger()))
            }
        }
    }
}

/// Provider and connection of a path.
fn names(path: &str) -> (&str, &str) {
    let path = path.split_once(PATH.0).map_or("", |(_, path)| path.trim_end_matches('/'));
    path.strip_suffix(PATH.1).and_then(|path| path.split_once('/')).unwrap_or_default()
}

fn stranger() -> Recalled {
    Recalled::stranger(&FieldList::standard(Language::default()))
}

fn refused() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn json(value: &serde_json::Value) -> Response<Body> {
    let mut response = Response::new(Body::Text(value.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
