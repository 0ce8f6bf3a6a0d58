//! Erasure: everything about a lead goes, and what remains says only that it did.
//!
//! One commit takes the state and the names away; from then on nothing can be written to the lead, whatever is under
//! way (every write is conditional on the state, or replaces what is about to go). Then the rest is counted, removed,
//! and the business is told. Each step can be repeated, so that an erasure that broke off is finished by asking for it
//! again.

use super::desk::{ATTEMPTS, EditError};
use crate::identity::merge::home;
use crate::model::event::{Event, LeadErased};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::{Job, Session};
use crate::model::timer::Fire;
use crate::ports::bus::EventBus;
use crate::ports::business_store::{Erasing, Grave, Shelves};
use crate::ports::clock::Clock;
use crate::ports::scheduler::Schedules;
use crate::ports::store::{CommitError, Store};
use crate::retry::{Attempt, update};
use jiff::SignedDuration;
use tracing::info;

/// So far the clock of another instance or of the channel may be ahead of ours.
const AHEAD_MOST: SignedDuration = SignedDuration::from_mins(10);
/// Sessions looked through for schedules that may still stand: retries of a digest are given up after fewer.
const SESSIONS_MOST: usize = 100;

/// What an erasure works with.
pub struct Removal<'a, S, C, B, T> {
    /// The store.
    pub store: &'a S,
    /// Time.
    pub clock: &'a C,
    /// The bus.
    pub bus: &'a B,
    /// The schedules.
    pub schedules: &'a T,
}

/// Erases a lead, or goes on with an erasure that broke off; answers the receipt, the same every time.
///
/// # Errors
/// [`EditError`]: ask again; [`EditError::NoLead`] where there never was such a lead.
pub async fn erase<S, C, B, T>(with: &Removal<'_, S, C, B, T>, key: &LeadKey) -> Result<Grave, EditError>
where
    S: Store + Shelves + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    goes(with, &home(with.store, key).await?, false).await
}

async fn goes<S, C, B, T>(with: &Removal<'_, S, C, B, T>, key: &LeadKey, is_elder: bool) -> Result<Grave, EditError>
where
    S: Store + Shelves + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    let mut grave = bury(with, key, is_elder).await?;
    update!(with.clock, ATTEMPTS, |_| {
        while !grave.finished {
            let next = step(with, key, &grave).await?;
            grave = match with.store.put_grave(key, &next).await {
                Ok(()) => next,
                Err(CommitError::Conflict(_)) => {
                    // Somebody else erases too: what they wrote down counts.
                    grave = with.store.grave(key).await?.ok_or(EditError::NoLead)?;
                    return Ok(Attempt::Raced);
                }
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            };
        }
        Ok(Attempt::Done(grave.clone()))
    })
}

/// Does the next thing, and answers the grave that says so.
async fn step<S, C, B, T>(with: &Removal<'_, S, C, B, T>, key: &LeadKey, grave: &Grave) -> Result<Grave, EditError>
where
    S: Store + Shelves + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    let mut next = Grave { version: grave.version + 1, ..grave.clone() };
    if next.removed.is_none() {
        // Nothing was removed yet, and nothing comes any more.
        next.removed = Some(with.store.remains(key).await?);
    } else if !next.fires.is_empty() {
        for fire in &next.fires {
            next.schedules += u64::from(with.schedules.cancel(fire).await?);
        }
        next.fires.clear();
    } else {
        with.store.shred(key).await?;
        for lead in &grave.joining {
            let key = LeadKey { business: key.business.clone(), lead: lead.clone() };
            elder(with, &mut next, &key).await?;
        }
        let event = Event::LeadErased(LeadErased { key: key.clone(), erased_at: next.erased_at });
        with.bus.publish(&[event]).await?;
        next.finished = true;
        info!(business = %key.business, lead = %key.lead, removed = ?next.removed, "[CUSTOMER-MEMORY] erased");
    }
    Ok(next)
}

/// A lead that was being joined into this one goes with it, and is counted with it.
async fn elder<S, C, B, T>(with: &Removal<'_, S, C, B, T>, grave: &mut Grave, key: &LeadKey) -> Result<(), EditError>
where
    S: Store + Shelves + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    let of_it = match Box::pin(goes(with, key, true)).await {
        Ok(of_it) => of_it,
        // It was folded in before.
        Err(EditError::NoLead) => return Ok(()),
        Err(error) => return Err(error),
    };
    for (kind, count) in of_it.removed.into_iter().flatten() {
        *grave.removed.get_or_insert_default().entry(kind).or_default() += count;
    }
    grave.schedules += of_it.schedules;
    Ok(())
}

async fn bury<S, C, B, T>(with: &Removal<'_, S, C, B, T>, key: &LeadKey, is_elder: bool) -> Result<Grave, EditError>
where
    S: Store + Shelves + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    update!(with.clock, ATTEMPTS, |_| {
        let Some(state) = with.store.state(key).await? else {
            return with.store.grave(key).await?.map(Attempt::Done).ok_or(EditError::NoLead);
        };
        if state.joined_to.is_some() && !is_elder {
            // Joined into another since it was looked for: all of the customer is to go.
            return Err(EditError::Contended);
        }
        let names: Vec<String> = with.store.names_of(key).await?.into_keys().collect();
        let now = with.clock.now();
        let last = state.last_interaction_at.unwrap_or(now);
        let grave = Grave {
            version: 1,
            // Another instance's clock may be ahead of ours, and so may the channel's; but not by more than that: what
            // the customer writes from then on must be taken in.
            erased_at: now.max(last.min(now + AHEAD_MOST)),
            removed: None,
            names: u64::try_from(names.len()).unwrap_or(u64::MAX),
            fires: fires(with.store, key, &state).await?,
            joining: state.joining.clone(),
            schedules: 0,
            finished: false,
        };
        match with.store.bury(key, &state, &names, &grave).await {
            Ok(()) => Ok(Attempt::Done(grave)),
            Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
            // Asked again, it goes on from the grave that stands, if it does.
            Err(CommitError::Unavailable(error)) => Err(error.into()),
        }
    })
}

/// The schedules that may stand: the open session's, and those of sessions that are not digested.
async fn fires<S: Shelves>(store: &S, key: &LeadKey, state: &State) -> Result<Vec<Fire>, EditError> {
    let fire = |session: &Session, generation| Fire { key: key.clone(), session: session.id.clone(), generation };
    let (sessions, _) = store.page::<Session>(key, None, SESSIONS_MOST).await?;
    let mut fires = Vec::new();
    for session in sessions.iter().filter(|session| session.is_unfinished()) {
        let open = state.session.as_ref().filter(|open| open.id == session.id).map(|open| open.generation);
        let closed = session.closed.as_ref().map(|closed| closed.generation);
        fires.extend(open.or(closed).map(|generation| fire(session, generation)));
        fires.extend(matches!(session.job, Job::Merge(_)).then(|| fire(session, session.tries)));
        let retry = closed.filter(|_| session.tries > 0).map(|generation| fire(session, generation + session.tries));
        fires.extend(retry);
    }
    Ok(fires)
}
