//! The call providers, and what a test or a developer asks of them.

use crate::state::PlacedCall;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// ElevenLabs (<https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks>).
    ElevenLabs,
    /// Vapi (<https://docs.vapi.ai/server-url/end-of-call-report>).
    Vapi,
    /// Retell, which reports a call twice (<https://docs.retellai.com/features/webhook-overview>).
    #[default]
    Retell,
    /// Bland (<https://docs.bland.ai/tutorials/webhook-signing>).
    Bland,
    /// Twilio, which tells of a call and keeps what was said (<https://www.twilio.com/docs/conversations/orchestrator/webhooks>).
    Twilio,
    /// Any other, in the product's own format.
    Generic,
}

impl Provider {
    /// The name in paths.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ElevenLabs => "elevenlabs",
            Self::Vapi => "vapi",
            Self::Retell => "retell",
            Self::Bland => "bland",
            Self::Twilio => "twilio",
            Self::Generic => "generic",
        }
    }
}

/// One turn of the conversation in a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `customer` or `agent`.
    pub speaker: String,
    /// What is said.
    pub text: String,
}

/// A call that took place, to be reported as its provider does.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// The customer's number, digits only; left out, it is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The provider that carried it.
    pub provider: Provider,
    /// What was said, in order.
    pub lines: Vec<Line>,
    /// The id of a call that the business had placed, and that the customer answered: then provider, number and id are
    /// its.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub placed: Option<String>,
    /// The call's id; a fresh one, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it ended, in Unix seconds; now, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The provider's own summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Whether a machine answered.
    pub voicemail: bool,
    /// How many times every report of it comes, all at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<usize>,
}

/// What became of a call that was placed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallResult {
    /// The call's id.
    pub id: String,
    /// What the product answered to each report; 0 where it did not answer.
    pub statuses: Vec<u16>,
}

/// A call that begins, and whose provider asks who is calling.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ring {
    /// The customer's number, digits only; left out, it is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The provider that asks.
    pub provider: Provider,
}

/// What a voice agent does in mid-call, by its provider's tools.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ToolUse {
    /// The customer's number, digits only; left out, it is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The provider whose agent it is.
    pub provider: Provider,
    /// The call's id.
    pub id: String,
    /// What it asks …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub question: Option<String>,
    /// … or writes down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
}

/// What the product answers about the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RingResult {
    /// The HTTP status; 0 when it did not answer.
    pub status: u16,
    /// The answer, in the provider's format.
    pub answer: Value,
}

/// A call as its provider knows it.
pub(super) struct EndedCall<'a> {
    pub(super) id: &'a str,
    pub(super) request: &'a Call,
    /// The number that was called, or called from.
    pub(super) own_number: &'a str,
    /// Of a call that the business had placed, what was asked for.
    pub(super) placed: Option<&'a PlacedCall>,
    pub(super) began_at: Timestamp,
    pub(super) ended_at: Timestamp,
}

/// The customer's number, or what stands in its place where it is withheld.
pub(super) fn number(from: &Option<String>) -> String {
    from.as_ref().map_or_else(|| "anonymous".to_owned(), |from| format!("+{from}"))
}
