#![doc = include_str!("../README.md")]

use jiff::{SignedDuration, Timestamp};
use lambda_http::http::header::{CONTENT_TYPE, HeaderValue};
use lambda_http::http::{Method, StatusCode};
use lambda_http::{Body, Request, RequestExt, Response};
use serde_json::Value;
use std::future::Future;
use zikaron_channels::calls::{
    CallSecrets, Delivered, Tool, WebhookKind, answer, has_start, has_tools, proven, starting, tool_answer, tool_calls,
};
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_protocol::call::ask::{Answer, ask};
use zikaron_protocol::call::start;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::model::ongoing_call::OngoingCall;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, Unavailable};

/// What a route begins with; provider and connection follow, and what is asked.
const PATH: &str = "/webhooks/calls/";
/// How long the memory may take. The agent is to have its answer within 800 ms: what is left is for the way here and back
/// through the gateway. The platforms themselves wait a second or two.
const PATIENCE: SignedDuration = SignedDuration::from_millis(700);
/// What a voice agent is told where the memory does not answer: that nothing is known would be another thing.
const UNREACHABLE: &str = "The customer's memory cannot be reached at the moment.";
/// The longest body that is read: a few numbers, and for Vapi the whole assistant.
const MAX_BODY_BYTES: usize = 1024 * 1024;

/// Where callers are looked up.
pub trait Callers: Send + Sync {
    /// What is known at `now` of whoever calls.
    fn recall(&self, call: &OngoingCall, now: Timestamp) -> impl Future<Output = Result<Recalled, Unavailable>> + Send;

    /// What answers each of these questions about whoever is on the line, at `now`.
    fn ask(
        &self,
        call: &OngoingCall,
        questions: &[String],
        now: Timestamp,
    ) -> impl Future<Output = Result<Vec<Answer>, Unavailable>> + Send;
}

/// Callers by the memory of a store.
#[derive(Debug)]
pub struct Remembered<S>(pub S);

impl<S: Store + LeadCollections> Callers for Remembered<S> {
    async fn recall(&self, call: &OngoingCall, now: Timestamp) -> Result<Recalled, Unavailable> {
        start::recall(&self.0, call, now, Config::default().block_chars).await
    }

    async fn ask(&self, call: &OngoingCall, questions: &[String], now: Timestamp) -> Result<Vec<Answer>, Unavailable> {
        ask(&self.0, call, questions, now).await
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
        let path = Path::of(request.raw_http_path());
        let Some(path) = path.filter(|path| path.is_open() && request.method() == Method::POST) else {
            return refused();
        };
        let told = tokio::select! {
            biased;
            told = self.told(&path, &request) => Some(told),
            () = self.clock.sleep(PATIENCE) => None,
        };
        match told {
            Some(Ok(Some(told))) => json(&told),
            Some(Ok(None)) => refused(),
            Some(Err(error)) => {
                tracing::error!(provider = path.names.0, %error, "the memory does not answer: nothing of it is told");
                json(&path.nothing(&request))
            }
            None => {
                tracing::error!(provider = path.names.0, "no memory in time: nothing of it is told");
                json(&path.nothing(&request))
            }
        }
    }

    /// None for a request that proves nothing.
    async fn told(&self, path: &Path<'_>, request: &Request) -> Result<Option<Value>, Unavailable> {
        let body: &[u8] = request.body().as_ref();
        if body.len() > MAX_BODY_BYTES {
            return Ok(None);
        }
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let delivered = Delivered::new(&header, body);
        let proven = proven(&self.secrets, path.kind, path.names, &delivered, self.clock.now()).await?;
        let Some((_, connection)) = proven else { return Ok(None) };
        let told = match path.kind {
            WebhookKind::Tool => self.answered(path.provider, &connection, body).await?,
            _ => self.known(path.provider, &connection, body, request).await?,
        };
        if told.is_none() {
            tracing::warn!(%connection, bytes = body.len(), "not a JSON object: nothing is told");
        }
        Ok(Some(told.unwrap_or_else(|| path.nothing(request))))
    }

    /// Who is calling; none of a body that cannot be read.
    async fn known(
        &self,
        provider: Provider,
        connection: &ConnectionId,
        body: &[u8],
        request: &Request,
    ) -> Result<Option<Value>, Unavailable> {
        let Ok(call) = starting(provider, connection, body) else { return Ok(None) };
        let known = self.callers.recall(&call, self.clock.now()).await?;
        Ok(Some(introduction(provider, &known, request)))
    }

    /// What a voice agent asked, answered; none of a body that cannot be read.
    async fn answered(
        &self,
        provider: Provider,
        connection: &ConnectionId,
        body: &[u8],
    ) -> Result<Option<Value>, Unavailable> {
        let Ok(asked) = tool_calls(provider, Tool::Recall, connection, body) else { return Ok(None) };
        let answers = self.callers.ask(&asked.call, &asked.given, self.clock.now()).await?;
        Ok(Some(tool_answer(provider, &asked.ids, &answers)))
    }
}

/// What a path asks, and of whom.
struct Path<'a> {
    provider: Provider,
    kind: WebhookKind,
    /// Provider and connection, as they stand there.
    names: (&'a str, &'a str),
}

impl<'a> Path<'a> {
    fn of(path: &'a str) -> Option<Self> {
        let path = path.split_once(PATH)?.1.trim_end_matches('/');
        let (names, what) = path.rsplit_once('/')?;
        let kind = match what {
            "start" => WebhookKind::Start,
            "recall" => WebhookKind::Tool,
            _ => return None,
        };
        let names = names.split_once('/')?;
        Some(Self { provider: Provider::parse(names.0)?, kind, names })
    }

    /// Whether the provider asks this at all.
    fn is_open(&self) -> bool {
        match self.kind {
            WebhookKind::Tool => has_tools(self.provider),
            _ => has_start(self.provider),
        }
    }

    /// The valid answer that tells nothing.
    fn nothing(&self, request: &Request) -> Value {
        if self.kind != WebhookKind::Tool {
            let stranger = Recalled::stranger(&FieldList::standard(Language::default()));
            return introduction(self.provider, &stranger, request);
        }
        // Each question has its answer by the id it came with.
        let body: &[u8] = request.body().as_ref();
        let connection = ConnectionId::parse(self.names.1).ok();
        let asked = connection.and_then(|on| tool_calls(self.provider, Tool::Recall, &on, body).ok());
        let ids = asked.map(|asked| asked.ids).unwrap_or_default();
        let unknown = Answer { text: UNREACHABLE.to_owned(), ..Answer::default() };
        tool_answer(self.provider, &ids, &vec![unknown; ids.len().max(1)])
    }
}

/// Who is calling, in the provider's format.
fn introduction(provider: Provider, known: &Recalled, request: &Request) -> Value {
    let query = request.query_string_parameters();
    let assistant = query.first("assistant").filter(|id| id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    answer(provider, known, assistant)
}

fn refused() -> Response<Body> {
    let mut response = Response::new(Body::Empty);
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    response
}

fn json(value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::Text(value.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}
