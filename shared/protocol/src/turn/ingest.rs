//! Ingest: a customer's message is stored once, numbered, put into its session, and taken up for an answer.
//!
//! Message, number, session and lease are one commit: a number handed out before its message is stored would let a
//! later claim pass the message by.

use super::write::back_off;
use super::{Turn, TurnError};
use crate::config::Config;
use crate::event::{Fire, Incoming, MessageReceived};
use crate::ids::{BusinessId, CustomerAddress, LeadId, LeadKey};
use crate::message::{End, Message, MessageKey};
use crate::ports::{Clock, Ids, Ports, Speaker, Unavailable};
use crate::session::{Session, Stage};
use crate::session_end::closing;
use crate::state::{Mode, OpenSession, Resume, State};
use crate::store::{CommitError, Found, Item, Part, Store};
use crate::teeth::{Bug, has};
use crate::timer::{self, Arm};
use futures_util::future::try_join;
use jiff::Timestamp;
use tracing::{info, warn};
use zikaron_memory::resume;
use zikaron_memory::session::{Channel, SessionId, idle_elapsed};
use zikaron_memory::settings::Settings;

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
}

/// The next state of the lead and what is stored with it.
struct Plan {
    state: State,
    items: Vec<Item>,
    timer: Option<Arm>,
    done: Option<Done>,
}

/// What a plan is made from, besides the state.
struct Arriving<'a> {
    received: &'a MessageReceived,
    settings: &'a Settings,
    config: &'a Config,
    now: Timestamp,
    new_session: SessionId,
    holder: String,
}

pub(super) async fn ingest<P: Ports>(p: &P, received: &MessageReceived) -> Result<Ingested, TurnError> {
    let Some(business) = p.store().route(&received.line).await? else {
        warn!(connection = %received.line.connection, "set aside: the number is not a route of this connection");
        return Ok(Ingested::Done(Done::UnknownLine));
    };
    let (settings, mut found) =
        try_join(p.store().settings(&business), p.store().find(&business, &received.customer)).await?;
    for attempt in 0..p.config().attempts {
        let (key, state) = lead(p, &business, &found).await?;
        let arriving = Arriving {
            received,
            settings: &settings,
            config: p.config(),
            now: p.clock().now(),
            new_session: SessionId::new(p.ids().ulid()),
            holder: p.ids().ulid(),
        };
        let mut plan = plan(&key, state, &arriving);
        plan.items.extend(missing_aliases(&found, &received.customer));
        let committed = store(p, &key, plan.items).await;
        match committed {
            Ok(()) => {
                timer::set(p, plan.timer).await;
                let (state, holder) = (plan.state, arriving.holder);
                return Ok(match plan.done {
                    Some(done) => Ingested::Done(done),
                    None => Ingested::Turn(Turn { key, state, settings, holder }),
                });
            }
            Err(CommitError::Conflict(Part::Message)) => return repeated(p, key, received, settings).await,
            Err(CommitError::Conflict(part)) => {
                if part == Part::Alias {
                    found = p.store().find(&business, &received.customer).await?;
                }
                back_off(p, attempt).await;
            }
            Err(CommitError::Unavailable(error)) => {
                let holder = arriving.holder;
                return landed(p, key, holder, settings, error).await;
            }
        }
    }
    Err(TurnError::Contended)
}

/// One commit: all of it or nothing.
async fn store<P: Ports>(p: &P, key: &LeadKey, items: Vec<Item>) -> Result<(), CommitError> {
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

async fn lead<P: Ports>(p: &P, business: &BusinessId, found: &Found) -> Result<(LeadKey, Option<State>), TurnError> {
    let known = found.lead().cloned();
    let lead = match &known {
        Some(lead) => lead.clone(),
        None => LeadId::parse(p.ids().ulid()).map_err(|_| TurnError::Contended)?,
    };
    let key = LeadKey { business: business.clone(), lead };
    let state = if known.is_some() { p.store().state(&key).await? } else { None };
    if known.is_some() && state.is_none() {
        // The alias outlived its lead for a moment (an erasure under way): deliver again.
        return Err(TurnError::Contended);
    }
    Ok((key, state))
}

fn missing_aliases(found: &Found, customer: &CustomerAddress) -> Option<Item> {
    let missing = CustomerAddress {
        bsuid: customer.bsuid.clone().filter(|_| found.by_bsuid.is_none()),
        phone: customer.phone.clone().filter(|_| found.by_phone.is_none()),
    };
    (missing != CustomerAddress::default()).then_some(Item::Alias(missing))
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
    let waits = message.end.is_none() && message.arrival > state.answered;
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

fn plan(key: &LeadKey, stands: Option<State>, arriving: &Arriving<'_>) -> Plan {
    let Arriving { received, config, now, .. } = *arriving;
    let incoming = &received.message;
    let mut state = stands.unwrap_or_else(|| State::new(received.customer.clone(), now)).next();
    let mut items = Vec::with_capacity(5);
    let end = end_of(&state, arriving);
    if incoming.answerable {
        items.extend(turn_over_session(&mut state, arriving, end));
        state.heard(incoming.sent_at, Channel::Whatsapp);
    }
    state.arrivals += 1;
    state.line = Some(received.line.clone());
    state.customer = CustomerAddress {
        bsuid: received.customer.bsuid.clone().or(state.customer.bsuid),
        phone: received.customer.phone.clone().or(state.customer.phone),
    };
    if incoming.answerable {
        join_session(&mut state, arriving);
        choose_fresh(&mut state, arriving, end);
    }
    let mut done = end.map(|_| Done::NoAnswerNeeded);
    if end.is_none() {
        await_answer(&mut state, incoming, now);
        if state.is_leased(now) && !has(Bug::LeaseUnconditional) {
            done = Some(Done::LeftToHolder);
        } else {
            super::lease::grant(&mut state, &arriving.holder, now, config);
        }
    }
    let timer = idle_timer(key, &mut state, arriving, end);
    items.push(Item::Message(message(&state, arriving, end)));
    items.push(Item::State(state.clone()));
    Plan { state, items, timer, done }
}

fn end_of(state: &State, arriving: &Arriving<'_>) -> Option<End> {
    let incoming = &arriving.received.message;
    if !incoming.answerable {
        Some(End::NotNeeded)
    } else if arriving.now.duration_since(incoming.sent_at) > arriving.config.stale_after && !has(Bug::StaleAnswered) {
        Some(End::Stale)
    } else {
        (state.mode == Mode::Human).then_some(End::HumanMode)
    }
}

/// Closes a session whose time has passed before its timer said so, and opens one where none is open (spec C).
fn turn_over_session(state: &mut State, arriving: &Arriving<'_>, end: Option<End>) -> Vec<Item> {
    let Arriving { received, settings, config, now, .. } = *arriving;
    let sent_at = received.message.sent_at;
    let mut items = Vec::new();
    if state.session.as_ref().is_some_and(|open| idle_elapsed(open.last_at, sent_at, config.idle)) {
        items.extend(state.session.take().map(|open| Item::Session(closing(&open, state.arrivals, now))));
    }
    if state.session.is_some() {
        return items;
    }
    let due = settings.enable_customer_service
        && end.is_none()
        && resume::is_due(state.last_interaction_at, sent_at, config.idle, settings.resume_max_gap_days);
    let id = arriving.new_session.clone();
    items.push(Item::Session(Session {
        id: id.clone(),
        version: 1,
        stage: Stage::Open,
        opened_at: now,
        closed: None,
        call: None,
        tries: 0,
        retry_at: None,
        untold: None,
    }));
    state.listed_at = now;
    state.session = Some(OpenSession {
        id,
        opened_at: now,
        first_sent_at: sent_at,
        last_at: sent_at,
        generation: 0,
        armed: false,
        remembered: 0,
        resume: if due { Resume::Due } else { Resume::No },
        opened_by: state.arrivals + 1,
        fresh_from: None,
    });
    items
}

fn join_session(state: &mut State, arriving: &Arriving<'_>) {
    let sent_at = arriving.received.message.sent_at;
    let Some(open) = &mut state.session else { return };
    open.first_sent_at = open.first_sent_at.min(sent_at);
    open.last_at = open.last_at.max(sent_at);
    open.remembered += u32::from(arriving.settings.enable_customer_service);
}

/// Whether the message answers the question to a returning customer, and how (spec E). The choice is state.
fn choose_fresh(state: &mut State, arriving: &Arriving<'_>, end: Option<End>) {
    let incoming = &arriving.received.message;
    let number = state.arrivals;
    let Some(open) = &mut state.session else { return };
    if !arriving.settings.enable_customer_service || end == Some(End::Stale) {
        return;
    }
    let button = incoming.button.as_deref();
    let taps = matches!(button, Some(resume::FRESH_BUTTON | resume::CONTINUE_BUTTON));
    let quotes =
        incoming.quotes.is_some() && state.asked.as_ref().is_some_and(|asked| asked.channel_id == incoming.quotes);
    // The channel's clock has whole seconds: an answer may seem to stand before the question by less than one.
    let answers =
        state.asked.as_ref().is_some_and(|asked| asked.open && incoming.sent_at.as_second() >= asked.at.as_second());
    let may_choose = quotes || answers || open.opened_by == number || open.resume == Resume::Due;
    let says_fresh = !taps && incoming.text.as_deref().is_some_and(resume::wants_fresh);
    if button == Some(resume::FRESH_BUTTON) || (says_fresh && may_choose) {
        open.fresh_from = Some(number);
        open.resume = Resume::No;
    } else if taps || quotes {
        open.resume = Resume::No;
        if button == Some(resume::CONTINUE_BUTTON) {
            open.fresh_from = None;
        }
    }
    if (taps || quotes || answers)
        && let Some(asked) = &mut state.asked
    {
        asked.open = false;
    }
}

fn await_answer(state: &mut State, incoming: &Incoming, now: Timestamp) {
    let sent_at = incoming.sent_at;
    state.newest = Some(incoming.id.clone());
    state.pending += 1;
    state.pending_since = Some(state.pending_since.map_or(sent_at, |since| since.min(sent_at)));
    state.pending_at = Some(now);
}

/// The timer is set here when the session has none yet, or when no turn will follow that sets it (spec C).
fn idle_timer(key: &LeadKey, state: &mut State, arriving: &Arriving<'_>, end: Option<End>) -> Option<Arm> {
    let incoming = &arriving.received.message;
    let open = state.session.as_mut()?;
    if !arriving.settings.enable_customer_service
        || !incoming.answerable
        || (open.armed && end.is_none())
        || has(Bug::TimerLostAtIngest)
    {
        return None;
    }
    let first = !std::mem::replace(&mut open.armed, true);
    let fire = Fire { key: key.clone(), session: open.id.clone(), generation: open.generation };
    Some(Arm { fire, at: open.last_at + arriving.config.idle, first })
}

fn message(state: &State, arriving: &Arriving<'_>, end: Option<End>) -> Message {
    let incoming = &arriving.received.message;
    Message {
        key: MessageKey { sent_at: incoming.sent_at, id: incoming.id.clone() },
        version: 1,
        arrival: state.arrivals,
        speaker: Speaker::Customer,
        kind: incoming.kind.clone(),
        text: incoming.text.clone().unwrap_or_else(|| format!("[{}]", incoming.kind)),
        session: state.session.as_ref().map(|open| open.id.clone()),
        remembered: arriving.settings.enable_customer_service,
        end,
        sending: None,
    }
}

pub(super) fn log(done: Done, received: &MessageReceived) {
    info!(message = %received.message.id, kind = received.message.kind, outcome = ?done, "delivery done");
}
