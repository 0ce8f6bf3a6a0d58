//! Ingest: a message is stored once, numbered, put into its session, and taken up for an answer.
//!
//! Message, number, session and lease are one commit: a number handed out before its message is stored would let a
//! later claim pass the message by.

use super::plan::{Arriving, plan};
use super::write::back_off;
use super::{Turn, TurnError, amend};
use crate::erased::{erased_at, is_erased};
use crate::event::{MessageReceived, Purpose};
use crate::ids::{BusinessId, CustomerAddress, LeadId, LeadKey};
use crate::message::{MessageKey, SendState};
use crate::ports::{Clock, Ids, Ports, Speaker, Unavailable};
use crate::state::State;
use crate::store::{self, CommitError, Found, Item, Part, Store};
use crate::teeth::{Bug, has};
use crate::timer;
use futures_util::future::try_join;
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

/// Why a delivery needs nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// The line belongs to no business: a number of another connection, or one not set up.
    UnknownLine,
    /// Stored; it needs no answer.
    NoAnswerNeeded,
    /// Stored; the turn that is under way will see it.
    LeftToHolder,
    /// Stored before, and at its end.
    Repeated,
    /// Our own message, echoed by the channel.
    OwnEcho,
    /// Written before the customer's record was erased: nothing of it is kept.
    Erased,
}

pub(super) async fn ingest<P: Ports>(p: &P, received: &MessageReceived) -> Result<Ingested, TurnError> {
    let Some(business) = p.store().route(&received.line).await? else {
        warn!(connection = %received.line.connection, "set aside: the number is not a route of this connection");
        return Ok(Ingested::Done(Done::UnknownLine));
    };
    let (settings, mut names) = try_join(p.store().settings(&business), Names::of(p, &business, received)).await?;
    for attempt in 0..p.config().attempts {
        let (key, state) = lead(p, &business, &mut names)?;
        if is_own_echo(p, &key, received).await? {
            return Ok(Ingested::Done(Done::OwnEcho));
        }
        let missing = names.missing(&key.lead);
        let new_names: Vec<String> = missing.iter().flat_map(store::names).flatten().collect();
        let erased_at = erased_at(p.store(), &business, &new_names, state.as_ref()).await?;
        if is_erased(erased_at, received.message.sent_at) {
            return Ok(Ingested::Done(Done::Erased));
        }
        let arriving = arriving(p, &key, state, &names, received, &settings).await?;
        let mut plan = plan(&key, Arriving { erased_at, ..arriving });
        plan.items.extend(missing.into_iter().map(Item::Alias));
        let holder = plan.holder;
        match commit(p, &key, plan.items).await {
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

/// Everything the plan is made from: what the message changes, and what came before it and is about it.
async fn arriving<'a, P: Ports>(
    p: &'a P,
    key: &LeadKey,
    stands: Option<State>,
    names: &Names,
    received: &'a MessageReceived,
    settings: &'a Settings,
) -> Result<Arriving<'a>, TurnError> {
    let incoming = &received.message;
    let target = match (&incoming.purpose, &stands) {
        (Purpose::Amend(amends), Some(state)) => amend::target(p, key, state, amends).await?,
        _ => None,
    };
    let early = match &stands {
        Some(state) if incoming.purpose.is_said() => amend::early(p, key, state, &incoming.id).await?,
        _ => Vec::new(),
    };
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
    })
}

/// Whom the names in a message mean.
struct Names {
    customer: CustomerAddress,
    found: Found,
    /// The state of the lead they mean.
    state: Option<State>,
    /// The names the customer has from now on, and whom they mean until now.
    moved: Option<(CustomerAddress, Found)>,
}

impl Names {
    async fn of<P: Ports>(p: &P, business: &BusinessId, received: &MessageReceived) -> Result<Self, Unavailable> {
        let customer = received.customer.clone();
        let (found, state) = p.store().find_lead(business, &customer).await?;
        let moved = match &received.message.purpose {
            Purpose::Moved { to } => Some((to.clone(), p.store().find(business, to).await?)),
            _ => None,
        };
        Ok(Self { customer, found, state, moved })
    }

    /// The new names that mean nobody else. Those that do are left: two leads are joined by people.
    fn free(&self, lead: &LeadId) -> Option<CustomerAddress> {
        let (to, found) = self.moved.as_ref()?;
        let his = |of: &Option<LeadId>| of.as_ref().is_none_or(|of| of == lead);
        let free = CustomerAddress {
            bsuid: to.bsuid.clone().filter(|_| his(&found.by_bsuid)),
            phone: to.phone.clone().filter(|_| his(&found.by_phone)),
        };
        if free != *to {
            warn!(%lead, "the customer's new name belongs to another lead: both are left as they are");
        }
        Some(free)
    }

    /// The names that are to point to the lead and do not yet.
    fn missing(&self, lead: &LeadId) -> Vec<CustomerAddress> {
        let moved = self.free(lead).zip(self.moved.as_ref().map(|(_, found)| found));
        let known = (self.customer.clone(), &self.found);
        let missing = |(customer, found): (CustomerAddress, &Found)| CustomerAddress {
            bsuid: customer.bsuid.filter(|_| found.by_bsuid.is_none()),
            phone: customer.phone.filter(|_| found.by_phone.is_none()),
        };
        let missing = moved.into_iter().chain([known]).map(missing);
        missing.filter(|names| *names != CustomerAddress::default()).collect()
    }
}

/// Whether a message from the phone app is one of ours, which the channel echoes. Where our own record of its id is
/// still to come, its words tell.
async fn is_own_echo<P: Ports>(p: &P, key: &LeadKey, received: &MessageReceived) -> Result<bool, Unavailable> {
    let incoming = &received.message;
    if incoming.speaker != Speaker::Staff || !incoming.purpose.is_said() || has(Bug::OwnEchoTakenForPerson) {
        return Ok(false);
    }
    let since = incoming.sent_at - ECHO_AFTER;
    let found = p.store().messages(key, Some(since), None, ECHO_AMONG).await?;
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
async fn commit<P: Ports>(p: &P, key: &LeadKey, items: Vec<Item>) -> Result<(), CommitError> {
    #[cfg(feature = "teeth")]
    let items = crate::teeth::bent(p.store(), key, items).await?;
    p.store().commit(key, items).await
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

fn lead<P: Ports>(p: &P, business: &BusinessId, names: &mut Names) -> Result<(LeadKey, Option<State>), TurnError> {
    let key = |lead| LeadKey { business: business.clone(), lead };
    match (names.found.lead().cloned(), names.state.take()) {
        (Some(lead), Some(state)) => Ok((key(lead), Some(state))),
        // The alias outlived its lead for a moment (an erasure under way): deliver again.
        (Some(_), None) => Err(TurnError::Contended),
        (None, _) => Ok((key(LeadId::parse(p.ids().ulid()).map_err(|_| TurnError::Contended)?), None)),
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
