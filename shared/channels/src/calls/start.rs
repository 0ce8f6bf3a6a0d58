//! The start of a call: the provider asks who is calling, and waits a second or two at most.

use super::{Malformed, Object, elevenlabs, generic, retell, routes, shown, vapi};
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use zikaron_protocol::call::start::{CallStarting, Recalled};
use zikaron_protocol::json::readable;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::ids::ConnectionId;

/// What a provider tells of a call that begins.
#[derive(Default)]
pub(super) struct Asked {
    agent: Option<String>,
    from: Option<String>,
    to: Option<String>,
}

impl Asked {
    pub(super) fn new(agent: Option<String>, from: Option<String>, to: Option<String>) -> Self {
        Self { agent, from, to }
    }
}

/// Whether a provider asks at the start of a call.
#[must_use]
pub fn has_start(provider: Provider) -> bool {
    provider != Provider::Bland
}

/// Reads the body of a start-of-call request whose proof was checked.
///
/// # Errors
/// [`Malformed`].
pub fn starting(provider: Provider, connection: &ConnectionId, body: &[u8]) -> Result<CallStarting, Malformed> {
    let body = readable(body);
    let raw: &RawValue = serde_json::from_str(&body).map_err(|_| Malformed)?;
    let whole = Object::of(raw).ok_or(Malformed)?;
    let asked = match provider {
        Provider::ElevenLabs => elevenlabs::starting(&whole),
        Provider::Vapi => vapi::starting(&whole),
        Provider::Retell => retell::starting(&whole),
        Provider::Generic => generic::starting(&whole),
        Provider::Bland => Asked::default(),
    };
    Ok(CallStarting {
        connection: connection.clone(),
        routes: routes(asked.agent.as_deref(), asked.to.as_deref()),
        business_number: asked.to.as_deref().and_then(shown),
        customer: asked.from.as_deref().and_then(shown),
    })
}

/// The answer in the provider's own format. `assistant` is for Vapi: who takes the call.
#[must_use]
pub fn answer(provider: Provider, known: &Recalled, assistant: Option<&str>) -> Value {
    let memory = [("memory".to_owned(), known.text.clone())];
    let values = memory.into_iter().chain(known.values.iter().cloned());
    let variables: Map<String, Value> = values.map(|(name, value)| (name, Value::String(value))).collect();
    match provider {
        Provider::ElevenLabs => elevenlabs::answer(variables),
        Provider::Vapi => vapi::answer(variables, assistant),
        Provider::Retell => retell::answer(variables),
        Provider::Generic | Provider::Bland => generic::answer(known, variables),
    }
}
