//! The sweep: what a crash or an outage left is found by the index of open sessions, and an event has somebody look.
//!
//! It only publishes hints, of a business whose model is dead a few at a time (`probe.rs`). What they lead to goes through the same steps as a delivery or a fire, with the same
//! retries, and does nothing where nothing is due: a superfluous hint is harmless.

use crate::model::config::Config;
use crate::model::event::{Event, TurnDue};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::outbox::InFlight;
use crate::model::session::{Session, Stage};
use crate::model::timer::TimerFired;
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::{Cursor, OpenSessions, Store, cursor_at};
use crate::session::probe::{Hint, Models};
use futures_util::future::try_join;
use futures_util::stream::{self, StreamExt};
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::pin::pin;
use tracing::{info, warn};
use zikaron_memory::session::{SessionId, idle_elapsed};

/// How many sessions are looked at at once.
const PARALLEL: usize = 8;
/// So many in one part of the index do not fail by chance. More mean that the table does not answer, and each look waits
/// for it for seconds: a sweep that ran into its time-out would be invoked again and again. Rows this code cannot read
/// take no time and do not count.
const MAX_FAILED: usize = 16;

/// An action that waits for so long since it was due is a person's to look at.
const ACTION_OVERDUE: SignedDuration = SignedDuration::from_hours(1);

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Sessions looked at.
    pub looked_at: usize,
    /// Hints published.
    pub hints: usize,
    /// Sessions closed so long ago that their digest must have failed all the time.
    pub digests_overdue: usize,
    /// Actions that nobody has come to do or end for an hour since they were due.
    pub actions_overdue: usize,
    /// Sessions that could not be read, and shards of the index whose sessions could not be looked at.
    pub failed: usize,
}

/// What was found of one session.
struct Looked {
    /// The lead's state; none where lead or session is gone.
    state: Option<State>,
    hint: Option<Event>,
    overdue: Option<Overdue>,
}

/// What a person should look after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Overdue {
    Digest,
    Action,
}

/// Looks at up to `most` sessions of every shard and goes on there the next time. What cannot be read is passed over
/// and counted: one bad row, or one busy partition, must not hide what all the others need.
///
/// # Errors
/// When it is not known where the last sweep stopped, or cannot be written where this one did. The next one is never
/// far: this one is not worth being tried again.
pub async fn sweep<P: Ports>(p: &P, most: usize) -> Result<Swept, Unavailable>
where
    P::Store: OpenSessions,
{
    let until = p.clock().now() + p.config().invocation_budget;
    let before = p.store().cursors().await?;
    let mut after = BTreeMap::new();
    let (mut swept, mut models) = (Swept::default(), Models::default());
    for shard in 0..p.store().shards() {
        if p.clock().now() > until {
            swept.failed += 1;
            after.extend(before.get(&shard).map(|cursor| (shard, cursor.clone())));
            continue;
        }
        match sweep_shard(p, shard, before.get(&shard), most, (&mut swept, &mut models)).await {
            Ok(next) => after.extend(next.map(|next| (shard, next))),
            Err(error) => {
                warn!(shard, %error, "this part of the open sessions is swept the next time");
                swept.failed += 1;
                after.extend(before.get(&shard).map(|cursor| (shard, cursor.clone())));
            }
        }
    }
    info!(
        looked_at = swept.looked_at,
        hints = swept.hints,
        metric.sweeps = 1,
        metric.digests_overdue = swept.digests_overdue,
        metric.actions_overdue = (swept.actions_overdue > 0).then_some(swept.actions_overdue),
        metric.sweep_failures = (swept.failed > 0).then_some(swept.failed),
        "swept"
    );
    if before != after {
        p.store().put_cursors(&after).await?;
    }
    Ok(swept)
}

/// Looks at the sessions behind the cursor. Answers where to go on; none where the oldest come next.
async fn sweep_shard<P: Ports>(
    p: &P,
    shard: u8,
    after: Option<&Cursor>,
    most: usize,
    (swept, models): (&mut Swept, &mut Models),
) -> Result<Option<Cursor>, Unavailable>
where
    P::Store: OpenSessions,
{
    let round = Round::of(after, || cursor_at(p.clock().now() - p.config().idle - p.config().sweep_grace));
    let (sessions, next) = p.store().open_sessions(shard, round.after.as_ref(), most).await?;
    swept.looked_at += sessions.len();
    let looks = stream::iter(sessions).map(|(key, id)| async move { (look(p, &key, &id).await, key) });
    let mut looks = pin!(looks.buffer_unordered(PARALLEL));
    let (mut hints, mut failed, mut broken_off) = (Vec::new(), 0, None);
    let now = p.clock().now();
    while let Some((looked, key)) = looks.next().await {
        match looked {
            Ok(looked) => {
                swept.digests_overdue += usize::from(looked.overdue == Some(Overdue::Digest));
                swept.actions_overdue += usize::from(looked.overdue == Some(Overdue::Action));
                let Some(state) = looked.state else { continue };
                models.see(&key.business, &state);
                let waits = state.waits_for_model(now, p.config());
                hints.extend(looked.hint.map(|hint| Hint { waits_for_model: waits.then_some(key), hint }));
            }
            Err(error) => {
                warn!(lead = %key.lead, %error, "a session could not be looked at");
                swept.failed += 1;
                failed += usize::from(!error.is_unreadable());
                if failed > MAX_FAILED {
                    broken_off = Some(error);
                    break;
                }
            }
        }
    }
    let hints = models.pick(hints, now);
    swept.hints += hints.len();
    p.bus().publish(&hints).await?;
    if let Some(error) = broken_off {
        return Err(error);
    }
    Ok(next.filter(|next| *next < round.until).map(|next| round.goes_on_after(&next)))
}

/// From the oldest session to those that were young when it began, over one sweep or several. Where sessions open faster
/// than one sweep looks at them, there is always a next page, of sessions that are still going on: without an end that
/// stays where it is, what got stuck among the older ones would never be looked at again.
struct Round {
    /// Where the last sweep stopped, if it is under way.
    after: Option<Cursor>,
    /// Where it ends.
    until: Cursor,
}

impl Round {
    /// The round a sweep goes on with, or begins.
    fn of(cursor: Option<&Cursor>, young: impl FnOnce() -> Cursor) -> Self {
        match cursor.and_then(|cursor| cursor.rsplit_once(' ')) {
            Some((after, until)) => Self { after: Some(after.to_owned()), until: until.to_owned() },
            None => Self { after: cursor.cloned(), until: young() },
        }
    }

    /// The cursor of the next sweep.
    fn goes_on_after(&self, place: &Cursor) -> Cursor {
        format!("{place} {}", self.until)
    }
}

async fn look<P: Ports>(p: &P, key: &LeadKey, id: &SessionId) -> Result<Looked, Unavailable> {
    let (state, session) = try_join(p.store().state(key), p.store().session(key, id)).await?;
    let (Some(state), Some(session)) = (state, session) else {
        return Ok(Looked { state: None, hint: None, overdue: None });
    };
    let (now, config) = (p.clock().now(), p.config());
    let (hint, overdue) = (hint(key, &state, &session, now, config), overdue(&session, now, config));
    Ok(Looked { state: Some(state), hint, overdue })
}

/// Why a person should look (docs/rules.md#c6): what is late although every retry and every sweep came to it.
fn overdue(session: &Session, now: Timestamp, config: &Config) -> Option<Overdue> {
    let late = |at: Timestamp, than: SignedDuration| now.duration_since(at) > than;
    if session.stage != Stage::Closing {
        return None;
    }
    if session.action().is_some() {
        return session.retry_at.filter(|at| late(*at, ACTION_OVERDUE)).map(|_| Overdue::Action);
    }
    let ended = session.closed.as_ref().map(|closed| closed.last_at + config.idle);
    // An imported conversation ended long before anybody could digest it.
    let due = ended.map(|ended| ended.max(session.opened_at)).max(session.changed_at);
    due.filter(|at| late(*at, config.digest_overdue)).map(|_| Overdue::Digest)
}

fn hint(key: &LeadKey, state: &State, session: &Session, now: Timestamp, config: &Config) -> Option<Event> {
    let due = |generation| Event::SessionDue(TimerFired { key: key.clone(), session: session.id.clone(), generation });
    match session.stage {
        Stage::Digested if session.unpublished_changes.is_none() => None,
        Stage::Closing | Stage::Digested => {
            let over = session.retry_at.is_none_or(|at| now.duration_since(at) > config.sweep_grace);
            over.then(|| due(session.closed.as_ref().map_or(session.tries, |closed| closed.generation)))
        }
        Stage::Open => {
            let open = state.session.as_ref().filter(|open| open.id == session.id)?;
            let is_old = |at: Timestamp| now.duration_since(at) > config.sweep_grace;
            // What a person or an action has just put into the outbox, they have hinted at themselves.
            let enqueued = state.unsettled.iter().filter(|entry| entry.staff && entry.stage == InFlight::Waiting);
            let quiet = state.pending_at.is_none_or(is_old) && enqueued.map(|entry| entry.since).all(is_old);
            if state.has_work(now, config) {
                return (quiet && !state.is_leased(now))
                    .then(|| Event::TurnDue(TurnDue { key: key.clone(), swept: true }));
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

    #[test]
    fn a_digest_that_fails_for_a_day_is_overdue() {
        let config = Config::default();
        let last_at: Timestamp = "2026-11-16T08:00:00Z".parse().unwrap();
        let closed = Closed { first_sent_at: last_at, last_at, cut_off: 1, generation: 0 };
        let mut session = Session::due(SessionId::new("s"), Job::Conversation, Some(closed), last_at, last_at);
        let after = |hours| last_at + config.idle + SignedDuration::from_hours(hours);
        let is_overdue = |session: &Session, at| overdue(session, at, &config) == Some(Overdue::Digest);
        assert!(!is_overdue(&session, after(24)) && is_overdue(&session, after(25)));
        session.changed_at = Some(after(20));
        assert!(!is_overdue(&session, after(25)) && is_overdue(&session, after(45)));
        session.stage = Stage::Digested;
        assert!(!is_overdue(&session, after(45)));
        let imported = Session { opened_at: after(900), stage: Stage::Closing, changed_at: None, ..session };
        assert!(!is_overdue(&imported, after(923)) && is_overdue(&imported, after(925)));
    }
}
