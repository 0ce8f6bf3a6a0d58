//! An action as stored: the job of a session, so that it is scheduled, swept, moved and erased as sessions are. Its
//! state machine stands in docs/protocol.md.

use super::call::CallName;
use super::ids::LeadId;
use super::message::MessageKey;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zikaron_memory::action::{ActionEnd, ActionKind};
use zikaron_memory::session::SessionId;

/// What is not done so long after it was due is too late, where nothing else was said: over the longest feasts.
pub const LATEST: SignedDuration = SignedDuration::from_hours(4 * 24);

/// What the ids of actions begin with. A ULID begins with a digit: of a lead's sessions the actions come last.
const PREFIX: &str = "action.";

/// The id of an action; its schedules go by it as those of sessions do.
#[must_use]
pub fn action_id(ulid: &str) -> SessionId {
    SessionId::new(format!("{PREFIX}{ulid}"))
}

/// Whether a session of this id is an action.
#[must_use]
pub fn is_action(id: &SessionId) -> bool {
    id.as_str().starts_with(PREFIX)
}

/// What goes along with a call to a provider, and comes back with its report: whose action it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallTag {
    /// The lead of the action; the business is that of the line the report is of.
    pub lead: LeadId,
    /// The action.
    pub action: SessionId,
}

impl CallTag {
    /// The tag of this text; none where it is not one of ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (lead, action) = text.split_once(':')?;
        let action = SessionId::new(action);
        let lead = LeadId::parse(lead).ok()?;
        is_action(&action).then_some(Self { lead, action })
    }
}

impl std::fmt::Display for CallTag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.lead, self.action)
    }
}

/// Something to be done for a customer at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// By what means.
    pub kind: ActionKind,
    /// Of a message its words; of a call what it is about; of a person what they are to do.
    pub text: String,
    /// The model writes the message, and `text` says what about.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub composed: bool,
    /// The template that is sent where the customer has not written for 24 hours, by its name in the settings.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template: Option<String>,
    /// When it is to be done. That it is moved out of quiet hours changes only the session's `retry_at`.
    pub due_at: Timestamp,
    /// After this it makes no sense any more.
    pub latest: Timestamp,
    /// When it was entered or asked for.
    pub made_at: Timestamp,
    /// Where the customer asked for it; none where a person of the business entered it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<Asked>,
    /// It is moot as soon as the customer writes.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unless_they_write: bool,
    /// A call that a provider was, or was just about to be, asked for: since when. It is never asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_at: Option<Timestamp>,
    /// The message it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<MessageKey>,
    /// The call it became.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallName>,
    /// How it ended; none while it waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
}

/// Where a customer asked for something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The session.
    pub session: SessionId,
    /// Their words.
    pub quote: String,
}

/// The end of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    /// When, by our clock.
    pub at: Timestamp,
    /// How.
    #[serde(flatten)]
    pub how: ActionEnd,
}
