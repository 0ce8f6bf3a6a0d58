//! From what a provider tells of a finished call to the event [`CallCompleted`]: what holds for every provider.

use super::object::Object;
use super::provider::{ProviderMessage, ProviderReport};
use super::transcript;
use jiff::Timestamp;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use zikaron_protocol::json::readable;
use zikaron_protocol::model::call::{CallCompleted, CallKey, CallName, CallsDue, Provider, Report};
use zikaron_protocol::model::ids::{CallId, ConnectionId, NumberId, ShownNumber};
use zikaron_protocol::model::phone;

/// The longest summary of a provider that is kept, in characters.
const MAX_SUMMARY_CHARS: usize = 8_000;
/// The longest address of a recording, in characters: signed addresses are long.
const MAX_URL_CHARS: usize = 2_000;
/// The longest reason for a call's end, in characters.
const MAX_REASON_CHARS: usize = 200;

/// The longest tag we send along, in characters: a longer one is not ours.
const MAX_TAG_CHARS: usize = 512;

/// What the body of an end-of-call webhook comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A call ended.
    Call(Box<CallCompleted>),
    /// Calls ended, and are to be fetched.
    Due(CallsDue),
    /// Another message of the provider's, which says nothing to remember: its type, made for the log.
    Other(String),
    /// A call that cannot be used: what is missing.
    SetAside(&'static str),
}

/// The body is not a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct Malformed;

/// The body as an object whose members are still unread.
pub(super) fn of_body<T>(body: &[u8], read: impl FnOnce(&Object<'_>) -> T) -> Result<T, Malformed> {
    let body = readable(body);
    let raw: &RawValue = serde_json::from_str(&body).map_err(|_| Malformed)?;
    Object::of(raw).map(|whole| read(&whole)).ok_or(Malformed)
}

impl Read {
    /// What a provider's message comes to. `now` stands in for an end that is not told, and bounds one that is: no call
    /// ended in the future.
    pub(super) fn of(message: ProviderMessage, provider: Provider, connection: &ConnectionId, now: Timestamp) -> Self {
        match message {
            ProviderMessage::Other(kind) => Self::Other(kind),
            ProviderMessage::Ended(report) => match completed(provider, connection, *report, now) {
                Ok(call) => Self::Call(Box::new(call)),
                Err(missing) => Self::SetAside(missing),
            },
            ProviderMessage::Due(conversation) => match CallId::parse(conversation) {
                Ok(conversation) => Self::Due(CallsDue { provider, connection: connection.clone(), conversation }),
                Err(_) => Self::SetAside("the conversation's id is none"),
            },
        }
    }
}

/// The event of a finished call, or what is missing for it.
pub(super) fn completed(
    provider: Provider,
    connection: &ConnectionId,
    told: ProviderReport,
    now: Timestamp,
) -> Result<CallCompleted, &'static str> {
    let call_id = told.call_id.as_deref().and_then(call_id).ok_or("the call's id is missing")?;
    let own = told.own.as_deref();
    let routes = routes(told.agent.as_deref(), own);
    if routes.is_empty() {
        return Err("neither an agent nor a number of the business is named");
    }
    let ended = told.ended.or_else(|| told.started?.checked_add(told.lasted?).ok());
    let ended_at = to_millis(ended.unwrap_or(now).min(now));
    let started = told.started.or_else(|| ended_at.checked_sub(told.lasted?).ok());
    Ok(CallCompleted {
        key: CallKey { ended_at, name: CallName { provider, call_id } },
        connection: connection.clone(),
        routes,
        business_number: own.and_then(shown),
        customer: told.customer.as_deref().and_then(shown),
        tag: told.tag.filter(|tag| tag.chars().count() <= MAX_TAG_CHARS),
        report: Report {
            direction: told.direction,
            started_at: to_millis(started.map_or(ended_at, |started| started.min(ended_at))),
            transcript: transcript::bounded(told.transcript),
            voicemail: told.voicemail,
            summary: told.summary.and_then(|text| short(&text, MAX_SUMMARY_CHARS)),
            recording_url: told.recording_url.and_then(|text| short(&text, MAX_URL_CHARS)),
            ended_because: told.ended_because.and_then(|text| short(&text, MAX_REASON_CHARS)),
        },
    })
}

/// The provider's own id or, where that cannot stand in a key, its digest.
pub(super) fn call_id(given: &str) -> Option<CallId> {
    CallId::parse(given).or_else(|_| CallId::parse(hex::encode(Sha256::digest(given)))).ok()
}

/// What may name the business: the agent, and the number in the spelling in which operators enter it.
pub(super) fn routes(agent: Option<&str>, own: Option<&str>) -> Vec<NumberId> {
    let number = own.map(|own| match phone::e164(own, None) {
        Some(number) => number.expose().to_owned(),
        None => own.trim().to_owned(),
    });
    let names = agent.map(str::to_owned).into_iter().chain(number);
    names.filter_map(|name| NumberId::parse(name).ok()).collect()
}

pub(super) fn shown(number: &str) -> Option<ShownNumber> {
    ShownNumber::parse(number.trim()).ok()
}

pub(super) fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

fn short(text: &str, max_chars: usize) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(max_chars).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}
