//! Ingest: a message is stored once, numbered, put into its session, and taken up for an answer.
//!
//! Message, number, session and lease are one commit: a number handed out before its message is stored would let a
//! later claim pass the message by.

use super::context::{Turn, TurnError};
use super::plan::{Arriving, plan};
use crate::amend;
use crate::identity::aliases::naming;
use crate::identity::aliases::{Names, given_up, lead};
use crate::identity::erased::{erased_at, is_erased};
use crate::identity::merge::{self, Joined};
use crate::identity::merging_lead::{self, Elder};
use crate::model::alias::names as alias_keys;
use crate::model::amendment::Amends;
use crate::model::conversation::Speaker;
use crate::model::event::{MessageReceived, Purpose};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::{MessageKey, SendState};
use crate::model::write::Item;
use crate::mutation::{Bug, has};
use crate::ports::bundle::Ports;
use crate::ports::clock::{Clock, Ids};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, Part, Store};
use crate::retry::back_off;
use crate::timer;
use crate::turn::context::Done;
use futures_util::future::{try_join, try_join_all};
use jiff::SignedDuration;
use tracing::{info, warn};
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// An echo of our own message is looked for among those claimed so long before it, retries included …
const ECHO_AFTER: SignedDuration = SignedDuration::from_hours(2);
/// … and at most so many.
const ECHO_AMONG: usize = 200;

/// What became of a delivery.
#[expect(clippy::large_enum_variant, reason = "one per invocation, taken apart at once")]
pub(super) enum Ingested {
    /// Nothing is left to do for it here.
    Done(Done),
    /// Its lead is ours to answer.
    Turn(Turn),
}

pub(super) async fn ingest<P: Ports>(p: &P, received: &MessageReceived) -> Result<Ingested, TurnError> {
    let Some(business) = p.store().route(&received.line).await? else {
        warn!(connection = %received.line.connection, "set aside: the number is not a route of this connection");
        return Ok(Ingested::Done(Done::UnknownLine));
    };
    let (settings, mut names) = try_join(p.store().settings(&business), Names::of(p, &business, received)).await?;
    let mut apart = Vec::new();
    for attempt in 0..p.config().attempts {
        let Some((key, state)) = lead(p, &business, &mut names).await? else {
            return Ok(Ingested::Done(Done::Erased));
        };
        if let Some(state) = &state
            && !is_erased(state.erased_at, received.message.sent_at)
        {
            let other = names.other(&key.lead, received, &apart);
            if state.joined_to.is_some() || other.is_some() {
                if let Some(other) = other.filter(|_| state.joined_to.is_none())
                    && merge::join(p, &key, &other).await? == Joined::No
                {
                    apart.push(other.lead);
                }
                back_off(p, attempt).await;
                names = Names::of(p, &business, received).await?;
                continue;
            }
        }
        let Some(elders) = elders(p, &key, state.as_ref()).await? else {
            names = Names::of(p, &business, received).await?;
            continue;
        };
        if is_own_echo(p, &key, &elders, received).await? {
            return Ok(Ingested::Done(Done::OwnEcho));
        }
        if let Some(elder) = stored_with(p, &elders, received).await? {
            return repeated(p, elder, received, settings).await;
        }
        let missing = names.missing(&key.lead);
        let new_names: Vec<String> = missing.iter().flat_map(|(names, _)| alias_keys(names)).flatten().collect();
        let erased_at = erased_at(p.store(), &business, &new_names, state.as_ref()).await?;
        if is_erased(erased_at, received.message.sent_at) {
            return Ok(Ingested::Done(Done::Erased));
        }
        let taken: Vec<Item> = missing.into_iter().flat_map(|(new, found)| naming(found, &key.lead, new)).collect();
        let Some(given_up) = given_up(p, &key, state.as_ref(), &names, received).await? else {
            back_off(p, attempt).await;
            names = Names::of(p, &business, received).await?;
            continue;
        };
        let arriving = arriving(p, &key, state, &names, received, &settings, elders).await?;
        let mut plan = plan(&key, Arriving { erased_at, ..arriving });
        plan.items.extend(taken);
        plan.items.extend(given_up);
        let holder = plan.holder;
        match commit(p, &key, plan.items, plan.elders).await {
            Ok(()) => {
                timer::set(p, plan.timer).await;
                let state = plan.state;
                return Ok(match plan.done {
                    Some(done) => Ingested::Done(done),
                    None => Ingested::Turn(Turn { key, state, settings, holder }),
                });
            }
            Err(CommitError::Conflict(Part::Message)) if is_stored(p, &key, received).await? => {
                return repeated(p, key, received, settings).await;
            }
            Err(CommitError::Conflict(_)) => {
                back_off(p, attempt).await;
                names = Names::of(p, &business, received).await?;
            }
            Err(CommitError::Unavailable(error)) => return landed(p, key, holder, settings, error).await,
        }
    }
    Err(TurnError::Contended)
}

/// The leads that are being joined into this one; none where that changed meanwhile.
async fn elders<P: Ports>(p: &P, key: &LeadKey, state: Option<&State>) -> Result<Option<Vec<Elder>>, Unavailable> {
    match state {
        Some(state) if !state.joining.is_empty() => merging_lead::elders(p.store(), key, state).await,
        _ => Ok(Some(Vec::new())),
    }
}

/// The elder the message was stored with before its name led here. It is looked for there first: what is moved goes
/// from there to here, and never back.
async fn stored_with<P: Ports>(
    p: &P,
    elders: &[Elder],
    received: &MessageReceived,
) -> Result<Option<LeadKey>, Unavailable> {
    for elder in elders.iter().filter(|_| !has(Bug::ElderStoredTwice)) {
        if is_stored(p, &elder.key, received).await? {
            return Ok(Some(elder.key.clone()));
        }
    }
    Ok(None)
}

/// Everything the plan is made from: what the message changes, and what came before it and is about it.
async fn arriving<'a, P: Ports>(
    p: &'a P,
    key: &LeadKey,
    stands: Option<State>,
    names: &Names,
    received: &'a MessageReceived,
    settings: &'a Settings,
    elders: Vec<Elder>,
) -> Result<Arriving<'a>, TurnError> {
    let incoming = &received.message;
    let target = match (&incoming.purpose, &stands) {
        (Purpose::Amend(amends), Some(state)) => target(p, key, state, amends, &elders).await?,
        _ => None,
    };
    let early = match &stands {
        Some(state) if incoming.purpose.is_said() => amend::early(p, key, state, &incoming.id).await?,
        _ => Vec::new(),
    };
    let mut beside = Vec::with_capacity(elders.len());
    for elder in elders {
        let early = if incoming.purpose.is_said() {
            amend::early(p, &elder.key, &elder.state, &incoming.id).await?
        } else {
            Vec::new()
        };
        beside.push((elder, early));
    }
    Ok(Arriving {
        received,
        stands,
        settings,
        config: p.config(),
        now: p.clock().now(),
        new_session: SessionId::new(p.ids().ulid()),
        holder: p.ids().ulid(),
        moved_to: names.free(&key.lead),
        erased_at: None,
        target,
        early,
        elders: beside,
    })
}

/// The message that is changed, here or with an elder.
async fn target<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    amends: &Amends,
    elders: &[Elder],
) -> Result<Option<amend::Target>, Unavailable> {
    // With the elders first: what is moved goes from there to here.
    for elder in elders.iter().filter(|_| !has(Bug::ElderNotAmended)) {
        if let Some(found) = amend::target(p, &elder.key, &elder.state, amends).await? {
            return Ok(Some(found.with(&elder.key.lead)));
        }
    }
    amend::target(p, key, state, amends).await
}

/// Whether a message from the phone app is one of ours, which the channel echoes. Where our own record of its id is
/// still to come, its words tell.
async fn is_own_echo<P: Ports>(
    p: &P,
    key: &LeadKey,
    elders: &[Elder],
    received: &MessageReceived,
) -> Result<bool, Unavailable> {
    let incoming = &received.message;
    if incoming.speaker != Speaker::Staff || !incoming.purpose.is_said() || has(Bug::OwnEchoTakenForPerson) {
        return Ok(false);
    }
    let since = incoming.sent_at - ECHO_AFTER;
    let keys = elders.iter().map(|elder| &elder.key).chain([key]);
    let found = try_join_all(keys.map(|key| p.store().messages(key, Some(since), None, ECHO_AMONG))).await?.concat();
    Ok(found.iter().filter_map(|message| message.sending.as_ref()).any(|sending| match &sending.channel_id {
        Some(id) => *id == incoming.id,
        None => {
            let open = matches!(sending.state, SendState::Sending | SendState::Unknown | SendState::Uncertain);
            open && incoming.text.as_deref() == Some(sending.body.text())
        }
    }))
}

async fn is_stored<P: Ports>(p: &P, key: &LeadKey, received: &MessageReceived) -> Result<bool, Unavailable> {
    let place = MessageKey { sent_at: received.message.sent_at, id: received.message.id.clone() };
    Ok(p.store().message(key, &place).await?.is_some())
}

/// One commit: all of it or nothing.
async fn commit<P: Ports>(
    p: &P,
    key: &LeadKey,
    items: Vec<Item>,
    elders: Vec<(LeadKey, Vec<Item>)>,
) -> Result<(), CommitError> {
    #[cfg(feature = "teeth")]
    let items = crate::mutation::bent(p.store(), key, items).await?;
    if elders.is_empty() {
        return p.store().commit(key, items).await;
    }
    p.store().commit_all([(key.clone(), items)].into_iter().chain(elders).collect()).await
}

/// The commit may have taken effect: then the lease is ours, and nobody else will answer while it lasts.
async fn landed<P: Ports>(
    p: &P,
    key: LeadKey,
    holder: String,
    settings: Settings,
    error: Unavailable,
) -> Result<Ingested, TurnError> {
    match p.store().state(&key).await? {
        Some(state) if state.is_held_by(&holder) => Ok(Ingested::Turn(Turn { key, state, settings, holder })),
        _ => Err(error.into()),
    }
}

/// A delivery of a message that is stored already.
async fn repeated<P: Ports>(
    p: &P,
    key: LeadKey,
    received: &MessageReceived,
    settings: Settings,
) -> Result<Ingested, TurnError> {
    let place = MessageKey { sent_at: received.message.sent_at, id: received.message.id.clone() };
    let (message, state) = try_join(p.store().message(&key, &place), p.store().state(&key)).await?;
    let (Some(message), Some(state)) = (message, state) else { return Err(TurnError::Contended) };
    let now = p.clock().now();
    let waits = message.needs_answer() && message.arrival > state.answered;
    if has(Bug::RedeliveryDropped) {
        return Ok(Ingested::Done(Done::Repeated));
    }
    if state.is_leased(now) {
        // The holder may be dead. Only a later delivery can tell, so ask for one.
        return if waits { Err(TurnError::UnderWay) } else { Ok(Ingested::Done(Done::Repeated)) };
    }
    super::lease::take(p, key, settings, state).await.map(|turn| match turn {
        Some(turn) => Ingested::Turn(turn),
        None => Ingested::Done(Done::Repeated),
    })
}

pub(super) fn log(done: Done, received: &MessageReceived) {
    info!(message = %received.message.id, kind = received.message.kind, outcome = ?done, "delivery done");
}
