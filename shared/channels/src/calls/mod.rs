//! Phone calls: what call providers post when a call ends and when one begins, one file for each provider.
//!
//! A provider's file says how its requests are proven, what is in them, and how it wants to be answered; everything
//! that holds for all of them is in the other files.

mod bland;
mod elevenlabs;
mod flat_text;
mod generic;
mod object;
mod proof;
mod provider;
mod report;
mod retell;
mod secret;
mod transcript;
mod vapi;

pub use proof::Delivered;
pub use provider::WebhookKind;
pub use report::{Malformed, Read};
pub use secret::{CallSecret, CallSecrets, NoProof};

use jiff::Timestamp;
use object::Object;
use provider::CallProvider;
use report::{routes, shown};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use zikaron_protocol::call::start::{CallStarting, Recalled};
use zikaron_protocol::json::readable;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

/// The table of providers: the only place where one is chosen.
fn of(provider: Provider) -> &'static dyn CallProvider {
    match provider {
        Provider::ElevenLabs => &elevenlabs::ElevenLabs,
        Provider::Vapi => &vapi::Vapi,
        Provider::Retell => &retell::Retell,
        Provider::Bland => &bland::Bland,
        Provider::Generic => &generic::Generic,
    }
}

/// Whether a request comes from whoever holds the secret. Looks at the raw bytes and compares in constant time; `now`
/// is what the age of a signature is measured by, where the provider signs a time.
#[must_use]
pub fn is_genuine(kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
    of(secret.provider).is_genuine(kind, secret, delivered, now)
}

/// The provider and connection of a request that proves to come from there; none for one that does not, whatever is
/// wrong with it.
///
/// # Errors
/// When the secret cannot be read.
pub async fn proven<S: CallSecrets>(
    secrets: &S,
    kind: WebhookKind,
    path: (&str, &str),
    delivered: &Delivered<'_>,
    now: Timestamp,
) -> Result<Option<(Provider, ConnectionId)>, Unavailable> {
    let (Some(provider), Ok(connection)) = (Provider::parse(path.0), ConnectionId::parse(path.1)) else {
        return Ok(None);
    };
    if !delivered.has_any(of(provider).proof_headers()) {
        // There is nothing to check: no need to fetch a secret for a passing scanner.
        return Ok(None);
    }
    let secret = secrets.call_connection(&connection).await?.filter(|secret| secret.provider == provider);
    Ok(secret.filter(|secret| is_genuine(kind, secret, delivered, now)).map(|_| (provider, connection)))
}

/// The headers with which the provider would send these bytes: for tests and for whoever stands in for it.
#[must_use]
pub fn sign(kind: WebhookKind, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    of(secret.provider).sign(kind, secret, body, now)
}

/// Reads the body of an end-of-call webhook whose proof was checked. A wrong type costs the value it stands in. `now`
/// stands in for an end that is not told, and bounds one that is: no call ended in the future.
///
/// # Errors
/// [`Malformed`] where the body is no JSON object; nothing smaller is an error.
pub fn read(provider: Provider, connection: &ConnectionId, body: &[u8], now: Timestamp) -> Result<Read, Malformed> {
    let message = of_body(body, |whole| of(provider).message(whole))?;
    Ok(Read::of(message, provider, connection, now))
}

/// Whether a provider asks at the start of a call.
#[must_use]
pub fn has_start(provider: Provider) -> bool {
    of(provider).asks_at_start()
}

/// Reads the body of a start-of-call webhook whose proof was checked.
///
/// # Errors
/// [`Malformed`] where the body is no JSON object; nothing smaller is an error.
pub fn starting(provider: Provider, connection: &ConnectionId, body: &[u8]) -> Result<CallStarting, Malformed> {
    let asked = of_body(body, |whole| of(provider).starting(whole))?;
    Ok(CallStarting {
        connection: connection.clone(),
        routes: routes(asked.agent.as_deref(), asked.to.as_deref()),
        business_number: asked.to.as_deref().and_then(shown),
        customer: asked.from.as_deref().and_then(shown),
    })
}

/// The answer to a start-of-call webhook, in the provider's own format. `assistant` is for Vapi: who takes the call.
#[must_use]
pub fn answer(provider: Provider, known: &Recalled, assistant: Option<&str>) -> Value {
    let memory = [("memory".to_owned(), known.text.clone())];
    let values = memory.into_iter().chain(known.values.iter().cloned());
    let variables: Map<String, Value> = values.map(|(name, value)| (name, Value::String(value))).collect();
    of(provider).answer(known, variables, assistant)
}

/// The body as an object whose members are still unread.
fn of_body<T>(body: &[u8], read: impl FnOnce(&Object<'_>) -> T) -> Result<T, Malformed> {
    let body = readable(body);
    let raw: &RawValue = serde_json::from_str(&body).map_err(|_| Malformed)?;
    Object::of(raw).map(|whole| read(&whole)).ok_or(Malformed)
}
