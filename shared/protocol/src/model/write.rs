//! What a commit writes.

use crate::model::alias::AliasRecord;
use crate::model::call::Call;
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
    /// The memory.
    #[serde(flatten)]
    pub document: LeadMemory,
}

/// Something to be written.
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
    /// This note goes.
    DeleteNote {
        /// When it was written.
        at: Timestamp,
        /// Its id.
        id: String,
    },
    /// Why the profile is what it is: what became of one candidate; expires.
    Change(Verdict),
    /// Makes the customer's address point to the lead, if nothing of it points anywhere yet.
    Alias(CustomerAddress),
    /// Makes a name point here that points to another lead.
    RepointAlias {
        /// The name, as [`alias_keys`] writes it.
        name: String,
        /// The lead it points to; nothing is written if that is another one by now.
        from: LeadId,
        /// Whom it means from now on, and meant.
        to: AliasRecord,
    },
    /// The name, which points here or nowhere, points here for what is of up to then, and to nobody for what is later.
    ExpireAlias {
        /// The name, as [`alias_keys`] writes it.
        name: String,
        /// Up to when.
        until: Timestamp,
    },
    /// This item comes from another lead, as it stands there, if nothing stands in its place.
    MoveIn(Box<Self>),
    /// This item goes, if this version of it stands; of a memory version 0: if there is none.
    Delete(Box<Self>),
    /// The way back from here to a name that points elsewhere goes.
    DeletePastAlias(String),
    /// What was here is found with that lead from now on.
    Redirect(LeadId),
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
