//! A status of the channel settles what a send left open. Statuses come in any order, and none makes less known than
//! before.

use crate::identity::merge::redirect_of;
use crate::identity::recipient;
use crate::model::event::{DeliveryStatus, MessageStatus};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::{Message, SendState, Tag};
use crate::model::notice::Notice;
use crate::model::pricing::Pricing;
use crate::model::write::Write;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::turn::{TurnError, note};
use crate::{amend, turn};
use futures_util::future::try_join;
use tracing::{info, warn};
use zikaron_memory::handover::Cause;
use zikaron_memory::settings::Settings;

/// What a status led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The message is known to be accepted, or to have failed, by this status.
    Yes,
    /// It says nothing new, or is about a message of somebody else.
    Nothing,
}

/// Takes in a status of an outgoing message.
///
/// # Errors
/// [`TurnError`], where the store failed, others kept writing, or the turn that follows broke off: deliver it again.
pub async fn settle<P: TurnPorts>(p: &P, status: &MessageStatus) -> Result<Settled, TurnError> {
    let Some(tag) = status.tag.as_deref().and_then(Tag::parse) else { return Ok(Settled::Nothing) };
    let Some(business) = p.store().route(&status.line).await? else {
        warn!(connection = %status.line.connection, "status set aside: the number is not a route of this connection");
        return Ok(Settled::Nothing);
    };
    let mut key = LeadKey { business, lead: tag.lead };
    let mut is_ours = false;
    let settled = update!(p.clock(), p.config().attempts, |_| {
        let Some(message) = p.store().message(&key, &tag.key).await? else {
            match redirect_of(p.store(), &key).await? {
                Some(next) => key = next,
                _ => return Ok(Attempt::Done(Next::Nothing)),
            }
            return Ok(Attempt::Raced);
        };
        is_ours = true;
        let settled = apply(&message, status);
        let pricing = unknown_pricing(&message, status);
        if settled.is_none() && pricing.is_none() {
            // The delivery that recorded the failure may have died before its notice was published.
            let failed = status.status == DeliveryStatus::Failed;
            return Ok(Attempt::Done(if failed { Next::Publish } else { Next::Nothing }));
        }
        let (state, settings) = try_join(p.store().state(&key), p.store().settings(&key.business)).await?;
        // None: moved since it was read, or erased.
        let Some(state) = state else { return Ok(Attempt::Raced) };
        // Its session is counted as it stands when it closes: what is told later would be counted by a recount alone.
        let is_open = state.session.as_ref().is_some_and(|open| message.session.as_ref() == Some(&open.id));
        let pricing = pricing.filter(|_| is_open);
        let Some(mut settled) = settled else {
            let Some(pricing) = pricing else { return Ok(Attempt::Done(Next::Nothing)) };
            let priced = Message { version: message.version + 1, pricing: Some(pricing), ..message };
            let items = vec![Write::Message(priced), Write::State(state.next())];
            let is_written = commit(p.store(), &key, items).await? == Committed::Yes;
            return Ok(if is_written { Attempt::Done(Next::Nothing) } else { Attempt::Raced });
        };
        let is_priced = pricing.is_some();
        settled.pricing = pricing.or(settled.pricing);
        let Some(state) = write(p, &key, state, status, settled, is_priced).await? else {
            return Ok::<_, TurnError>(Attempt::Raced);
        };
        Ok(Attempt::Done(Next::Resume(Box::new((state, settings)))))
    });
    match settled? {
        Next::Nothing => {
            if is_ours && tag.asks_user_id {
                learn(p, &key, status).await?;
            }
            Ok(Settled::Nothing)
        }
        Next::Publish => {
            turn::due(p, &key).await?;
            Ok(Settled::Nothing)
        }
        Next::Resume(resumed) => {
            let (state, settings) = *resumed;
            info!(lead = %key.lead, outgoing = %tag.key.id, status = ?status.status, "send settled by its status");
            if state.has_work(p.clock().now(), p.config()) {
                turn::resume(p, key.clone(), settings, state).await?;
            }
            if tag.asks_user_id {
                learn(p, &key, status).await?;
            }
            Ok(Settled::Yes)
        }
    }
}

/// Whom a message went to is known by any status that says it went: the first may be lost, or come before its send is
/// recorded.
async fn learn<P: TurnPorts>(p: &P, key: &LeadKey, status: &MessageStatus) -> Result<(), TurnError> {
    if status.status == DeliveryStatus::Failed {
        return Ok(());
    }
    update!(p.clock(), p.config().attempts, |_| { recipient::learn(p, key, status).await.map_err(TurnError::from) })
}

/// What is left to do after a status was taken in.
enum Next {
    Nothing,
    /// The notice of a failure may not be published yet.
    Publish,
    /// Written: the lead's state may hold work that waited for it.
    Resume(Box<(State, Settings)>),
}

/// What the message is charged as, where that is not the usual and not known yet.
fn unknown_pricing(message: &Message, status: &MessageStatus) -> Option<Pricing> {
    let told = status.pricing.as_ref().filter(|_| status.status != DeliveryStatus::Failed)?;
    (message.pricing.as_ref() != Some(told)).then(|| told.clone())
}

/// Writes the settled message, and the state where it changes or the message may only stand with it. Answers the state; none where somebody else wrote first.
async fn write<P: TurnPorts>(
    p: &P,
    key: &LeadKey,
    state: State,
    status: &MessageStatus,
    mut settled: Message,
    with_state: bool,
) -> Result<Option<State>, Unavailable> {
    let mut next = state.next();
    note(&mut next, &settled);
    if status.status == DeliveryStatus::Failed {
        next.add_notice(undelivered(status));
    }
    let early = amend::early(p, key, &state, &status.id).await?;
    let mut items = amend::catch_up(&mut next, &mut settled, early);
    items.push(Write::Message(settled));
    // A notice that stands already may be struck off this moment: it counts only if it still stands.
    let writes_state = with_state || next != state.next() || status.status == DeliveryStatus::Failed;
    if writes_state {
        items.push(Write::State(next.clone()));
    }
    Ok(match commit(p.store(), key, items).await? {
        Committed::Yes => Some(if writes_state { next } else { state }),
        Committed::Raced(_) => None,
    })
}

/// The message as the status leaves it; none if it says nothing new.
fn apply(message: &Message, status: &MessageStatus) -> Option<Message> {
    let mut message = message.clone();
    message.version += 1;
    let sending = message.sending.as_mut()?;
    sending.state = match (status.status, sending.state) {
        (DeliveryStatus::Failed, SendState::Refused) => return None,
        (DeliveryStatus::Failed, _) => SendState::Refused,
        // Handed on first, failed then: they come in any order.
        (DeliveryStatus::Sent, SendState::Refused) | (_, SendState::Sent) => return None,
        // Accepted after all; also where it was given up as uncertain.
        (_, _) => SendState::Sent,
    };
    sending.channel_id = Some(status.id.clone());
    sending.code = status.errors.first().copied().or(sending.code);
    Some(message)
}

/// A person should look: the customer did not get an answer.
fn undelivered(status: &MessageStatus) -> Notice {
    Notice::Handover { cause: Cause::NotDelivered, code: status.errors.first().copied() }
}
