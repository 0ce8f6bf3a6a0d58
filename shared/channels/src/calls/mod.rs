//! Phone calls: what call providers post when a call ends and when one begins, one file for each provider.
//!
//! A provider's file says how its requests are signed, what is in them, and how it wants to be answered; everything
//! that holds for all of them is here.

mod bland;
mod elevenlabs;
mod generic;
mod object;
mod proof;
mod retell;
mod secret;
mod start;
mod transcript;
mod vapi;

pub use proof::Delivered;
pub use secret::{CallSecret, CallSecrets, NoProof};
pub use start::{answer, has_start, starting};

use jiff::{SignedDuration, Timestamp};
use object::Object;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use start::Asked;
use zikaron_protocol::json::readable;
use zikaron_protocol::model::call::{CallCompleted, CallKey, CallName, Direction, Provider, Report, Spoken};
use zikaron_protocol::model::ids::{CallId, ConnectionId, NumberId, ShownNumber};
use zikaron_protocol::model::phone;
use zikaron_protocol::ports::Unavailable;

/// The longest summary of a provider that is kept, in characters.
const SUMMARY_MOST: usize = 8_000;
/// The longest address of a recording, in characters: signed addresses are long.
const URL_MOST: usize = 2_000;
/// The longest reason for a call's end, in characters.
const REASON_MOST: usize = 200;

/// Which of a provider's two addresses a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// A call ended.
    End,
    /// A call begins.
    Start,
}

/// What the body of an end-of-call webhook comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Read {
    /// A call ended.
    Call(Box<CallCompleted>),
    /// Another message of the provider's, which says nothing to remember: its type, made for the log.
    Other(String),
    /// A call that cannot be used: what is missing.
    SetAside(&'static str),
}

/// The body is not a JSON object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the body is not a JSON object")]
pub struct Malformed;

/// What a provider tells of a call, in its own words. A provider's file fills it in as far as it goes.
struct Told {
    call_id: Option<String>,
    agent: Option<String>,
    /// The customer's number.
    customer: Option<String>,
    /// The business's number.
    own: Option<String>,
    direction: Direction,
    started: Option<Timestamp>,
    ended: Option<Timestamp>,
    lasted: Option<SignedDuration>,
    transcript: Vec<Spoken>,
    voicemail: bool,
    summary: Option<String>,
    recording_url: Option<String>,
    ended_because: Option<String>,
}

/// What a provider's file makes of a body.
enum Message {
    Ended(Box<Told>),
    Other(String),
}

/// Whether a request comes from whoever holds the secret. Looks at the raw bytes and compares in constant time; `now`
/// is what the age of a signature is measured by, where the provider signs a time.
#[must_use]
pub fn is_genuine(door: Door, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
    match secret.provider {
        Provider::ElevenLabs => elevenlabs::is_genuine(door, secret, delivered, now),
        Provider::Vapi => vapi::is_genuine(secret, delivered, now),
        Provider::Retell => retell::is_genuine(secret, delivered, now),
        Provider::Bland => bland::is_genuine(secret, delivered),
        Provider::Generic => generic::is_genuine(secret, delivered, now),
    }
}

/// The provider and connection of a request that proves to come from there; none for one that does not, whatever is
/// wrong with it.
///
/// # Errors
/// When the secret cannot be read.
pub async fn proven<S: CallSecrets>(
    secrets: &S,
    door: Door,
    path: (&str, &str),
    delivered: &Delivered<'_>,
    now: Timestamp,
) -> Result<Option<(Provider, ConnectionId)>, Unavailable> {
    let (Some(provider), Ok(connection)) = (Provider::parse(path.0), ConnectionId::parse(path.1)) else {
        return Ok(None);
    };
    if !delivered.carries_proof() {
        // There is nothing to check: no need to fetch a secret for a passing scanner.
        return Ok(None);
    }
    let secret = secrets.call_connection(&connection).await?.filter(|secret| secret.provider == provider);
    Ok(secret.filter(|secret| is_genuine(door, secret, delivered, now)).map(|_| (provider, connection)))
}

/// The headers with which the provider would send these bytes: for tests and for whoever stands in for it.
#[must_use]
pub fn sign(door: Door, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    match secret.provider {
        Provider::ElevenLabs => elevenlabs::sign(door, secret, body, now),
        Provider::Vapi => vapi::sign(secret, body),
        Provider::Retell => retell::sign(secret, body, now),
        Provider::Bland => bland::sign(secret, body),
        Provider::Generic => generic::sign(secret, body, now),
    }
}

/// Reads the body of an end-of-call webhook whose signature was checked. A wrong type costs the value it stands in.
/// `now` stands in for an end that is not told, and bounds one that is: no call ended in the future.
///
/// # Errors
/// [`Malformed`]; nothing smaller is an error.
pub fn read(provider: Provider, connection: &ConnectionId, body: &[u8], now: Timestamp) -> Result<Read, Malformed> {
    let body = readable(body);
    let raw: &RawValue = serde_json::from_str(&body).map_err(|_| Malformed)?;
    let whole = Object::of(raw).ok_or(Malformed)?;
    let message = match provider {
        Provider::ElevenLabs => elevenlabs::message(&whole),
        Provider::Vapi => vapi::message(&whole),
        Provider::Retell => retell::message(&whole),
        Provider::Bland => bland::message(&whole),
        Provider::Generic => generic::message(&whole),
    };
    Ok(match message {
        Message::Other(kind) => Read::Other(kind),
        Message::Ended(told) => completed(provider, connection, *told, now).unwrap_or_else(Read::SetAside),
    })
}

fn completed(provider: Provider, connection: &ConnectionId, told: Told, now: Timestamp) -> Result<Read, &'static str> {
    let call_id = told.call_id.as_deref().and_then(call_id).ok_or("the call's id is missing")?;
    let own = told.own.as_deref();
    let routes = routes(told.agent.as_deref(), own);
    if routes.is_empty() {
        return Err("neither an agent nor a number of the business is named");
    }
    let ended = told.ended.or_else(|| told.started?.checked_add(told.lasted?).ok());
    let ended_at = to_millis(ended.unwrap_or(now).min(now));
    let started = told.started.or_else(|| ended_at.checked_sub(told.lasted?).ok());
    Ok(Read::Call(Box::new(CallCompleted {
        key: CallKey { ended_at, name: CallName { provider, call_id } },
        connection: connection.clone(),
        routes,
        business_number: own.and_then(shown),
        customer: told.customer.as_deref().and_then(shown),
        report: Report {
            direction: told.direction,
            started_at: to_millis(started.map_or(ended_at, |started| started.min(ended_at))),
            transcript: transcript::bounded(told.transcript),
            voicemail: told.voicemail,
            summary: told.summary.and_then(|text| short(&text, SUMMARY_MOST)),
            recording_url: told.recording_url.and_then(|text| short(&text, URL_MOST)),
            ended_because: told.ended_because.and_then(|text| short(&text, REASON_MOST)),
        },
    })))
}

/// The provider's own id or, where that cannot stand in a key, its digest.
fn call_id(given: &str) -> Option<CallId> {
    CallId::parse(given).or_else(|_| CallId::parse(hex::encode(Sha256::digest(given)))).ok()
}

/// What may name the business: the agent, and the number in the spelling in which operators enter it.
fn routes(agent: Option<&str>, own: Option<&str>) -> Vec<NumberId> {
    let number = own.map(|own| match phone::e164(own, None) {
        Some(number) => number.expose().to_owned(),
        None => own.trim().to_owned(),
    });
    let names = agent.map(str::to_owned).into_iter().chain(number);
    names.filter_map(|name| NumberId::parse(name).ok()).collect()
}

fn shown(number: &str) -> Option<ShownNumber> {
    ShownNumber::parse(number.trim()).ok()
}

fn to_millis(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

fn short(text: &str, most: usize) -> Option<String> {
    let text: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(most).collect();
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A type of a provider's message, for the log: somebody else's text.
fn kind(name: Option<String>) -> String {
    let name = name.unwrap_or_else(|| "without a type".to_owned());
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')).take(60).collect()
}

fn direction(word: Option<&str>) -> Direction {
    match word {
        Some(word) if word.to_ascii_lowercase().starts_with("outbound") => Direction::Outbound,
        _ => Direction::Inbound,
    }
}

/// From and to, seen from the customer: he calls on an inbound call and is called on an outbound one. Answers the
/// customer's number and the business's.
fn sides(direction: Direction, from: Option<String>, to: Option<String>) -> (Option<String>, Option<String>) {
    match direction {
        Direction::Inbound => (from, to),
        Direction::Outbound => (to, from),
    }
}
