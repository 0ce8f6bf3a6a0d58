//! Ingest: a message is stored once, numbered, put into its session, and taken up for an answer.
//!
//! Message, number, session and lease are one commit: a number handed out before its message is stored would let a
//! later claim pass the message by.

use super::context::{Turn, TurnError};
use super::echo::is_own_echo;
use super::lease;
use super::plan::{Arriving, Plan, plan};
use crate::amend;
use crate::identity::aliases::{Names, given_up, lead, naming};
use crate::identity::erased::{erased_at, is_erased};
use crate::identity::merge::{self, Joined};
use crate::identity::merging_lead::{self, MergingLead};
use crate::model::alias::alias_keys;
use crate::model::amendment::Amends;
use crate::model::event::{Incoming, MessageReceived, Purpose};
use crate::model::ids::{BusinessId, LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::message::MessageKey;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::{Clock, Ids};
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Store};
use crate::retry::{Attempt, update};
use crate::timer::{self, ScheduledTimer};
use crate::turn::context::Done;
use futures_util::future::try_join;
use tracing::{info, warn};
use zikaron_memory::content::Content;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;
use zikaron_memory::unfinished::is_unfinished;

/// What became of a delivery.
pub(super) enum Ingested {
    /// Nothing is left to do for it here.
    Done(Done),
    /// The message was stored, and this invocation holds the lease and answers. The schedule is yet to be set.
    New { turn: Turn, timer: Option<ScheduledTimer> },
    /// The message was stored before. This invocation holds the lease, and answers.
    Turn(Turn),
}

/// A message that is to be stored.
struct Delivery<'a> {
    received: &'a MessageReceived,
    business: BusinessId,
    settings: Settings,
    /// Whom its names mean, as last read.
    names: Names,
    /// Leads the message names, and of which it is known that they are somebody else's.
    apart: Vec<LeadId>,
}

pub(super) async fn ingest<P: Ports>(p: &P, received: &MessageReceived) -> Result<Ingested, TurnError> {
    let Some(business) = p.store().route(&received.line).await? else {
        warn!(connection = %received.line.connection, "set aside: the number is not a route of this connection");
        return Ok(Ingested::Done(Done::UnknownLine));
    };
    let (settings, names) = try_join(p.store().settings(&business), Names::of(p, &business, received)).await?;
    let mut delivery = Delivery { received, business, settings, names, apart: Vec::new() };
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 {
            delivery.names = Names::of(p, &delivery.business, received).await?;
        }
        delivery.take_in(p).await
    })
}

impl Delivery<'_> {
    async fn take_in<P: Ports>(&mut self, p: &P) -> Result<Attempt<Ingested>, TurnError> {
        let received = self.received;
        let Some((key, state)) = lead(p, &self.business, &mut self.names).await? else {
            return Ok(Attempt::Done(Ingested::Done(Done::Erased)));
        };
        if self.is_to_be_joined(p, &key, state.as_ref()).await? {
            return Ok(Attempt::Raced);
        }
        let Some(merging_leads) = merging_leads(p, &key, state.as_ref()).await? else { return Ok(Attempt::Raced) };
        if is_own_echo(p, &key, &merging_leads, received).await? {
            return Ok(Attempt::Done(Ingested::Done(Done::OwnEcho)));
        }
        if let Some(merging_lead) = stored_with(p, &merging_leads, received).await? {
            return self.repeated(p, merging_lead).await.map(Attempt::Done);
        }
        let missing = self.names.missing(&key.lead);
        let new_names: Vec<String> = missing.iter().flat_map(|(names, _)| alias_keys(names)).flatten().collect();
        let erased_at = erased_at(p.store(), &self.business, &new_names, state.as_ref()).await?;
        if is_erased(erased_at, received.message.sent_at) {
            return Ok(Attempt::Done(Ingested::Done(Done::Erased)));
        }
        let taken: Vec<Write> = missing.into_iter().flat_map(|(new, found)| naming(found, &key.lead, new)).collect();
        let Some(given_up) = given_up(p, &key, state.as_ref(), &self.names, received).await? else {
            return Ok(Attempt::Raced);
        };
        let arriving = arriving(p, &key, state, &self.names, received, &self.settings, merging_leads).await?;
        let mut plan = plan(&key, Arriving { erased_at, ..arriving });
        plan.items.extend(taken.into_iter().chain(given_up));
        if let Some((here, there)) = self.names.take_number(&key) {
            plan.items.push(here);
            plan.others.push(there);
        }
        self.store(p, key, plan).await
    }

    /// Whether names of the message lead elsewhere: a merge of the two begins, or the lead was merged into another
    /// since its name was read. Then everything is to be read again.
    async fn is_to_be_joined<P: Ports>(
        &mut self,
        p: &P,
        key: &LeadKey,
        state: Option<&State>,
    ) -> Result<bool, TurnError> {
        let sent_at = self.received.message.sent_at;
        let Some(state) = state.filter(|state| !is_erased(state.erased_at, sent_at)) else { return Ok(false) };
        if state.joined_to.is_some() {
            return Ok(true);
        }
        let Some(other) = self.names.other(&key.lead, self.received, &self.apart) else { return Ok(false) };
        if merge::join(p, key, &other).await? == Joined::No {
            self.apart.push(other.lead);
        }
        Ok(true)
    }

    /// One commit: all of it or nothing.
    async fn store<P: Ports>(&mut self, p: &P, key: LeadKey, plan: Plan) -> Result<Attempt<Ingested>, TurnError> {
        let Plan { state, items, others, timer, done, holder } = plan;
        match commit(p, &key, items, others).await {
            Ok(()) => Ok(Attempt::Done(match done {
                Some(done) => {
                    timer::set(p, timer).await;
                    Ingested::Done(done)
                }
                None => Ingested::New { turn: self.turn(key, state, holder), timer },
            })),
            Err(CommitError::Conflict(ConflictingItem::Message)) if is_stored(p, &key, self.received).await? => {
                self.repeated(p, key).await.map(Attempt::Done)
            }
            Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
            Err(CommitError::Unavailable(error)) => self.landed(p, key, holder, error).await.map(Attempt::Done),
        }
    }

    /// The commit may have taken effect: then the lease is ours, and nobody else will answer while it lasts.
    async fn landed<P: Ports>(
        &mut self,
        p: &P,
        key: LeadKey,
        holder: String,
        error: Unavailable,
    ) -> Result<Ingested, TurnError> {
        match p.store().state(&key).await? {
            Some(state) if state.is_held_by(&holder) => Ok(Ingested::Turn(self.turn(key, state, holder))),
            _ => Err(error.into()),
        }
    }

    fn turn(&mut self, key: LeadKey, state: State, holder: String) -> Turn {
        let Incoming { text, enclosed, .. } = &self.received.message;
        let is_unfinished = match (text, &enclosed.content) {
            (Some(text), _) => is_unfinished(text),
            (None, Some(Content::Voice | Content::Audio | Content::Order { .. } | Content::Form { .. })) => false,
            // Of a picture or a place without a word one is told next what it is about.
            (None, _) => true,
        };
        Turn { key, state, settings: std::mem::take(&mut self.settings), holder, is_unfinished }
    }

    /// A delivery of a message that is stored already.
    async fn repeated<P: Ports>(&mut self, p: &P, key: LeadKey) -> Result<Ingested, TurnError> {
        let (message, state) = try_join(p.store().message(&key, &place(self.received)), p.store().state(&key)).await?;
        let (Some(message), Some(state)) = (message, state) else { return Err(TurnError::Contended) };
        let is_unanswered = message.needs_answer() && message.arrival > state.answered;
        let waits = is_unanswered || state.is_unheard(&message.key);
        if state.is_leased(p.clock().now()) {
            // The holder may be dead. Only a later delivery can tell, so ask for one.
            return if waits { Err(TurnError::UnderWay) } else { Ok(Ingested::Done(Done::Repeated)) };
        }
        let settings = std::mem::take(&mut self.settings);
        Ok(match lease::take(p, key, settings, state).await? {
            Some(turn) => Ingested::Turn(turn),
            None => Ingested::Done(Done::Repeated),
        })
    }
}

/// The leads that are being merged into this one; none where that changed meanwhile.
async fn merging_leads<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: Option<&State>,
) -> Result<Option<Vec<MergingLead>>, Unavailable> {
    match state {
        Some(state) if !state.joining.is_empty() => merging_lead::merging_leads(p.store(), key, state).await,
        _ => Ok(Some(Vec::new())),
    }
}

/// The merging lead the message was stored with before its name led here. It is looked for there first: what is moved
/// goes from there to here, and never back.
async fn stored_with<P: Ports>(
    p: &P,
    merging_leads: &[MergingLead],
    received: &MessageReceived,
) -> Result<Option<LeadKey>, Unavailable> {
    for merging_lead in merging_leads {
        if is_stored(p, &merging_lead.key, received).await? {
            return Ok(Some(merging_lead.key.clone()));
        }
    }
    Ok(None)
}

/// Reads what the plan is made from: the message this one changes, and the changes of this one that came before it.
async fn arriving<'a, P: Ports>(
    p: &'a P,
    key: &LeadKey,
    stands: Option<State>,
    names: &Names,
    received: &'a MessageReceived,
    settings: &'a Settings,
    merging_leads: Vec<MergingLead>,
) -> Result<Arriving<'a>, TurnError> {
    let incoming = &received.message;
    let target = match (&incoming.purpose, &stands) {
        (Purpose::Amend(amends), Some(state)) => target(p, key, state, amends, &merging_leads).await?,
        _ => None,
    };
    let early = match &stands {
        Some(state) if incoming.purpose.is_said() => amend::early(p, key, state, &incoming.id).await?,
        _ => Vec::new(),
    };
    let mut beside = Vec::with_capacity(merging_leads.len());
    for merging_lead in merging_leads {
        let early = if incoming.purpose.is_said() {
            amend::early(p, &merging_lead.key, &merging_lead.state, &incoming.id).await?
        } else {
            Vec::new()
        };
        beside.push((merging_lead, early));
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
        merging_leads: beside,
    })
}

/// The message that is changed, here or with a merging lead.
async fn target<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    amends: &Amends,
    merging_leads: &[MergingLead],
) -> Result<Option<amend::Target>, Unavailable> {
    // With the merging leads first: what is moved goes from there to here.
    for merging_lead in merging_leads {
        if let Some(found) = amend::target(p, &merging_lead.key, &merging_lead.state, amends).await? {
            return Ok(Some(found.with(&merging_lead.key.lead)));
        }
    }
    amend::target(p, key, state, amends).await
}

async fn is_stored<P: Ports>(p: &P, key: &LeadKey, received: &MessageReceived) -> Result<bool, Unavailable> {
    Ok(p.store().message(key, &place(received)).await?.is_some())
}

fn place(received: &MessageReceived) -> MessageKey {
    MessageKey { sent_at: received.message.sent_at, id: received.message.id.clone() }
}

/// One commit: all of it or nothing.
async fn commit<P: Ports>(
    p: &P,
    key: &LeadKey,
    items: Vec<Write>,
    others: Vec<(LeadKey, Vec<Write>)>,
) -> Result<(), CommitError> {
    if others.is_empty() {
        return p.store().commit(key, items).await;
    }
    p.store().commit_all([(key.clone(), items)].into_iter().chain(others).collect()).await
}

pub(super) fn log(done: Done, received: &MessageReceived) {
    // The id stays out: WhatsApp's hold the customer's phone number.
    info!(kind = received.message.kind, outcome = ?done, "delivery done");
}
