//! What a channel tells of a customer without a message of theirs.

use serde::{Deserialize, Serialize};

/// What a channel tells of a customer without a message of theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Told {
    /// They called and nobody answered.
    MissedCall,
    /// They want no more marketing messages.
    MarketingStop,
    /// They want marketing messages again.
    MarketingResume,
    /// Another application passed the conversation to us.
    ControlPassed,
    /// Another application holds the conversation from now on.
    ControlTaken,
    /// They have another phone number.
    NewNumber,
    /// They have another user id at the channel.
    NewUserId,
    /// They set the channel up anew: it may be another person at the same number.
    NewIdentity,
    /// They allow the business to call them.
    CallsAllowed,
    /// They do not want to be called.
    CallsRefused,
    /// They opened the conversation and have not written yet.
    ChatOpened,
    /// Anything else; also what a later version has a word for.
    #[serde(other)]
    Other,
}

impl Told {
    /// What the type of a message tells by itself, as the channels name it.
    #[must_use]
    pub fn of_kind(kind: &str) -> Option<Self> {
        Some(match kind {
            "call_missed" => Self::MissedCall,
            "marketing_stop" => Self::MarketingStop,
            "marketing_resume" => Self::MarketingResume,
            "control_passed" => Self::ControlPassed,
            "control_taken" => Self::ControlTaken,
            "request_welcome" => Self::ChatOpened,
            "system" => Self::Other,
            _ => return None,
        })
    }
}
