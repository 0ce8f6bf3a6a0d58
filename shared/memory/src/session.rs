//! Sessions: stretches of WhatsApp conversation of one lead, ended by silence (docs/rules.md#c).

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// The id of a session, of a call's digest, or of a person's edit: what a [`crate::profile::Candidate`] names as
/// the occasion on which it was said. A ULID; unique within a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(String);

impl SessionId {
    /// Takes the id as it stands.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for SessionId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Where a conversation took place: `last_channel` (docs/rules.md#a).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// A WhatsApp conversation.
    Whatsapp,
    /// A phone call.
    Call,
}

impl Channel {
    /// The name used in data and prompts: `whatsapp` or `call`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Whatsapp => "whatsapp",
            Self::Call => "call",
        }
    }
}

/// Whether a session whose last message is of `last_at` has been idle for `idle` at `now`; exactly `idle` counts.
#[must_use]
pub fn idle_elapsed(last_at: Timestamp, now: Timestamp, idle: SignedDuration) -> bool {
    now.duration_since(last_at) >= idle
}
