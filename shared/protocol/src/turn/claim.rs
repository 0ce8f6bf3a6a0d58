//! Claim: one commit makes the answer the one answer to these messages (docs/rules.md#j2). What is to be sent is
//! written before any of it is, with what it answers, and only if no newer message came, the lease is ours and the AI
//! still answers.

use super::ask::Answer;
use super::context::{Holding, Turn, TurnError};
use super::read::Read;
use super::write::{reload, write};
use super::{lease, pace, parts};
use crate::model::conversation::{Body, Speaker};
use crate::model::ids::MessageId;
use crate::model::lead_state::{Mode, State};
use crate::model::message::{Message, MessageKey, SendState, Sending};
use crate::model::model_outage::ModelOutage;
use crate::model::notice::Notice;
use crate::model::outbox::{InFlight, Leftover, Unsettled};
use crate::model::session::{Resume, ResumeQuestion};
use crate::model::usage::Usage;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::{Clock, Ids};
use crate::retry::{Attempt, update};
use jiff::Timestamp;
use zikaron_memory::handover::Cause;
use zikaron_memory::session::Channel;
use zikaron_memory::transcript::Transcript;

/// How a claim ended.
pub(super) enum Claimed {
    /// These are to be sent, in this order.
    Yes(Vec<Message>),
    /// Newer messages came, or what was read was changed: read again.
    Superseded,
    /// A person took over, or some of the messages came to their end otherwise: look again.
    NothingWaits,
    /// The lease is not ours any more.
    Lost,
}

pub(super) async fn claim<P: Ports>(
    p: &P,
    turn: &mut Turn,
    read: &Read,
    answer: Answer,
    may_start_over: bool,
) -> Result<Claimed, TurnError> {
    let saying = Saying {
        asks: answer.question.is_some(),
        discloses: answer.discloses,
        asks_number: answer.asks_number,
        fresh: answer.fresh,
        confirms: answer.confirms,
        usage: answer.usage,
        hands_over: answer.handover,
        quotes: quoted(read, turn.settings.quote_answered),
        bodies: parts::bodies(answer, &turn.settings),
    };
    turn.state = read.state.clone();
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Claimed::Lost));
        }
        let now = p.clock().now();
        if nothing_waits(&turn.state, read, now) {
            return Ok(Attempt::Done(Claimed::NothingWaits));
        }
        if turn.state.leftover(now, p.config()) == Some(Leftover::InFlight) {
            return Err(TurnError::EarlierInFlight);
        }
        let mut next = turn.state.next();
        lease::renew(p, &mut next, now);
        // Reading again takes as long as the first time, and so does the lease from here.
        let newer = may_start_over && turn.state.pending > read.state.pending;
        // Newer messages are read by the next turn. Of words that are not there any more nothing may be said.
        let changed = turn.state.amended != read.state.amended;
        // The number became known, or was asked for under another name of theirs.
        let asks_again = saying.asks_number && !turn.state.may_ask_number();
        // The answer that said that an AI answers turned out not to have arrived, or another one said so.
        let disclosed_since = turn.state.ai_disclosed != read.state.ai_disclosed;
        let starts_over = newer || changed || asks_again || disclosed_since;
        if !starts_over {
            next.count_heard(turn.settings.zone().at(now).date(), seconds_heard(&next, read));
        }
        let messages = if starts_over { Vec::new() } else { outgoing(p, &mut next, read, &saying, now)? };
        let items = messages.iter().cloned().map(Write::Message).collect();
        let first = messages.first().map(|message| message.key.clone());
        let landed = move |state: &State| match &first {
            Some(key) => state.unsettled.iter().any(|entry| entry.key == *key),
            None => false,
        };
        let claimed = if starts_over { Claimed::Superseded } else { Claimed::Yes(messages) };
        write(p, turn, items, next, claimed, landed).await
    })
}

/// A person answers or has something to be sent first, or some of what was read came to its end otherwise.
fn nothing_waits(state: &State, read: &Read, now: Timestamp) -> bool {
    let mut waiting = read.waiting.iter();
    let ended = !waiting.all(|&number| state.awaits(number));
    state.is_with_person(now) || state.staff_waits() || ended
}

/// An answer as it is claimed.
struct Saying {
    /// The messages it is sent as, in order.
    bodies: Vec<Body>,
    /// The last of them asks how to go on.
    asks: bool,
    /// The first of them says that an AI answers.
    discloses: bool,
    /// It asks for the customer's number.
    asks_number: bool,
    /// The message in which the customer chose to start afresh, as the model understood them.
    fresh: Option<u64>,
    /// It asks to confirm an old value.
    confirms: bool,
    /// A person answers from then on.
    hands_over: Option<Cause>,
    /// What the first of them is shown under.
    quotes: Option<MessageId>,
    /// What the model used for it.
    usage: Usage,
}

/// The last of several messages that are answered at once, where the business wants it quoted.
fn quoted(read: &Read, wanted: bool) -> Option<MessageId> {
    let last = read.waiting.last().filter(|_| wanted && read.waiting.len() > 1)?;
    read.shown
        .iter()
        .find(|message| message.needs_answer() && message.arrival == *last)
        .map(|message| message.key.id.clone())
}

/// The outgoing messages, and what claiming them makes of the state.
fn outgoing<P: Ports>(
    p: &P,
    state: &mut State,
    read: &Read,
    saying: &Saying,
    now: Timestamp,
) -> Result<Vec<Message>, TurnError> {
    settle_waiting(state, read);
    pace::count(state, read.waiting.len());
    // They stand behind a part nobody knows the end of: after this answer they would come out of order.
    for entry in state.unsettled.iter_mut().filter(|entry| entry.stage == InFlight::Waiting) {
        entry.stage = InFlight::Dropped;
    }
    state.record_interaction(now, Channel::Whatsapp);
    state.number_asked |= saying.asks_number;
    let was_asked = saying.hands_over != Some(Cause::CustomerAsked);
    state.model_outage = ModelOutage::answered(state.model_outage, now).filter(|_| was_asked);
    if let Some(cause) = saying.hands_over {
        state.mode = Mode::Human;
        state.add_notice(Notice::Handover { cause, code: None });
    }
    let messages = messages(p, state, read, saying, now)?;
    if saying.discloses {
        state.ai_disclosed = true;
        state.disclosed_by = messages.first().map(|message| message.key.id.clone());
    }
    let last = messages.last().map(|message| message.key.id.clone());
    if let Some(open) = &mut state.session {
        open.last_at = open.last_at.max(now);
        open.confirm_asked |= saying.confirms;
        if saying.fresh.is_some() {
            open.fresh_from = open.fresh_from.or(saying.fresh);
        }
        if read.memory.is_some() && open.resume == Resume::Due {
            open.resume = if saying.asks { Resume::Asked } else { Resume::No };
        }
    }
    if let (true, Some(id)) = (saying.asks, last) {
        state.asked = Some(ResumeQuestion { at: now, id: Some(id), channel_id: None, open: true, answered_by: None });
    }
    Ok(messages)
}

/// How long the voice notes are, in seconds, that are answered for the first time: each counts once, whoever listened.
fn seconds_heard(state: &State, read: &Read) -> u32 {
    let answered = read.shown.iter().filter(|m| m.arrival > state.answered && read.waiting.contains(&m.arrival));
    let heard = answered.filter(|m| m.needs_answer()).filter_map(|m| m.enclosed.transcript.as_ref());
    heard.map(Transcript::seconds).fold(0, u32::saturating_add)
}

/// Marks what was read as answered.
fn settle_waiting(state: &mut State, read: &Read) {
    let answered = read.waiting.iter().filter(|&&number| number > state.answered).count();
    state.pending = state.pending.saturating_sub(u32::try_from(answered).unwrap_or(u32::MAX));
    let last = read.waiting.last().copied().unwrap_or_default();
    state.answered = state.answered.max(last);
    // What came meanwhile may have been sent earlier than what was read: the old bound holds for all.
    let left_alone = state.pending as usize == read.rest;
    let since = if left_alone { read.rest_since } else { state.pending_since };
    state.pending_since = since.filter(|_| state.pending > 0);
    if state.pending == 0 {
        // The item stays under a kilobyte, which is what a write of it costs.
        (state.newest, state.pending_at) = (None, None);
    }
    // The oldest are read first, and no more than one turn takes.
    state.reopened.retain_mut(|range| {
        range.after = range.after.max(last);
        range.after < range.through
    });
}

/// One message for each part of the answer: the first is on its way from here on, the others wait for it.
fn messages<P: Ports>(
    p: &P,
    state: &mut State,
    read: &Read,
    saying: &Saying,
    now: Timestamp,
) -> Result<Vec<Message>, TurnError> {
    let answer = state.arrivals + 1;
    let session = state.session.as_ref().map(|open| open.id.clone());
    let mut messages = Vec::with_capacity(saying.bodies.len());
    for body in &saying.bodies {
        state.arrivals += 1;
        let id = MessageId::parse(p.ids().ulid()).map_err(|_| TurnError::Contended)?;
        let key = MessageKey { sent_at: now, id };
        let waits = state.arrivals > answer;
        let stage = if waits { InFlight::Waiting } else { InFlight::Sending };
        state.unsettled.push(Unsettled { key: key.clone(), answer, since: now, stage, staff: false, until: None });
        let sending = Sending {
            body: body.clone(),
            quotes: saying.quotes.clone().filter(|_| !waits),
            state: if waits { SendState::Waiting } else { SendState::Sending },
            answers: read.waiting.clone(),
            answer,
            refusals: 0,
            channel_id: None,
            code: None,
        };
        messages.push(Message {
            session: session.clone(),
            remembered: read.memory.is_some(),
            spent: Some(saying.usage).filter(|usage| !waits && !usage.is_nothing()),
            ..Message::outgoing(key, Speaker::Assistant, state.arrivals, sending)
        });
    }
    Ok(messages)
}
