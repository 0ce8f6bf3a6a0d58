//! Voice notes that came to their end without an answer, and that nobody has listened to yet (docs/rules.md#p1).

use super::message::MessageKey;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// More are not kept: the oldest are forgotten. The item they stand in is written with every message.
const MAX_NOTES: usize = 16;

/// Which those are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unheard {
    /// They are listened to from then on.
    pub at: Timestamp,
    /// Oldest first; never empty.
    pub notes: Vec<MessageKey>,
}

impl Unheard {
    /// These, and one more that is to be listened to now.
    #[must_use]
    pub fn with(before: Option<Self>, note: MessageKey, now: Timestamp) -> Self {
        let mut notes = before.map(|before| before.notes).unwrap_or_default();
        if !notes.contains(&note) {
            notes.push(note);
        }
        notes.drain(..notes.len().saturating_sub(MAX_NOTES));
        Self { at: now, notes }
    }

    /// What is left once somebody has listened to `done`, of which `again` failed for now and are tried at a later time.
    #[must_use]
    pub fn without(mut self, done: &[MessageKey], again: &[MessageKey], later: Timestamp) -> Option<Self> {
        self.notes.retain(|note| !done.contains(note) || again.contains(note));
        if self.notes.iter().all(|note| again.contains(note)) {
            self.at = later;
        }
        Some(self).filter(|left| !left.notes.is_empty())
    }
}
