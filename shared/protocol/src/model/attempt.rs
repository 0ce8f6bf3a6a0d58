//! One post of an event, and how it ended.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// How a post ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The receiver answered with this status.
    Answered(u16),
    /// It did not answer in time.
    TimedOut,
    /// No connection came about, or it broke off.
    Unreachable,
    /// The address is none that may be posted to, or there is no such mapping or token any more: nothing was sent.
    NotAllowed,
    /// A CRM answered with this status, by which it will never take this event.
    Refused(u16),
}

impl Outcome {
    /// Whether the receiver has the event.
    #[must_use]
    pub fn is_success(self) -> bool {
        matches!(self, Self::Answered(200..=299))
    }

    /// Whether to post it again would change nothing.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Refused(_))
    }
}

/// One post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// When it began.
    pub at: Timestamp,
    /// How long it took, in milliseconds.
    pub took_ms: u64,
    /// How it ended.
    pub outcome: Outcome,
}

impl Attempt {
    /// When it ended.
    #[must_use]
    pub fn ended_at(&self) -> Timestamp {
        self.at + SignedDuration::from_millis(i64::try_from(self.took_ms).unwrap_or(0))
    }
}
