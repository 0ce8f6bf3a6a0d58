//! What every step of a turn works with, and how a turn can end.

use crate::identity::aliases::LookupError;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::ports::error::Unavailable;
use crate::ports::model::ModelError;
use crate::retry::Contended;
use jiff::SignedDuration;
use jiff::Timestamp;
use zikaron_memory::settings::Settings;

/// A lead whose lease this invocation holds.
pub(crate) struct Turn {
    pub(super) key: LeadKey,
    /// The state as this turn last read or wrote it.
    pub(super) state: State,
    pub(super) settings: Settings,
    /// The ULID by which this turn knows the lease, and its own commits, as its own.
    pub(super) holder: String,
    /// The message it began with reads as if more were to come at once.
    pub(super) is_unfinished: bool,
}

/// What a step of a turn led to. Once another process holds the lead, nothing this turn has read counts any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holding<T = ()> {
    /// The lease is still this turn's.
    Held(T),
    /// Another process took it, or the lead is gone.
    Lost,
}

/// What a delivery led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was to be answered by this invocation.
    Done(Done),
    /// Everything that waited was answered.
    Answered,
    /// Somebody else holds the lead now, and answers.
    TakenOver,
    /// It failed, and the sweep will see that it is still due.
    LeftToSweep,
}

/// Why an event has to be delivered again. Nothing is lost by any of them: what waits, waits in the store.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// The message still waits and another turn is under way; if that one is dead, a later delivery answers.
    #[error("another turn is under way")]
    UnderWay,
    /// Others wrote first at every attempt ([`Config::attempts`](crate::model::config::Config::attempts)).
    #[error("too many writers at once")]
    Contended,
    /// This invocation has run long enough and messages still wait.
    #[error("more messages wait")]
    MoreWait,
    /// A message of a turn that died may be on its way this moment; nothing may overtake it.
    #[error("an earlier message may still be on its way")]
    EarlierInFlight,
    /// The channel refused a message for now; it goes out again later.
    #[error("a message is to be sent again later")]
    SendLater,
    /// The model gave no answer.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A dependency failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Why a delivery needs nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The line belongs to no business: a number of another connection, or one not set up.
    UnknownLine,
    /// Stored; it needs no answer.
    NoAnswerNeeded,
    /// Stored; the turn that is under way will see it.
    LeftToHolder,
    /// Stored before, and at its end.
    Repeated,
    /// Our own message, echoed by the channel.
    OwnEcho,
    /// Written before the customer's record was erased: nothing of it is kept.
    Erased,
}

/// When a message that was refused for now goes out again: after 4^n seconds, as Meta asks for its pair limit (131056),
/// at most about an hour.
pub(super) fn retry_at(now: Timestamp, refusals: u32) -> Timestamp {
    now + SignedDuration::from_secs(4_i64.pow(refusals.min(6)))
}

impl From<Contended> for TurnError {
    fn from(_: Contended) -> Self {
        Self::Contended
    }
}

impl From<LookupError> for TurnError {
    fn from(error: LookupError) -> Self {
        match error {
            LookupError::Contended => Self::Contended,
            LookupError::Unavailable(error) => Self::Unavailable(error),
        }
    }
}
