//! Record: what became of a send, written together with the release of the lease where nothing is left to do. The
//! idle timer is set beside it.

use super::ingest::back_off;
use super::{Step, Turn, TurnError, raced, send};
use crate::event::{Event, Fire, HandoverRequested};
use crate::ids::MessageId;
use crate::message::{Message, SendState};
use crate::ports::{Clock, EventBus, Ports, SendError};
use crate::state::State;
use crate::store::{Item, Store};
use futures_util::future::join;
use crate::timer::{self, Arm};
use jiff::Timestamp;
use tracing::{info, warn};

type Sent = Result<MessageId, SendError>;

/// Records the outcome. False when the lease is lost; the outcome is recorded all the same.
pub(super) async fn record<P: Ports>(p: &P, turn: &mut Turn, message: Message, sent: Sent) -> Result<bool, TurnError> {
    match &sent {
        Ok(_) => info!(lead = %turn.key.lead, outgoing = %message.key.id, "answer sent"),
        Err(error) => warn!(lead = %turn.key.lead, outgoing = %message.key.id, %error, "answer not confirmed"),
    }
    let idle = if turn.settings.enable_customer_service { idle_timer(turn, p) } else { None };
    let refused = matches!(sent, Err(SendError::RefusedForGood { .. }));
    let (held, ()) = join(write(p, turn, message, &sent), timer::set(p, idle)).await;
    if refused {
        let reason = sent.err().map(|error| error.to_string()).unwrap_or_default();
        escalate(p, turn, reason).await;
    }
    held
}

fn idle_timer<P: Ports>(turn: &Turn, p: &P) -> Option<Arm> {
    let open = turn.state.session.as_ref()?;
    let fire = Fire { key: turn.key.clone(), session: open.id.clone(), generation: open.generation };
    Some(Arm { fire, at: open.last_at + p.config().idle, first: false })
}

async fn write<P: Ports>(p: &P, turn: &mut Turn, mut message: Message, sent: &Sent) -> Result<bool, TurnError> {
    let mut held = true;
    for attempt in 0..p.config().attempts {
        let now = p.clock().now();
        let mut next = turn.state.next();
        let mut items = Vec::with_capacity(2);
        if let Some(settled) = settle(&message, sent, now) {
            note(&mut next, &settled);
            items.push(Item::Message(settled));
        }
        let idle = next.pending == 0 && !next.unsettled.iter().any(|entry| entry.waiting || entry.retry_at.is_some());
        if held {
            next.lease_until = if idle { None } else { Some(now + p.config().lease) };
        }
        items.push(Item::State(next.clone()));
        if let Step::Done(()) = raced(p.store().commit(&turn.key, items).await)? {
            turn.state = next;
            return Ok(held);
        }
        back_off(p, attempt).await;
        let Some(state) = p.store().state(&turn.key).await? else { return Ok(false) };
        held = held && state.fence == turn.state.fence;
        turn.state = state;
        match p.store().message(&turn.key, &message.key).await? {
            Some(fresh) => message = fresh,
            None => return Ok(false),
        }
    }
    Err(TurnError::Contended)
}

/// The message with its outcome; none where a status was faster and knows better.
fn settle(message: &Message, sent: &Sent, now: Timestamp) -> Option<Message> {
    let mut message = message.clone();
    message.version += 1;
    let sending = message.sending.as_mut()?;
    if sending.state != SendState::Sending {
        return None;
    }
    match sent {
        Ok(channel_id) => {
            sending.state = SendState::Sent;
            sending.channel_id = Some(channel_id.clone());
        }
        Err(SendError::RefusedForNow { code }) => {
            sending.state = SendState::Failed { retry_at: send::retry_at(now, sending.refusals) };
            sending.refusals += 1;
            sending.code = Some(*code);
        }
        Err(SendError::RefusedForGood { code }) => {
            sending.state = SendState::Refused;
            sending.code = Some(*code);
        }
        Err(SendError::Unknown { .. }) => sending.state = SendState::Unknown,
    }
    Some(message)
}

/// What the outcome of an outgoing message makes of the state.
pub(crate) fn note(state: &mut State, message: &Message) {
    let Some(sending) = &message.sending else { return };
    if sending.state.is_settled() {
        state.unsettled.retain(|entry| entry.key != message.key);
    }
    if let SendState::Failed { retry_at } = sending.state {
        for entry in state.unsettled.iter_mut().filter(|entry| entry.key == message.key) {
            entry.retry_at = Some(retry_at);
        }
    }
    if let Some(asked) = state.asked.as_mut().filter(|asked| asked.id == message.key.id) {
        asked.channel_id.clone_from(&sending.channel_id);
    }
}

async fn escalate<P: Ports>(p: &P, turn: &Turn, reason: String) {
    let event = Event::HandoverRequested(HandoverRequested { key: turn.key.clone(), reason });
    if let Err(error) = p.bus().publish(&[event]).await {
        warn!(lead = %turn.key.lead, %error, "the business could not be told");
    }
}
