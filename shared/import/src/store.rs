//! Stores what a plan found to be new. Every commit writes the lead's state too, so that none is lost to a merge of two
//! leads or revives one that was erased. No timer is set, nothing waits for an answer and nothing is sent.

use crate::past;
use crate::plan::Plan;
use jiff::SignedDuration;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::call::Call;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Store};
use zikaron_protocol::ports::{Clock, Ids, Unavailable};
use zikaron_protocol::staff::{EditError, StaffService};

/// How many messages one commit writes: a transaction holds 100 items …
const MESSAGES: usize = 90;
/// … and 4 MB (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html>).
const BYTES: usize = 1_000_000;
/// How often a commit is tried again after somebody else wrote first.
pub(crate) const ATTEMPTS: u32 = 40;

/// Why an import stopped. What was written is whole; the same import goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The store or the bus did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
    /// The customer could not be looked up or entered.
    #[error(transparent)]
    Lead(#[from] EditError),
    /// The customer was erased, or is being merged into another, meanwhile.
    #[error("the customer's record went while it was imported; try again")]
    Gone,
    /// Others wrote first too often.
    #[error("others keep writing to this lead; try again")]
    Contended,
}

/// Stores the new messages and calls of a plan, and the lead where there was none. Answers the lead.
///
/// # Errors
/// [`ImportError`]: everything before it is stored. [`ImportError::Gone`] where the plan's lead went since: plan anew.
pub async fn store<S: Store, C: Clock, I: Ids>(
    (store, clock, ids): (&S, &C, &I),
    business: &BusinessId,
    plan: &Plan,
) -> Result<LeadKey, ImportError> {
    let key = match &plan.lead {
        // Not looked up again: a customer who was erased since would be entered anew.
        Some(lead) => lead.clone(),
        None => StaffService { store, clock, ids }.open(business, &plan.phone).await?.key,
    };
    for chunk in chunks(&plan.new) {
        commit(store, clock, &key, chunk).await?;
    }
    for call in &plan.calls {
        commit_call(store, clock, &key, call).await?;
    }
    Ok(key)
}

fn chunks(messages: &[Message]) -> Vec<&[Message]> {
    let (mut chunks, mut start, mut bytes) = (Vec::new(), 0, 0);
    for (end, message) in messages.iter().enumerate() {
        let length = past::bytes(&message.text, message.enclosed.content.as_ref());
        if end > start && (end - start == MESSAGES || bytes + length > BYTES) {
            chunks.extend(messages.get(start..end));
            (start, bytes) = (end, 0);
        }
        bytes += length;
    }
    chunks.extend(messages.get(start..).filter(|rest| !rest.is_empty()));
    chunks
}

async fn commit<S: Store, C: Clock>(
    store: &S,
    clock: &C,
    key: &LeadKey,
    messages: &[Message],
) -> Result<(), ImportError> {
    let mut messages = messages.to_vec();
    for attempt in 0..ATTEMPTS {
        let state = standing(store, key).await?;
        messages.retain(|message| state.erased_at.is_none_or(|at| message.key.sent_at.as_second() > at.as_second()));
        let Some(last) = messages.last() else { return Ok(()) };
        let mut next = state.next();
        let is_new = state.arrivals == 0 && state.session.is_none();
        next.record_interaction(last.key.sent_at, Channel::Whatsapp);
        if is_new {
            // Among those who wrote at that time, and not among those who write now.
            next.listed_at = next.last_interaction_at.unwrap_or(next.listed_at);
        }
        let items = messages.iter().cloned().map(Write::Message).chain([Write::State(next)]).collect();
        match store.commit(key, items).await {
            Ok(()) => return Ok(()),
            Err(CommitError::Conflict(ConflictingItem::Message)) => {
                // Another import of the same chat is under way, or the answer to a commit of ours was lost.
                let mut missing = Vec::with_capacity(messages.len());
                for message in messages {
                    if store.message(key, &message.key).await?.is_none() {
                        missing.push(message);
                    }
                }
                messages = missing;
            }
            Err(CommitError::Conflict(_)) => wait(clock, attempt).await,
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(ImportError::Contended)
}

async fn commit_call<S: Store, C: Clock>(store: &S, clock: &C, key: &LeadKey, call: &Call) -> Result<(), ImportError> {
    for attempt in 0..ATTEMPTS {
        let state = standing(store, key).await?;
        if state.erased_at.is_some_and(|at| call.key.ended_at.as_second() <= at.as_second()) {
            return Ok(());
        }
        let mut next = state.next();
        next.record_interaction(call.key.ended_at, Channel::Call);
        match store.commit(key, vec![Write::Call(Box::new(call.clone())), Write::State(next)]).await {
            // Told meanwhile, by its provider or another import.
            Ok(()) | Err(CommitError::Conflict(ConflictingItem::Call)) => return Ok(()),
            Err(CommitError::Conflict(_)) => wait(clock, attempt).await,
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Err(ImportError::Contended)
}

/// The lead's state; an error where it is gone, or goes.
pub(crate) async fn standing<S: Store>(store: &S, key: &LeadKey) -> Result<State, ImportError> {
    store.state(key).await?.filter(|state| state.joined_to.is_none()).ok_or(ImportError::Gone)
}

pub(crate) async fn wait<C: Clock>(clock: &C, attempt: u32) {
    clock.sleep(SignedDuration::from_millis(5 * i64::from(attempt.min(10)))).await;
}
