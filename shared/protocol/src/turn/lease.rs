//! The lease: one turn per lead at a time. The fence rises with every taker, so that who lost the lease without
//! noticing cannot write as its holder.

use super::{Step, Turn, TurnError, ingest::back_off, raced};
use crate::ids::LeadKey;
use crate::ports::{Clock, Ports};
use crate::state::State;
use crate::store::{Item, Store};
use zikaron_memory::settings::Settings;

/// How giving the lease back ended.
pub(super) enum Released {
    /// Nothing waits; the lead is free.
    Done,
    /// Messages came meanwhile; the lease is still ours.
    MoreWait,
    /// Somebody else took it.
    Lost,
}

/// Takes the lease if something waits and nobody holds it.
pub(super) async fn take<P: Ports>(
    p: &P,
    key: LeadKey,
    settings: Settings,
    mut state: State,
) -> Result<Option<Turn>, TurnError> {
    for attempt in 0..p.config().attempts {
        let now = p.clock().now();
        if state.is_leased(now) || !state.has_work(now) {
            return Ok(None);
        }
        let mut next = state.next();
        next.fence += 1;
        next.lease_until = Some(now + p.config().lease);
        if let Step::Done(()) = raced(p.store().commit(&key, vec![Item::State(next.clone())]).await)? {
            return Ok(Some(Turn { key, state: next, settings }));
        }
        back_off(p, attempt).await;
        match p.store().state(&key).await? {
            Some(fresh) => state = fresh,
            None => return Ok(None),
        }
    }
    Err(TurnError::Contended)
}

/// Gives the lease back unless something arrived meanwhile: a release that did not look again would leave a message
/// waiting that relied on the holder.
pub(super) async fn release<P: Ports>(p: &P, turn: &mut Turn) -> Result<Released, TurnError> {
    for attempt in 0..p.config().attempts {
        if turn.state.lease_until.is_none() {
            return Ok(Released::Done);
        }
        if turn.state.pending > 0 {
            return Ok(Released::MoreWait);
        }
        if free(p, turn).await? {
            return Ok(Released::Done);
        }
        back_off(p, attempt).await;
        if !reload(p, turn).await? {
            return Ok(Released::Lost);
        }
    }
    Err(TurnError::Contended)
}

/// Gives the lease back whatever waits: the event is delivered again.
pub(super) async fn give_up<P: Ports>(p: &P, turn: &mut Turn) -> Result<(), TurnError> {
    for attempt in 0..p.config().attempts {
        if turn.state.lease_until.is_none() || free(p, turn).await? {
            return Ok(());
        }
        back_off(p, attempt).await;
        if !reload(p, turn).await? {
            return Ok(());
        }
    }
    Err(TurnError::Contended)
}

async fn free<P: Ports>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    let mut next = turn.state.next();
    next.lease_until = None;
    let step = raced(p.store().commit(&turn.key, vec![Item::State(next.clone())]).await)?;
    if let Step::Done(()) = step {
        turn.state = next;
        return Ok(true);
    }
    Ok(false)
}

/// Reads the state again; false when the lease is not ours any more.
pub(super) async fn reload<P: Ports>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    match p.store().state(&turn.key).await? {
        Some(state) if state.fence == turn.state.fence && state.lease_until.is_some() => {
            turn.state = state;
            Ok(true)
        }
        _ => Ok(false),
    }
}
