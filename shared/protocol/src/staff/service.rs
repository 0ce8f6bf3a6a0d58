//! What everything staff do works with, and how it can fail.

use crate::model::lead_state::State;
use crate::model::write::Write;
use crate::ports::error::Unavailable;
use crate::retry::Contended;
use zikaron_memory::action::Refusal;
use zikaron_memory::reason::Reason;

/// How often an edit is tried again after somebody else wrote first: of a crowd of writers one gets through each time.
pub(super) const ATTEMPTS: u32 = 40;

/// Why an edit was not made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// The business has no such lead.
    #[error("there is no such lead")]
    NoLead,
    /// The value is not suggested for this field.
    #[error("{field} has no such suggestion: `lead show` lists what is suggested")]
    NoSuggestion {
        /// Its name.
        field: String,
    },
    /// The lead has no note of this time and id.
    #[error("there is no such note")]
    NoNote,
    /// The memory is not the one the caller has read.
    #[error("the memory was changed meanwhile: read it again")]
    Moved,
    /// A value does not fit its field.
    #[error("{field} cannot be kept as given ({reason:?})")]
    Refused {
        /// Its name.
        field: String,
        /// The merge's reason.
        reason: Reason,
    },
    /// A message cannot be sent: the customer has never written, so there is no number to answer from.
    #[error("the customer has not written yet: there is no conversation to answer in")]
    NoConversation,
    /// The lead has no such action.
    #[error("there is no such action")]
    NoAction,
    /// It is done, cancelled, or about to be done.
    #[error("the action does not wait any more")]
    ActionOver,
    /// A rule refuses it at the time it is to be done, or there is no number to write from.
    #[error("{0}")]
    NotAllowed(Refusal),
    /// A request is repeated whose customer was erased since.
    #[error("the customer was erased since this was first asked for")]
    Erased,
    /// Too many messages to this customer wait for their end.
    #[error("too many messages to this customer are not delivered yet")]
    Full,
    /// Others wrote first too often.
    #[error("others keep writing to this lead; try again")]
    Contended,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

impl From<Contended> for EditError {
    fn from(_: Contended) -> Self {
        Self::Contended
    }
}

/// The ports an edit of staff's needs; its methods are the edits.
pub struct StaffService<'a, S, C, I> {
    /// The business's leads.
    pub store: &'a S,
    /// The time of an edit, by which the merge orders it.
    pub clock: &'a C,
    /// Identifiers: every edit has one of its own, in the place of a session's.
    pub ids: &'a I,
}

pub(super) fn with(mut items: Vec<Write>, state: State) -> Vec<Write> {
    items.push(Write::State(state));
    items
}
