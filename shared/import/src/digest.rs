//! Has the stack digest imported conversations, one after the other for each customer, the oldest first: the model is shown
//! what was known by then. A session is written only when it is its turn, so whoever stops an import stops its costs.

use crate::plan::{PastSession, Progress};
use crate::store::{ATTEMPTS, ImportError, standing, wait};
use jiff::SignedDuration;
use std::fmt;
use zikaron_protocol::model::call::Call;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::{Closed, Job, Session, Stage};
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Store};
use zikaron_protocol::ports::{Clock, EventBus};

/// No imported message has a higher number.
const CUT_OFF: u64 = 1_000;
/// How often it is looked whether a digest is written.
const LOOK: SignedDuration = SignedDuration::from_millis(300);
/// So long after it was asked for a digest is left to the sweep: the model is given a minute, and there is a second try.
const PATIENCE: SignedDuration = SignedDuration::from_mins(3);

/// What became of a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// It is written.
    Written,
    /// It failed, or takes long: the stack goes on with it by itself.
    Later,
    /// The lead is gone, or the session holds nothing that is still kept.
    Nothing,
}

/// What became of all of them, for the person at the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digests {
    /// How many there were to be.
    pub due: usize,
    /// How many are written.
    pub written: usize,
    /// Of how many there is nothing left to digest.
    pub nothing: usize,
    /// How many failed, or take long.
    pub later: usize,
}

impl Digests {
    /// The same with one more that came to this.
    #[must_use]
    pub fn and(self, ended: Digest) -> Self {
        match ended {
            Digest::Written => Self { written: self.written + 1, ..self },
            Digest::Nothing => Self { nothing: self.nothing + 1, ..self },
            Digest::Later => Self { later: self.later + 1, ..self },
        }
    }
}

impl fmt::Display for Digests {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { due, written, nothing, later } = *self;
        write!(to, "digested           {written} of {due}")?;
        let left = due.saturating_sub(written + nothing + later);
        for (count, what) in [
            (nothing, "hold nothing that is still kept"),
            (
                later,
                "failed or take long: the stack tries them again by itself; the same command asks for them at once",
            ),
            (left, "were not waited for: the same command goes on there"),
        ] {
            if count > 0 {
                write!(to, "\n                   {count} {what}")?;
            }
        }
        Ok(())
    }
}

/// Asks for the digest of a session and waits for it.
///
/// # Errors
/// [`ImportError`]: it may have been asked for or not.
pub async fn digest<S: Store, B: EventBus, C: Clock>(
    (store, bus, clock): (&S, &B, &C),
    key: &LeadKey,
    session: &PastSession,
) -> Result<Digest, ImportError> {
    match session.progress {
        Progress::Due => begin(store, clock, key, session).await?,
        Progress::UnderWay => {}
        Progress::Nothing | Progress::Done => return Ok(Digest::Nothing),
    }
    // It may have failed before: what is asked for now says nothing before it fails again.
    let begun = store.session(key, &session.id).await?.map_or(0, |stored| stored.version);
    let hint = TimerFired { key: key.clone(), session: session.id.clone(), generation: 0 };
    bus.publish(&[Event::SessionDue(hint)]).await?;
    let until = clock.now() + PATIENCE;
    loop {
        match store.session(key, &session.id).await? {
            None => return Ok(Digest::Nothing),
            Some(stored) if stored.stage == Stage::Digested => return Ok(Digest::Written),
            Some(stored) if stored.version > begun || clock.now() > until => return Ok(Digest::Later),
            Some(_) => clock.sleep(LOOK).await,
        }
    }
}

/// Writes the session, closed from the start. From then on the stack digests it, whoever asks.
pub(crate) async fn begin<S: Store, C: Clock>(
    store: &S,
    clock: &C,
    key: &LeadKey,
    session: &PastSession,
) -> Result<(), ImportError> {
    let closed =
        Closed { first_sent_at: session.first_sent_at, last_at: session.last_at, cut_off: CUT_OFF, generation: 0 };
    for attempt in 0..ATTEMPTS {
        let state = standing(store, key).await?;
        let now = clock.now();
        let due = Session::due(session.id.clone(), session.job.clone(), Some(closed.clone()), now, now);
        let mut items = vec![Write::Session(due), Write::State(state.next())];
        if let Job::Call(place) = &session.job {
            let Some(call) = store.call(key, place).await? else { return Ok(()) };
            if call.session.is_none() {
                let digested = Call { session: Some(session.id.clone()), version: call.version + 1, ..call };
                items.push(Write::Call(Box::new(digested)));
            }
        }
        match store.commit(key, items).await {
            // Somebody has asked for it before, or the answer to a commit of ours was lost.
            Ok(()) | Err(CommitError::Conflict(ConflictingItem::Session)) => return Ok(()),
            Err(CommitError::Conflict(_)) => wait(clock, attempt).await,
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(ImportError::Contended)
}
