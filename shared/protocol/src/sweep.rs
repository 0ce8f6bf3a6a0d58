//! The sweep: what a crash or an outage left is found by the index of open sessions, and somebody is told to look.
//!
//! It only publishes hints. What they lead to goes through the same steps as a delivery or a fire, with the same
//! retries, and does nothing where nothing is due: a superfluous hint is harmless.

use crate::config::Config;
use crate::event::{Event, Fire};
use crate::ids::LeadKey;
use crate::ports::{Clock, EventBus, Ports, Unavailable};
use crate::session::{Session, Stage};
use crate::state::State;
use crate::store::{OpenSessions, Store};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::Timestamp;
use std::collections::BTreeMap;
use tracing::info;
use zikaron_memory::session::{SessionId, idle_elapsed};

/// How many leads are looked at at once.
const PARALLEL: usize = 8;

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions looked at.
    pub looked_at: usize,
    /// Hints published.
    pub hints: usize,
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
        let hints: Vec<Event> = stream::iter(sessions)
            .map(|(key, id)| look(p, key, id))
            .buffer_unordered(PARALLEL)
            .try_filter_map(async |hint| Ok(hint))
            .try_collect()
            .await?;
        swept.hints += hints.len();
        p.bus().publish(&hints).await?;
    }
    if before != after {
        p.store().put_cursors(&after).await?;
    }
    info!(looked_at = swept.looked_at, hints = swept.hints, "swept");
    Ok(swept)
}

async fn look<P: Ports>(p: &P, key: LeadKey, id: SessionId) -> Result<Option<Event>, Unavailable> {
    let (state, session) = try_join(p.store().state(&key), p.store().session(&key, &id)).await?;
    Ok(session.and_then(|session| hint(&key, state.as_ref(), &session, p.clock().now(), p.config())))
}

fn hint(key: &LeadKey, state: Option<&State>, session: &Session, now: Timestamp, config: &Config) -> Option<Event> {
    let state = state?;
    let due = |generation| Event::SessionDue(Fire { key: key.clone(), session: session.id.clone(), generation });
    match session.stage {
        Stage::Digested if session.untold.is_none() => None,
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
