//! A turn's commits. A commit can take effect and still answer an error; a turn then looks whether its own write
//! stands, because an answer that was claimed and not sent would leave the customer without one.

use super::context::{Turn, TurnError};
use crate::model::lead_state::State;
use crate::model::write::Item;
use crate::ports::bundle::Ports;
use crate::ports::store::{CommitError, Store};

/// How a commit of a turn ended.
pub(super) enum Wrote {
    /// It stands; the turn's state is the new one.
    Yes,
    /// Somebody else wrote first.
    Raced,
}

/// Commits `items` and `next`. `landed` tells from a later state that the commit took effect.
pub(super) async fn write<P: Ports>(
    p: &P,
    turn: &mut Turn,
    mut items: Vec<Item>,
    next: State,
    landed: impl Fn(&State) -> bool,
) -> Result<Wrote, TurnError> {
    items.push(Item::State(next.clone()));
    match p.store().commit(&turn.key, items).await {
        Ok(()) => {
            turn.state = next;
            Ok(Wrote::Yes)
        }
        Err(CommitError::Conflict(_)) => Ok(Wrote::Raced),
        Err(CommitError::Unavailable(error)) => match p.store().state(&turn.key).await? {
            Some(state) if state.version >= next.version && landed(&state) => {
                turn.state = state;
                Ok(Wrote::Yes)
            }
            _ => Err(error.into()),
        },
    }
}

/// Reads the state again; false when the lease is not ours any more.
pub(super) async fn reload<P: Ports>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    match p.store().state(&turn.key).await? {
        Some(state) if state.is_held_by(&turn.holder) => {
            turn.state = state;
            Ok(true)
        }
        _ => Ok(false),
    }
}
