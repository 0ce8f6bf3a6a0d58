//! A turn's commits. A commit can take effect and still answer an error; a turn then looks whether its own write
//! stands, because an answer that was claimed and not sent would leave the customer without one.

use super::context::{Holding, Turn, TurnError};
use crate::model::lead_state::State;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::store::{CommitError, Store};
use crate::retry::Attempt;

/// Commits `items` and `next`; done with `then` once it stands, and the turn's state is the new one. `landed` tells
/// from a later state that the commit took effect: others may have written since.
pub(super) async fn write<P: Ports, T>(
    p: &P,
    turn: &mut Turn,
    mut items: Vec<Write>,
    next: State,
    then: T,
    landed: impl Fn(&State) -> bool,
) -> Result<Attempt<T>, TurnError> {
    items.push(Write::State(next.clone()));
    match p.store().commit(&turn.key, items).await {
        Ok(()) => {
            turn.state = next;
            Ok(Attempt::Done(then))
        }
        Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
        Err(CommitError::Unavailable(error)) => match p.store().state(&turn.key).await? {
            Some(state) if state.version >= next.version && landed(&state) => {
                turn.state = state;
                Ok(Attempt::Done(then))
            }
            _ => Err(error.into()),
        },
    }
}

/// Reads the state again after a lost race.
pub(super) async fn reload<P: Ports>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    match p.store().state(&turn.key).await? {
        Some(state) if state.is_held_by(&turn.holder) => {
            turn.state = state;
            Ok(Holding::Held(()))
        }
        _ => Ok(Holding::Lost),
    }
}
