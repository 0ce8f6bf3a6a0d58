//! The end of a session: a schedule fires, the silence is verified, the session closes and is digested.
//!
//! A fire is only a hint. It may come early, late, twice, for a session long gone or with a number that was
//! replaced; what decides is the state.

use crate::digest::{self, Digested};
use crate::event::{Fire, SessionClose};
use crate::ids::LeadKey;
use crate::ports::{Clock, Ports, Unavailable};
use crate::session::{Closed, Session, Stage};
use crate::state::{OpenSession, State};
use crate::store::{CommitError, Item, Store};
use crate::teeth::{Bug, has};
use crate::timer::{self, Arm};
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::session::idle_elapsed;

/// What a fire led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The lead, the session or the schedule is a thing of the past.
    Nothing,
    /// Not idle long enough, or a turn is under way: another schedule was made.
    Rearmed,
    /// The session is closed, and this is what became of its digest.
    Closed(Digested),
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

/// A session as it is written when it closes. Without a customer message that may be remembered there is nothing
/// to digest.
#[must_use]
pub fn closing(open: &OpenSession, cut_off: u64, now: Timestamp) -> Session {
    Session {
        id: open.id.clone(),
        version: 2,
        stage: if open.remembered == 0 { Stage::Digested } else { Stage::Closing },
        opened_at: open.opened_at,
        closed: Some(Closed {
            first_sent_at: open.first_sent_at,
            last_at: open.last_at,
            cut_off,
            generation: open.generation,
        }),
        call: None,
        joins: None,
        tries: 0,
        // The digest follows at once; the sweep looks after it from here on.
        retry_at: Some(now),
        untold: None,
    }
}

/// A schedule fired.
///
/// # Errors
/// [`EndError`]: deliver it again.
pub async fn fire<P: Ports>(p: &P, fire: &Fire) -> Result<Ended, EndError> {
    for _ in 0..p.config().attempts {
        let Some(state) = p.store().state(&fire.key).await? else { return Ok(Ended::Nothing) };
        let Some(open) = state.session.as_ref().filter(|open| open.id == fire.session) else {
            return Ok(Ended::Closed(digest::digest(p, &fire.key, &fire.session).await?));
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
            Ok(true) => return Ok(Ended::Closed(digest::digest(p, &fire.key, &fire.session).await?)),
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
            Ok(_) => return Ok(Ended::Closed(digest::digest(p, key, &open.id).await?)),
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
