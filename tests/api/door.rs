//! Two doors to the API: the function by itself, and the deployed one with the gateway's authorizer in front.

use anyhow::{Context, Result, bail};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt;
use zikaron_api::auth::TokenPolicy;
use zikaron_api::jwks::{DecodingKey, JwksSource};
use zikaron_api::ports::PortBundle;
use zikaron_api::{Api, router};
use zikaron_aws::clock::{SystemClock, Ulids};
use zikaron_channels::webhook::{TargetError, Targets, WebhookSecret, WebhookSecrets, WebhookTargets};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::SecretId;
use zikaron_protocol::ports::{Clock, Unavailable};
use zikaron_protocol::testing::in_memory_store::InMemory;
use zikaron_simulator::issuer::{AUDIENCE, Issuer};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::scheduler::RecordingScheduler;
use zikaron_testing::staging::StagedFiles;
use zikaron_tests::stage::Stage;

/// What was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The JSON of an answer that went well.
    pub(crate) fn well(self) -> Result<Value> {
        if self.status >= 300 { bail!("answered {}: {}", self.status, self.text) } else { Ok(self.json()) }
    }
}

/// A request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ask {
    pub(crate) method: Method,
    /// From behind `/v1` on.
    pub(crate) path: String,
    pub(crate) token: Option<String>,
    pub(crate) content_type: Option<String>,
    pub(crate) body: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Ask {
    pub(crate) fn new(method: Method, path: impl Into<String>, token: &str) -> Self {
        Self { method, path: path.into(), token: Some(token.to_owned()), ..Self::default() }
    }

    pub(crate) fn body(self, body: &Value) -> Self {
        Self { body: Some(body.to_string()), content_type: Some("application/json".to_owned()), ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// A door.
pub(crate) enum Door {
    /// The function by itself.
    Function { router: axum::Router, issuer: Box<Issuer>, bus: &'static RecordingBus },
    /// What is deployed.
    Deployed { stage: Box<Stage>, http: reqwest::Client },
}

impl Door {
    pub(crate) fn function() -> Result<Self> {
        let issuer = Issuer::new("https://issuer.example")?;
        // Ports live as long as the program: it is looked at from here too.
        let bus: &'static RecordingBus = Box::leak(Box::<RecordingBus>::default());
        let world = PortBundle {
            store: InMemory::default(),
            bus,
            schedules: RecordingScheduler::default(),
            clock: Ticking::default(),
            ids: Ulids,
            jwks: KnownJwks::of(&issuer)?,
            webhooks: KnownWebhooks,
            staging: StagedFiles::default(),
        };
        let policy = TokenPolicy {
            issuer: "https://issuer.example".to_owned(),
            audience: AUDIENCE.to_owned(),
            business_claim: "business".to_owned(),
            role_claim: "role".to_owned(),
        };
        let router = router(Api::new(world, policy, SignedDuration::from_secs(900)));
        Ok(Self::Function { router, issuer: Box::new(issuer), bus })
    }

    pub(crate) fn deployed() -> Result<Self> {
        Ok(Self::Deployed { stage: Box::new(Stage::set()?), http: zikaron_simulator::client()? })
    }

    /// A token with these claims.
    pub(crate) async fn token(&self, claims: Value) -> Result<String> {
        match self {
            Self::Function { issuer, .. } => issuer.token(claims.as_object().context("claims are an object")?),
            Self::Deployed { stage, .. } => stage.driver.token(&claims).await,
        }
    }

    /// What the function by itself has published.
    pub(crate) fn published(&self) -> Vec<Event> {
        match self {
            Self::Function { bus, .. } => bus.events(),
            Self::Deployed { .. } => Vec::new(),
        }
    }

    /// The issuer's public keys.
    pub(crate) async fn jwks(&self) -> Result<Value> {
        match self {
            Self::Function { issuer, .. } => Ok(issuer.jwks()),
            Self::Deployed { stage, http } => {
                Ok(http.get(format!("{}/oidc/jwks", stage.env.simulator_url)).send().await?.json().await?)
            }
        }
    }

    /// The OpenAPI document, which is the same whatever stands in front.
    pub(crate) async fn document(&self) -> Result<Value> {
        let ask = Ask { path: "/openapi.json".to_owned(), ..Ask::default() };
        let document = self.ask(&ask).await?.well()?;
        if let Self::Deployed { .. } = self {
            assert_eq!(document, Self::function()?.ask(&ask).await?.well()?);
        }
        Ok(document)
    }

    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        let bearer = ask.token.as_ref().map(|token| ("authorization", format!("Bearer {token}")));
        let kind = ask.content_type.as_ref().map(|kind| ("content-type", kind.clone()));
        let headers = ask.headers.iter().cloned().chain(bearer).chain(kind);
        let body = ask.body.clone().unwrap_or_default();
        match self {
            Self::Function { router, .. } => {
                let path = format!("/v1{}", ask.path);
                let mut request = Request::builder().method(ask.method.clone()).uri(path).header("host", "api.example");
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let answer = router.clone().oneshot(request.body(Body::from(body))?).await?;
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                let text = String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await?.to_vec())?;
                Ok(Answer { status, headers, text })
            }
            Self::Deployed { stage, http } => {
                let mut request = http.request(ask.method.clone(), format!("{}{}", stage.env.api_url, ask.path));
                for (name, value) in headers {
                    request = request.header(name, value);
                }
                let answer = request.body(body).send().await?;
                let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
                Ok(Answer { status, headers, text: answer.text().await? })
            }
        }
    }
}

/// The machine's clock, but never twice the same: in this process many requests fit into a millisecond.
#[derive(Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        let now = SystemClock.now().as_millisecond();
        let last = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(now.max(last + 1)));
        let last = last.unwrap_or_default();
        Timestamp::from_millisecond(now.max(last + 1)).unwrap_or_default()
    }

    async fn sleep(&self, _: SignedDuration) {}
}

/// The keys of one issuer, without a network.
struct KnownJwks(HashMap<String, Arc<DecodingKey>>);

impl KnownJwks {
    fn of(issuer: &Issuer) -> Result<Self> {
        let set = issuer.jwks();
        let key = &set["keys"][0];
        let text = |name: &str| key[name].as_str().with_context(|| format!("no {name}"));
        let made = DecodingKey::from_rsa_components(text("n")?, text("e")?)?;
        Ok(Self(HashMap::from([(text("kid")?.to_owned(), Arc::new(made))])))
    }
}

impl JwksSource for KnownJwks {
    async fn key(&self, id: &str) -> Result<Option<Arc<DecodingKey>>, Unavailable> {
        Ok(self.0.get(id).cloned())
    }
}

/// A business of a test's own, seen by its admin.
pub(crate) struct Tenant {
    pub(crate) business: String,
    pub(crate) token: String,
}

impl Tenant {
    pub(crate) async fn new(door: &Door) -> Result<Self> {
        use zikaron_protocol::ports::Ids;
        let business = format!("tenant-{}", Ulids.ulid());
        let token = door.token(json!({"business": business, "role": "admin"})).await?;
        Ok(Self { business, token })
    }

    pub(crate) fn ask(&self, method: Method, path: impl Into<String>) -> Ask {
        Ask::new(method, path, &self.token)
    }

    /// A phone number nobody has yet in this business.
    pub(crate) fn phone() -> String {
        let now = Timestamp::as_millisecond(zikaron_simulator::now()) / 10;
        format!("+97255500{:04}", now.rem_euclid(10_000))
    }
}

/// Whether a status says that nothing was done.
pub(crate) fn refused(status: u16) -> bool {
    (400..500).contains(&status) && status != StatusCode::TOO_MANY_REQUESTS.as_u16()
}

/// Webhooks anywhere, by the form of their address alone: nobody is looked up. Their secrets are their ids.
pub(crate) struct KnownWebhooks;

impl WebhookTargets for KnownWebhooks {
    async fn check(&self, url: &str) -> Result<(), TargetError> {
        Targets::Public.allowed(url).map(drop)
    }
}

impl WebhookSecrets for KnownWebhooks {
    async fn webhook_secret(&self, _: &BusinessId, id: &SecretId) -> Result<WebhookSecret, Unavailable> {
        let mut bytes = [0; 32];
        bytes.iter_mut().zip(id.as_str().bytes()).for_each(|(byte, of)| *byte = of);
        Ok(WebhookSecret::from_bytes(bytes))
    }
}
