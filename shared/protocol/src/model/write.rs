//! What a commit writes.

use crate::model::alias::AliasRecord;
use crate::model::call::Call;
use crate::model::figures::Count;
use crate::model::ids::{CustomerAddress, LeadId};
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::model::session::Session;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::document::LeadMemory;
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;

/// The memory of a lead with the count of its writes; version 0 is one that was never written.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// Counts the writes of this item.
    pub version: u64,
    /// Whether it is among what is counted as standing now; one that older code wrote is not, until it is written again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub counted: bool,
    /// The memory.
    #[serde(flatten)]
    pub document: LeadMemory,
}

impl Memory {
    /// The next write of it.
    #[must_use]
    pub fn next(&self, document: LeadMemory) -> Self {
        Self { version: self.version + 1, counted: true, document }
    }
}

/// One item of a commit. All of a commit's items are written, or none.
#[derive(Clone, Debug, PartialEq)]
pub enum Write {
    /// The lead's state; versioned.
    State(State),
    /// The lead's memory; versioned.
    Memory(Box<Memory>),
    /// A session; versioned.
    Session(Session),
    /// A message; versioned.
    Message(Message),
    /// A call; versioned. Its first write takes the call's name, under which it is found whoever made it.
    Call(Box<Call>),
    /// A note; written over whatever stands under its time and id.
    Note(Note),
    /// Deletes a note.
    DeleteNote {
        /// When it was written.
        at: Timestamp,
        /// Its id.
        id: String,
    },
    /// Appends to the log of changes what became of one candidate; expires.
    Change(Verdict),
    /// Makes the customer's address point to the lead, if nothing of it points anywhere yet.
    Alias(CustomerAddress),
    /// Makes a name that points to another lead point to this one, if it still points to `from`.
    RepointAlias {
        /// The name, as [`super::alias::alias_keys`] writes it.
        name: String,
        /// The lead it must still point to.
        from: LeadId,
        /// What the name's item says from now on.
        to: AliasRecord,
    },
    /// A name of this lead, or of nobody, leads here for what was sent up to `until`, and to nobody for what is later.
    ExpireAlias {
        /// The name, as [`super::alias::alias_keys`] writes it.
        name: String,
        /// The last second in which the name is this lead's.
        until: Timestamp,
    },
    /// Stores an item of another lead here, unchanged, if nothing stands in its place.
    MoveIn(Box<Self>),
    /// Deletes an item if it stands in this version; a memory of version 0: if there is none.
    Delete(Box<Self>),
    /// Leaves a note under this lead's id that it was merged into that one.
    Redirect(LeadId),
    /// Adds to the business's figures, whatever stands there.
    Count(Count),
}

impl Write {
    /// Whether it writes the state, or takes it away, on the condition that it is there.
    #[must_use]
    pub fn decides_state(&self) -> bool {
        match self {
            Self::State(_) => true,
            Self::Delete(item) => matches!(**item, Self::State(_)),
            _ => false,
        }
    }
}

/// Whether these are written only where the lead's state stands, though none of them writes it: nothing may be kept of
/// one who was erased. A session that is over was there before, so it goes with the lead, and nothing follows from it;
/// looking at the lead as well makes it a transaction, of five units instead of two.
#[must_use]
pub fn needs_lead(items: &[Write]) -> bool {
    let is_over = matches!(items, [Write::Session(session)] if session.version > 1 && !session.is_unfinished());
    !is_over && !items.iter().any(Write::decides_state)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn session(version: u64, stage: &str, unpublished_changes: bool) -> Write {
        let mut session = json!({"id": "s1", "version": version, "stage": stage, "opened_at": "2026-11-16T08:00:00Z"});
        if unpublished_changes {
            session["untold"] = json!([]);
        }
        Write::Session(serde_json::from_value(session).unwrap())
    }

    #[test]
    fn only_a_session_that_was_there_and_is_over_is_written_without_a_look_at_its_lead() {
        assert!(!needs_lead(&[session(4, "digested", false)]));
        assert!(needs_lead(&[session(1, "digested", false)]), "it would be new");
        assert!(needs_lead(&[session(4, "digested", true)]), "the business is to be told");
        assert!(needs_lead(&[session(4, "closing", false)]), "a schedule may follow");
        assert!(needs_lead(&[session(4, "digested", false), session(4, "digested", false)]), "more than one item");
        assert!(needs_lead(&[]));
    }
}
