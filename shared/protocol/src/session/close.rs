//! The end of a session: a schedule fires, the silence is verified, the session closes and is digested.
//!
//! A fire is only a hint. It may come early, late, twice, for a session long gone or with a number that was
//! replaced; what decides is the state.

use super::work;
use crate::model::event::SessionClose;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::OpenSession;
use crate::model::session::closing;
use crate::model::timer::Fire;
use crate::model::write::Item;
use crate::mutation::{Bug, has};
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::ports::store::{CommitError, Store};
use crate::session::outcome::EndError;
use crate::session::outcome::Ended;
use crate::timer::{self, Arm};
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::session::idle_elapsed;

/// A schedule fired.
///
/// # Errors
/// [`EndError`]: deliver it again.
pub async fn fire<P: Ports>(p: &P, fire: &Fire) -> Result<Ended, EndError> {
    for _ in 0..p.config().attempts {
        let Some(state) = p.store().state(&fire.key).await? else { return Ok(Ended::Nothing) };
        let Some(open) = state.session.as_ref().filter(|open| open.id == fire.session) else {
            return Ok(Ended::Closed(work::work(p, &fire.key, &fire.session).await?));
        };
        if open.generation != fire.generation {
            return Ok(Ended::Nothing);
        }
        let now = p.clock().now();
        let idle = idle_elapsed(open.last_at, now, p.config().idle) || has(Bug::FireWithoutIdle);
        let ended = if idle && !is_busy(&state, now) {
            close(p, &fire.key, &state, open, now).await
        } else {
            let at = if idle { now + p.config().idle } else { open.last_at + p.config().idle };
            rearm(p, &fire.key, &state, at).await
        };
        match ended {
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Ok(false) => return Ok(Ended::Rearmed),
            Ok(true) => return Ok(Ended::Closed(work::work(p, &fire.key, &fire.session).await?)),
        }
    }
    Err(EndError::Contended)
}

/// Staff close the open session of a lead now, however short the silence; where one is named, only that one.
///
/// # Errors
/// [`EndError`]: try again.
pub async fn close_now<P: Ports>(p: &P, asked: &SessionClose) -> Result<Ended, EndError> {
    let key = &asked.key;
    for _ in 0..p.config().attempts {
        let Some(state) = p.store().state(key).await? else { return Ok(Ended::Nothing) };
        let meant = |open: &&OpenSession| asked.session.as_ref().is_none_or(|session| *session == open.id);
        let Some(open) = state.session.as_ref().filter(meant) else { return Ok(Ended::Nothing) };
        let now = p.clock().now();
        if is_busy(&state, now) {
            return Err(EndError::TurnUnderWay);
        }
        match close(p, key, &state, open, now).await {
            Err(CommitError::Conflict(_)) => {}
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
            Ok(_) => return Ok(Ended::Closed(work::work(p, key, &open.id).await?)),
        }
    }
    Err(EndError::Contended)
}

/// A turn is under way or due, the end of a send is not known yet, or the business is to be told something: the sweep
/// finds a lead with open ends by its open session.
fn is_busy(state: &State, now: Timestamp) -> bool {
    state.is_leased(now) || state.pending > 0 || !state.unsettled.is_empty() || !state.notices.is_empty()
}

async fn close<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    open: &OpenSession,
    now: Timestamp,
) -> Result<bool, CommitError> {
    let mut next = state.next();
    next.session = None;
    // Nobody is at it: whoever held a lease that ran out is dead.
    next.lease = None;
    next.listed_at = now;
    let session = closing(open, state.arrivals, now);
    p.store().commit(key, vec![Item::Session(session), Item::State(next)]).await?;
    info!(
        business = %key.business,
        lead = %key.lead,
        session = %open.id,
        idle_s = now.duration_since(open.last_at).as_secs(),
        remembered = open.remembered,
        "[CUSTOMER-MEMORY] closed"
    );
    Ok(true)
}

/// The schedule that fired is being deleted, so the next one has a name of its own.
async fn rearm<P: Ports>(p: &P, key: &LeadKey, state: &State, at: Timestamp) -> Result<bool, CommitError> {
    let mut next = state.next();
    let Some(open) = &mut next.session else { return Ok(false) };
    open.generation += 1;
    let fire = Fire { key: key.clone(), session: open.id.clone(), generation: open.generation };
    p.store().commit(key, vec![Item::State(next)]).await?;
    timer::set(p, Some(Arm { fire, at, first: true })).await;
    Ok(false)
}
