//! The lease: one turn per lead at a time. The fence rises with every taker. A process that lost the lease without
//! noticing cannot write as its holder: its commits are conditional on a state that stands no more.

use super::context::{Holding, Turn, TurnError};
use super::write::{reload, write};
use crate::model::config::Config;
use crate::model::ids::LeadKey;
use crate::model::lead_state::{Lease, State};
use crate::model::model_outage::ModelOutage;
use crate::ports::bundle::Ports;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use jiff::Timestamp;
use zikaron_memory::settings::Settings;

/// How giving the lease back ended.
pub(super) enum Released {
    /// The lead is free, and nothing waits.
    Done,
    /// Messages came meanwhile; the lease is still ours.
    MoreWait,
    /// Another process took it.
    Lost,
}

/// Makes `holder` the holder.
pub(super) fn grant(state: &mut State, holder: &str, now: Timestamp, config: &Config) {
    state.fence += 1;
    state.lease = Some(Lease { until: now + config.lease, holder: holder.to_owned() });
}

/// Gives the holder more time.
pub(super) fn renew<P: Ports>(p: &P, state: &mut State, now: Timestamp) {
    if let Some(lease) = &mut state.lease {
        lease.until = now + p.config().lease;
    }
}

/// Takes the lease if there is something to do and nobody holds it.
pub(super) async fn take<P: Ports>(
    p: &P,
    key: LeadKey,
    settings: Settings,
    state: State,
) -> Result<Option<Turn>, TurnError> {
    // What waited for another turn, or for the sweep, is hardly followed by more.
    let mut turn = Turn { key, state, settings, holder: p.ids().ulid(), is_unfinished: false };
    let taken = update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 {
            match p.store().state(&turn.key).await? {
                Some(fresh) => turn.state = fresh,
                None => return Ok(Attempt::Done(false)),
            }
            // The SDK sends a write again whose answer is lost, and the second one meets the first.
            if turn.state.is_held_by(&turn.holder) {
                return Ok(Attempt::Done(true));
            }
        }
        let now = p.clock().now();
        if turn.state.is_leased(now) || !turn.state.has_work(now, p.config()) {
            return Ok(Attempt::Done(false));
        }
        let mut next = turn.state.next();
        grant(&mut next, &turn.holder, now, p.config());
        let holder = turn.holder.clone();
        write(p, &mut turn, Vec::new(), next, true, move |state| state.is_held_by(&holder)).await
    });
    Ok::<_, TurnError>(taken?.then_some(turn))
}

/// Gives the lease back unless something arrived meanwhile: a release that did not look again would leave a message
/// waiting that relied on the holder.
pub(super) async fn release<P: Ports>(p: &P, turn: &mut Turn) -> Result<Released, TurnError> {
    give_back(p, turn, None).await
}

/// Gives the lease back whatever waits: the event is delivered again, or the sweep looks after it. Writes down whether it
/// was the model that failed.
pub(super) async fn give_up<P: Ports>(p: &P, turn: &mut Turn, model_failed: bool) -> Result<(), TurnError> {
    give_back(p, turn, Some(model_failed)).await.map(drop)
}

async fn give_back<P: Ports>(p: &P, turn: &mut Turn, given_up: Option<bool>) -> Result<Released, TurnError> {
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Released::Lost));
        }
        if !turn.state.is_held_by(&turn.holder) {
            return Ok(Attempt::Done(if turn.state.lease.is_none() { Released::Done } else { Released::Lost }));
        }
        let now = p.clock().now();
        if given_up.is_none() && turn.state.has_work(now, p.config()) {
            return Ok(Attempt::Done(Released::MoreWait));
        }
        let mut next = turn.state.next();
        next.lease = None;
        if given_up == Some(true) {
            next.model_outage = Some(ModelOutage::failed(next.model_outage, now));
        }
        let holder = turn.holder.clone();
        write(p, turn, Vec::new(), next, Released::Done, move |state| !state.is_held_by(&holder)).await
    })
}
