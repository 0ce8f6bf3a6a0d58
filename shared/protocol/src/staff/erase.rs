//! Erasure: everything about a lead goes, and what remains says only that it did.
//!
//! One commit takes the state and the names away; from then on nothing can be written to the lead, whatever is under
//! way (every write is conditional on the state, or replaces what is about to go). Then the rest is counted, removed,
//! and `lead.erased` is published. Each step can be repeated, so that an erasure that broke off is finished by asking
//! for it again.

use super::service::{ATTEMPTS, EditError};
use crate::identity::merge::resolve_lead;
use crate::model::event::{Event, LeadErased};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::session::{Job, Session};
use crate::model::timer::TimerFired;
use crate::ports::bus::EventBus;
use crate::ports::business_store::{Erasing, ErasureReceipt, LeadCollections};
use crate::ports::clock::Clock;
use crate::ports::scheduler::Schedules;
use crate::ports::store::{CommitError, Store};
use crate::retry::{Attempt, update};
use jiff::SignedDuration;
use tracing::info;

/// How far the clock of another instance or of the channel may be ahead of ours.
const MAX_AHEAD: SignedDuration = SignedDuration::from_mins(10);
/// How many sessions are read at once.
const SESSIONS: usize = 100;

/// What an erasure works with.
pub struct ErasurePorts<'a, S, C, B, T> {
    /// Where the lead is.
    pub store: &'a S,
    /// The time of the erasure.
    pub clock: &'a C,
    /// Where `lead.erased` is published.
    pub bus: &'a B,
    /// Deletes the schedules of its sessions.
    pub schedules: &'a T,
}

/// Erases a lead, or goes on with an erasure that broke off; answers the receipt, the same every time.
///
/// # Errors
/// [`EditError::NoLead`] where there never was such a lead; otherwise a dependency failed or others kept writing: ask
/// again, and it goes on where it broke off.
pub async fn erase<S, C, B, T>(with: &ErasurePorts<'_, S, C, B, T>, key: &LeadKey) -> Result<ErasureReceipt, EditError>
where
    S: Store + LeadCollections + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    goes(with, &resolve_lead(with.store, key).await?, false).await
}

async fn goes<S, C, B, T>(
    with: &ErasurePorts<'_, S, C, B, T>,
    key: &LeadKey,
    is_merging: bool,
) -> Result<ErasureReceipt, EditError>
where
    S: Store + LeadCollections + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    let mut receipt = begin_erasure(with, key, is_merging).await?;
    if let Some(into) = receipt.joined_to.as_ref().filter(|_| !is_merging) {
        // It broke off between the two, and nothing but this receipt leads from the one to the other any more.
        let whole = LeadKey { business: key.business.clone(), lead: into.clone() };
        return Box::pin(goes(with, &whole, false)).await;
    }
    update!(with.clock, ATTEMPTS, |_| {
        while !receipt.finished {
            let next = step(with, key, &receipt).await?;
            receipt = match with.store.put_erasure_receipt(key, &next).await {
                Ok(()) => next,
                Err(CommitError::Conflict(_)) => {
                    // Somebody else erases too: the receipt they wrote counts.
                    receipt = with.store.erasure_receipt(key).await?.ok_or(EditError::NoLead)?;
                    return Ok(Attempt::Raced);
                }
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            };
        }
        Ok(Attempt::Done(receipt.clone()))
    })
}

/// Does the next thing, and answers the receipt that says so.
async fn step<S, C, B, T>(
    with: &ErasurePorts<'_, S, C, B, T>,
    key: &LeadKey,
    receipt: &ErasureReceipt,
) -> Result<ErasureReceipt, EditError>
where
    S: Store + LeadCollections + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    let mut next = ErasureReceipt { version: receipt.version + 1, ..receipt.clone() };
    if next.removed.is_none() {
        // Nothing was removed yet, and nothing comes any more.
        let mut counted = next.counting.take().unwrap_or_default();
        if with.store.count_items(key, &mut counted).await? {
            next.removed = Some(counted.by_kind);
        } else {
            next.counting = Some(counted);
        }
    } else if !next.fires.is_empty() {
        for fire in &next.fires {
            next.schedules += u64::from(with.schedules.cancel(fire).await?);
        }
        next.fires.clear();
    } else {
        with.store.delete_items(key).await?;
        for lead in &receipt.joining {
            let key = LeadKey { business: key.business.clone(), lead: lead.clone() };
            merging_lead(with, &mut next, &key).await?;
        }
        let event = Event::LeadErased(LeadErased { key: key.clone(), erased_at: next.erased_at });
        with.bus.publish(&[event]).await?;
        next.finished = true;
        info!(business = %key.business, lead = %key.lead, removed = ?next.removed, "[CUSTOMER-MEMORY] erased");
    }
    Ok(next)
}

/// Erases a lead that was being merged into this one, and counts it with this one.
async fn merging_lead<S, C, B, T>(
    with: &ErasurePorts<'_, S, C, B, T>,
    receipt: &mut ErasureReceipt,
    key: &LeadKey,
) -> Result<(), EditError>
where
    S: Store + LeadCollections + Erasing,
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
        *receipt.removed.get_or_insert_default().entry(kind).or_default() += count;
    }
    receipt.schedules += of_it.schedules;
    Ok(())
}

async fn begin_erasure<S, C, B, T>(
    with: &ErasurePorts<'_, S, C, B, T>,
    key: &LeadKey,
    is_merging: bool,
) -> Result<ErasureReceipt, EditError>
where
    S: Store + LeadCollections + Erasing,
    C: Clock,
    B: EventBus,
    T: Schedules,
{
    update!(with.clock, ATTEMPTS, |_| {
        let (state, memory) = with.store.state_and_memory(key).await?;
        let Some(state) = state else {
            return with.store.erasure_receipt(key).await?.map(Attempt::Done).ok_or(EditError::NoLead);
        };
        if state.joined_to.is_some() && !is_merging {
            // Merged into another since it was looked for: all of the customer is to go.
            return Err(EditError::Contended);
        }
        let names: Vec<String> = with.store.names_of(key).await?.into_keys().collect();
        let now = with.clock.now();
        let last = state.last_interaction_at.unwrap_or(now);
        let receipt = ErasureReceipt {
            version: 1,
            // Another instance's clock may be ahead of ours, and so may the channel's; but not by more than that: what
            // the customer writes from then on must be taken in.
            erased_at: now.max(last.min(now + MAX_AHEAD)),
            removed: None,
            counting: None,
            names: u64::try_from(names.len()).unwrap_or(u64::MAX),
            fires: fires(with.store, key, &state).await?,
            joining: state.joining.clone(),
            joined_to: state.joined_to.clone(),
            schedules: 0,
            finished: false,
        };
        match with.store.begin_erasure(key, &state, &memory, &names, &receipt).await {
            Ok(()) => Ok(Attempt::Done(receipt)),
            Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
            // Asked again, it goes on from the receipt that stands, if it does.
            Err(CommitError::Unavailable(error)) => Err(error.into()),
        }
    })
}

/// The schedules that may stand: the open session's, and those of sessions that are not digested.
async fn fires<S: LeadCollections>(store: &S, key: &LeadKey, state: &State) -> Result<Vec<TimerFired>, EditError> {
    let fire = |session: &Session, generation| TimerFired { key: key.clone(), session: session.id.clone(), generation };
    let mut fires = Vec::new();
    for session in &unfinished(store, key).await? {
        let open = state.session.as_ref().filter(|open| open.id == session.id).map(|open| open.generation);
        let closed = session.closed.as_ref().map(|closed| closed.generation);
        fires.extend(open.or(closed).map(|generation| fire(session, generation)));
        fires.extend(matches!(session.job, Job::Merge(_) | Job::Action(_)).then(|| fire(session, session.tries)));
        let retry = closed.filter(|_| session.tries > 0).map(|generation| fire(session, generation + session.tries));
        fires.extend(retry);
    }
    Ok(fires)
}

/// The sessions about which something is still to be done.
async fn unfinished<S: LeadCollections>(store: &S, key: &LeadKey) -> Result<Vec<Session>, EditError> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let (sessions, next) = store.page::<Session>(key, before.as_ref(), SESSIONS).await?;
        found.extend(sessions.into_iter().filter(Session::is_unfinished));
        match next {
            Some(next) => before = Some(next),
            None => return Ok(found),
        }
    }
}
