//! The memory document of a lead (docs/rules.md#a): what is read before every answer.

use crate::note::{Note, NoteKind};
use crate::profile::Profile;
use crate::session::Channel;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How many notes the document holds (docs/rules.md#f).
pub const KEPT_NOTES: usize = 5;

/// What is known of a customer. Every part is optional: a lead without any has the empty document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct LeadMemory {
    /// The structured profile.
    pub customer_profile_json: Profile,
    /// The summary of the last interaction.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_summary: Option<String>,
    /// When that summary was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_updated_at: Option<Timestamp>,
    /// When the conversation it sums up ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_session_ended_at: Option<Timestamp>,
    /// Where that conversation took place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary_channel: Option<Channel>,
    /// The five newest notes, newest first.
    pub notes: Vec<Note>,
}

impl LeadMemory {
    /// Whether there is nothing to remember: no value, no summary, no note.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.customer_profile_json.is_empty() && self.last_summary.is_none() && self.notes.is_empty()
    }

    /// Adds a note, or replaces the one of the same id; keeps the five newest.
    pub fn add_note(&mut self, note: Note) {
        self.notes.retain(|held| held.id != note.id);
        self.notes.push(note);
        self.notes.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.id.cmp(&a.id)));
        self.notes.truncate(KEPT_NOTES);
    }

    /// Takes over the summary of a conversation that ended later than the one summed up so far (docs/rules.md#c); answers
    /// whether it did. `now` becomes `summary_updated_at`.
    pub fn take_summary(
        &mut self,
        text: impl Into<String>,
        ended_at: Timestamp,
        now: Timestamp,
        channel: Channel,
    ) -> bool {
        if self.summary_session_ended_at.is_some_and(|held| held >= ended_at) {
            return false;
        }
        self.last_summary = Some(text.into());
        self.summary_updated_at = Some(now);
        self.summary_session_ended_at = Some(ended_at);
        self.summary_channel = Some(channel);
        true
    }

    /// What may be seen after a fresh start (docs/rules.md#e): the profile and the notes of staff; no summaries.
    #[must_use]
    pub fn fresh(&self) -> Self {
        let notes = self.notes.iter().filter(|n| n.kind == NoteKind::Note);
        Self {
            customer_profile_json: self.customer_profile_json.clone(),
            notes: notes.cloned().collect(),
            ..Self::default()
        }
    }
}
