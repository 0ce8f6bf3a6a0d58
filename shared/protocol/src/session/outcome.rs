//! How the end of a session went.

use crate::ports::error::Unavailable;
use crate::retry::Contended;

/// What a fire led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The lead is gone, the session is not open, or the schedule was replaced by a later one.
    Nothing,
    /// Not idle long enough, or a turn is under way: another schedule was made.
    Rearmed,
    /// The session is closed, and this is what became of its digest.
    Closed(Digested),
    /// It was an action: it has come to its end, and that is told.
    Acted,
    /// It failed, and the sweep will see that it is still due.
    LeftToSweep,
}

/// Why a fire has to be delivered again.
#[derive(Debug, thiserror::Error)]
pub enum EndError {
    /// Others wrote first too often.
    #[error("too many writers at once")]
    Contended,
    /// Staff asked to close a session in the middle of a turn.
    #[error("a turn is under way")]
    TurnUnderWay,
    /// A dependency failed.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// What became of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digested {
    /// Summary, note and memory are written.
    Written,
    /// It was written before, there was nothing to digest, or the session is unknown.
    Nothing,
    /// The model failed; a schedule will try again.
    Later,
}

impl From<Contended> for EndError {
    fn from(_: Contended) -> Self {
        Self::Contended
    }
}
