//! The sweep: what a crash or an outage left is found by the index of open sessions, and an event has somebody look.
//!
//! It only publishes hints. What they lead to goes through the same steps as a delivery or a fire, with the same
//! retries, and does nothing where nothing is due: a superfluous hint is harmless.

use crate::model::config::Config;
use crate::model::event::Event;
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::{Session, Stage};
use crate::model::timer::TimerFired;
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::{OpenSessions, Store};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use std::collections::BTreeMap;
use tracing::info;
use zikaron_memory::session::{SessionId, idle_elapsed};

/// How many sessions are looked at at once.
const PARALLEL: usize = 8;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions looked at.
    pub looked_at: usize,
    /// Hints published.
    pub hints: usize,
    /// Sessions closed so long ago that their digest must have failed all the time.
    pub digests_overdue: usize,
}

/// What was found of one session.
struct Looked {
    hint: Option<Event>,
    overdue: bool,
}

/// Looks at up to `most` sessions of every shard and goes on there the next time.
///
/// # Errors
/// When a dependency fails; the next sweep starts where this one did.
pub async fn sweep<P: Ports>(p: &P, most: usize) -> Result<Swept, Unavailable>
where
    P::Store: OpenSessions,
{
    let before = p.store().cursors().await?;
    let mut after = BTreeMap::new();
    let mut swept = Swept::default();
    for shard in 0..p.store().shards() {
        let (sessions, next) = p.store().open_sessions(shard, before.get(&shard), most).await?;
        swept.looked_at += sessions.len();
        after.extend(next.map(|next| (shard, next)));
        let looks = stream::iter(sessions).map(|(key, id)| look(p, key, id)).buffer_unordered(PARALLEL);
        let looked: Vec<Looked> = looks.try_collect().await?;
        swept.digests_overdue += looked.iter().filter(|looked| looked.overdue).count();
        let hints: Vec<Event> = looked.into_iter().filter_map(|looked| looked.hint).collect();
        swept.hints += hints.len();
        p.bus().publish(&hints).await?;
    }
    if before != after {
        p.store().put_cursors(&after).await?;
    }
    info!(
        looked_at = swept.looked_at,
        hints = swept.hints,
        metric.sweeps = 1,
        metric.digests_overdue = swept.digests_overdue,
        "swept"
    );
    Ok(swept)
}

async fn look<P: Ports>(p: &P, key: LeadKey, id: SessionId) -> Result<Looked, Unavailable> {
    let (state, session) = try_join(p.store().state(&key), p.store().session(&key, &id)).await?;
    let (Some(state), Some(session)) = (state, session) else { return Ok(Looked { hint: None, overdue: false }) };
    let (now, config) = (p.clock().now(), p.config());
    Ok(Looked { hint: hint(&key, &state, &session, now, config), overdue: is_overdue(&session, now, config) })
}

/// Whether a person should look why the session is not digested (docs/rules.md#c6).
fn is_overdue(session: &Session, now: Timestamp, config: &Config) -> bool {
    let ended = session.closed.as_ref().map(|closed| closed.last_at + config.idle);
    session.stage == Stage::Closing && ended.is_some_and(|at| now.duration_since(at) > config.digest_overdue)
}

fn hint(key: &LeadKey, state: &State, session: &Session, now: Timestamp, config: &Config) -> Option<Event> {
    let due = |generation| Event::SessionDue(TimerFired { key: key.clone(), session: session.id.clone(), generation });
    match session.stage {
        Stage::Digested if session.unpublished_changes.is_none() => None,
        Stage::Closing | Stage::Digested => {
            let over = session.retry_at.is_none_or(|at| now.duration_since(at) > config.sweep_grace);
            over.then(|| due(session.closed.as_ref().map_or(0, |closed| closed.generation)))
        }
        Stage::Open => {
            let open = state.session.as_ref().filter(|open| open.id == session.id)?;
            let quiet = state.pending_at.is_none_or(|at| now.duration_since(at) > config.sweep_grace);
            if state.has_work(now, config) {
                return (quiet && !state.is_leased(now)).then(|| Event::TurnDue(key.clone()));
            }
            let overdue = idle_elapsed(open.last_at, now, config.idle + config.sweep_grace);
            overdue.then(|| due(open.generation))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::session::{Closed, Job};
    use jiff::SignedDuration;

    #[test]
    fn a_digest_that_fails_for_a_day_is_overdue() {
        let config = Config::default();
        let last_at: Timestamp = "2026-11-16T08:00:00Z".parse().unwrap();
        let closed = Closed { first_sent_at: last_at, last_at, cut_off: 1, generation: 0 };
        let mut session = Session::due(SessionId::new("s"), Job::Conversation, Some(closed), last_at, last_at);
        let after = |hours| last_at + config.idle + SignedDuration::from_hours(hours);
        assert!(!is_overdue(&session, after(24), &config) && is_overdue(&session, after(25), &config));
        session.stage = Stage::Digested;
        assert!(!is_overdue(&session, after(25), &config));
    }
}
