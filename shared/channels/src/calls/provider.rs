//! What a call provider's file must say: how its requests are proven, what is in them, and how it wants to be answered.

use super::object::Object;
use super::proof::Delivered;
use super::secret::CallSecret;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{Direction, Spoken};

/// Which of a provider's two webhooks a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookKind {
    /// A call ended.
    End,
    /// A call begins.
    Start,
}

/// One call provider. A new one is a file that implements this, and a line in the table of `mod.rs`.
pub(super) trait CallProvider: Sync {
    /// The headers that may carry a proof, in lower case: a request without any of them is refused before a secret is
    /// fetched for it.
    fn proof_headers(&self) -> &'static [&'static str];

    /// Whether a request comes from whoever holds the secret. `now` measures the age of a signature, where the provider
    /// signs a time.
    fn is_genuine(&self, kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool;

    /// The headers with which the provider would send these bytes.
    fn sign(&self, kind: WebhookKind, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)>;

    /// What the body of an end-of-call webhook tells.
    fn message(&self, whole: &Object<'_>) -> ProviderMessage;

    /// Whether the provider asks at the start of a call. One that does also writes the next two, which are not called
    /// for any other.
    fn asks_at_start(&self) -> bool {
        false
    }

    /// Who is calling whom, by the body of a start-of-call webhook.
    fn starting(&self, _whole: &Object<'_>) -> CallStartRequest {
        CallStartRequest::default()
    }

    /// The answer to a start-of-call webhook. `variables` holds the memory as text under `memory`, and the fields of
    /// the profile by name; `assistant` is who takes the call, for providers that must be told.
    fn answer(&self, known: &Recalled, variables: Map<String, Value>, _assistant: Option<&str>) -> Value {
        own_answer(known, variables)
    }
}

/// Our own format of an answer: the memory document as staff see it, its text, and the variables.
fn own_answer(known: &Recalled, variables: Map<String, Value>) -> Value {
    let memory = known.document.as_ref().map(|document| {
        json!({
            "customer_profile_json": document.customer_profile_json.to_public_json(),
            "last_summary": document.last_summary,
            "summary_updated_at": document.summary_updated_at,
            "notes": document.notes,
        })
    });
    json!({"memory": memory, "text": known.text, "variables": variables})
}

/// What a provider tells of a finished call, in its own words. A provider's file fills it in as far as it goes.
pub(super) struct ProviderReport {
    pub(super) call_id: Option<String>,
    pub(super) agent: Option<String>,
    /// The customer's number.
    pub(super) customer: Option<String>,
    /// The business's number.
    pub(super) own: Option<String>,
    pub(super) direction: Direction,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) lasted: Option<SignedDuration>,
    pub(super) transcript: Vec<Spoken>,
    pub(super) voicemail: bool,
    pub(super) summary: Option<String>,
    pub(super) recording_url: Option<String>,
    pub(super) ended_because: Option<String>,
}

/// What a provider's file makes of a body.
pub(super) enum ProviderMessage {
    Ended(Box<ProviderReport>),
    /// A message that tells of no finished call: its type, made for the log.
    Other(String),
}

/// What a provider tells of a call that begins, in its own words.
#[derive(Default)]
pub(super) struct CallStartRequest {
    pub(super) agent: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
}

/// The type of a provider's message, for the log: it is somebody else's text, so only harmless characters stay.
pub(super) fn type_for_log(name: Option<String>) -> String {
    let name = name.unwrap_or_else(|| "without a type".to_owned());
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')).take(60).collect()
}

/// Who called whom; a word nobody knows, or none, is an inbound call.
pub(super) fn direction(word: Option<&str>) -> Direction {
    match word {
        Some(word) if word.to_ascii_lowercase().starts_with("outbound") => Direction::Outbound,
        _ => Direction::Inbound,
    }
}

/// The customer's number and the business's. On an inbound call the customer is who calls, on an outbound one who is
/// called.
pub(super) fn sides(
    direction: Direction,
    from: Option<String>,
    to: Option<String>,
) -> (Option<String>, Option<String>) {
    match direction {
        Direction::Inbound => (from, to),
        Direction::Outbound => (to, from),
    }
}
