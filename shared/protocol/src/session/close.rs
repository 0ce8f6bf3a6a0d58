//! The end of a session: a schedule fires, the silence is verified, the session closes and is digested.
//!
//! A fire is only a hint. It may come early, late, twice, for a session long gone or with a number that was replaced;
//! what decides is the state.

use super::work;
use crate::model::closing::close_open;
use crate::model::event::SessionClose;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::OpenSession;
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::session::outcome::{EndError, Ended};
use crate::timer::{self, ScheduledTimer};
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::session::idle_elapsed;

/// A schedule fired: closes and works on its session, if the state says that it is idle.
///
/// # Errors
/// [`EndError`], where the store or the bus failed or others kept writing: deliver it again.
pub async fn fire<P: Ports>(p: &P, fire: &TimerFired) -> Result<Ended, EndError> {
    let ended = update!(p.clock(), p.config().attempts, |_| {
        let Some(state) = p.store().state(&fire.key).await? else { return Ok(Attempt::Done(Some(Ended::Nothing))) };
        let Some(open) = state.session.as_ref().filter(|open| open.id == fire.session) else {
            return Ok(Attempt::Done(None));
        };
        if open.generation != fire.generation {
            return Ok(Attempt::Done(Some(Ended::Nothing)));
        }
        let now = p.clock().now();
        let idle = idle_elapsed(open.last_at, now, p.config().idle);
        if idle && !is_busy(&state, now) {
            return close(p, &fire.key, &state, open, now, None).await;
        }
        let at = if idle { now + p.config().idle } else { open.last_at + p.config().idle };
        rearm(p, &fire.key, &state, at, Some(Ended::Rearmed)).await
    });
    match ended? {
        Some(ended) => Ok(ended),
        None => Ok(Ended::Closed(work::work(p, &fire.key, &fire.session).await?)),
    }
}

/// The same for a session the sweep hinted at. Where it fails, it is left to the next hint, which is never far.
pub async fn hinted<P: Ports>(p: &P, hint: &TimerFired) -> Ended {
    fire(p, hint).await.unwrap_or_else(|error| {
        info!(lead = %hint.key.lead, session = %hint.session, %error, "left to the next sweep");
        Ended::LeftToSweep
    })
}

/// Staff close the open session of a lead now, however short the silence; where one is named, only that one.
///
/// # Errors
/// [`EndError::TurnUnderWay`] while the customer is being answered; otherwise as for [`fire`]. Try again.
pub async fn close_now<P: Ports>(p: &P, asked: &SessionClose) -> Result<Ended, EndError> {
    let key = &asked.key;
    let closed = update!(p.clock(), p.config().attempts, |_| {
        let Some(state) = p.store().state(key).await? else { return Ok(Attempt::Done(None)) };
        let meant = |open: &&OpenSession| asked.session.as_ref().is_none_or(|session| *session == open.id);
        let Some(open) = state.session.as_ref().filter(meant) else { return Ok(Attempt::Done(None)) };
        let now = p.clock().now();
        if is_busy(&state, now) {
            return Err(EndError::TurnUnderWay);
        }
        close(p, key, &state, open, now, Some(open.id.clone())).await
    });
    match closed? {
        Some(session) => Ok(Ended::Closed(work::work(p, key, &session).await?)),
        None => Ok(Ended::Nothing),
    }
}

/// Whether a turn is under way or due, the end of a send is not known yet, or a notice is to be published. Such a
/// session stays open: the sweep finds what is left of a lead by its open session.
fn is_busy(state: &State, now: Timestamp) -> bool {
    state.is_leased(now) || state.pending > 0 || !state.unsettled.is_empty() || !state.notices.is_empty()
}

async fn close<P: Ports, T>(
    p: &P,
    key: &LeadKey,
    state: &State,
    open: &OpenSession,
    now: Timestamp,
    then: T,
) -> Result<Attempt<T>, EndError> {
    let mut next = state.next();
    let closed = close_open(&mut next, now);
    // A lease is given back when a turn ends: one whose time ran out means that its holder died.
    next.lease = None;
    next.listed_at = now;
    let items = closed.map(Write::Session).into_iter().chain([Write::State(next)]).collect();
    if let Committed::Raced(_) = commit(p.store(), key, items).await? {
        return Ok(Attempt::Raced);
    }
    info!(
        business = %key.business,
        lead = %key.lead,
        session = %open.id,
        idle_s = now.duration_since(open.last_at).as_secs(),
        remembered = open.remembered,
        "[CUSTOMER-MEMORY] closed"
    );
    Ok(Attempt::Done(then))
}

/// Sets the next schedule. The one that fired deletes itself, so the next one has a name of its own.
async fn rearm<P: Ports, T>(
    p: &P,
    key: &LeadKey,
    state: &State,
    at: Timestamp,
    then: T,
) -> Result<Attempt<T>, EndError> {
    let mut next = state.next();
    let Some(open) = &mut next.session else { return Ok(Attempt::Done(then)) };
    open.generation += 1;
    let fire = TimerFired { key: key.clone(), session: open.id.clone(), generation: open.generation };
    if let Committed::Raced(_) = commit(p.store(), key, vec![Write::State(next)]).await? {
        return Ok(Attempt::Raced);
    }
    timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
    Ok(Attempt::Done(then))
}
