//! What an earlier turn left: parts whose turn has come, messages that were refused for now, sends nobody knows the
//! end of, messages nobody answered for half a day. A turn deals with them before it answers anew.

use super::context::{Turn, TurnError};
use super::record;
use super::send;
use super::write::{Wrote, reload, write};
use crate::model::lead_state::{Leftover, State};
use crate::model::message::{End, Message, MessageKey, SendState};
use crate::model::notice::Notice;
use crate::model::write::Item;
use crate::ports::bundle::{Ports, TurnPorts};
use crate::ports::clock::Clock;
use crate::ports::store::Store;
use crate::retry::back_off;
use jiff::SignedDuration;
use tracing::warn;
use zikaron_memory::handover::Cause;

/// A retry nearer than this is waited for within the turn.
const WAIT_MOST: SignedDuration = SignedDuration::from_secs(5);
/// How many messages one commit ends.
const ENDED_MOST: usize = 90;

/// Deals with everything that is left. False when the lease is lost.
pub(super) async fn finish_earlier<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    if !leave_to_person(p, turn).await? || !escalate_old(p, turn).await? {
        return Ok(false);
    }
    while let Some(leftover) = turn.state.leftover(p.clock().now(), p.config()) {
        let held = match leftover {
            Leftover::InFlight if turn.state.pending == 0 => return Ok(true),
            Leftover::InFlight => return Err(TurnError::EarlierInFlight),
            Leftover::Drop(key) => settle(p, turn, &key, SendState::Refused).await?,
            Leftover::GiveUp(key) => settle(p, turn, &key, SendState::Uncertain).await?,
            Leftover::Send(key, at) => {
                let left = at.duration_since(p.clock().now());
                if left > WAIT_MOST {
                    return Err(TurnError::SendLater);
                }
                p.clock().sleep(left).await;
                resend(p, turn, &key).await?
            }
        };
        if !held {
            return Ok(false);
        }
    }
    Ok(true)
}

async fn resend<P: TurnPorts>(p: &P, turn: &mut Turn, key: &MessageKey) -> Result<bool, TurnError> {
    let Some(message) = p.store().message(&turn.key, key).await? else { return Ok(false) };
    match send::start(p, turn, message).await? {
        Some(message) => send::send(p, turn, message).await,
        None => reload(p, turn).await,
    }
}

/// Writes down the end of a message that is not sent (again).
async fn settle<P: Ports>(p: &P, turn: &mut Turn, key: &MessageKey, end: SendState) -> Result<bool, TurnError> {
    for attempt in 0..p.config().attempts {
        let Some(mut message) = p.store().message(&turn.key, key).await? else { return Ok(false) };
        let mut next = turn.state.next();
        let mut items = Vec::new();
        let settles = message.sending.as_ref().is_some_and(|sending| !sending.state.is_settled());
        if settles {
            message.version += 1;
            message.sending.iter_mut().for_each(|sending| sending.state = end);
            items.push(Item::Message(message.clone()));
        }
        record::note(&mut next, &message);
        let uncertain = settles && end == SendState::Uncertain;
        if uncertain {
            next.must_tell(Notice::Uncertain(key.id.clone()));
        }
        let landed = |state: &State| state.unsettled.iter().all(|entry| entry.key != *key);
        if let Wrote::Yes = write(p, turn, items, next, landed).await? {
            if uncertain {
                warn!(
                    lead = %turn.key.lead,
                    outgoing = %key.id,
                    metric.uncertain = 1,
                    "nobody knows whether this answer arrived"
                );
            }
            return Ok(true);
        }
        back_off(p, attempt).await;
        if !reload(p, turn).await? {
            return Ok(false);
        }
    }
    Err(TurnError::Contended)
}

/// While a person answers nothing waits for the AI. A take-over ends what waits by itself; after the farewell of a
/// turn, or a message from the phone app, it is done here.
async fn leave_to_person<P: Ports>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    while turn.state.pending > 0 && turn.state.is_with_person(p.clock().now()) {
        if end_waiting(p, turn, End::HumanMode, None, |_| true).await?.is_none() && !reload(p, turn).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Messages nobody answered in time (the model was dead) are a person's now.
async fn escalate_old<P: Ports>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    let deadline = p.clock().now() - p.config().stale_after;
    while turn.state.pending > 0 && turn.state.pending_since.is_some_and(|at| at < deadline) {
        let late = Notice::Handover { cause: Cause::Unanswered, code: None };
        match end_waiting(p, turn, End::Escalated, Some(late), |message| message.key.sent_at < deadline).await? {
            Some(0) => {}
            Some(count) => {
                warn!(lead = %turn.key.lead, count, "messages nobody answered in time were handed to a person");
            }
            None if reload(p, turn).await? => {}
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// Brings waiting messages to an end without an answer, at most [`ENDED_MOST`] at once, and notes what the business is
/// to be told of it. None when somebody else wrote
/// first.
async fn end_waiting<P: Ports>(
    p: &P,
    turn: &mut Turn,
    end: End,
    notice: Option<Notice>,
    ends: impl Fn(&Message) -> bool,
) -> Result<Option<usize>, TurnError> {
    let found = p.store().messages(&turn.key, turn.state.pending_since, None, 1_000).await?;
    let waiting: Vec<_> = found.into_iter().filter(|m| m.needs_answer() && m.arrival > turn.state.answered).collect();
    let (mut ended, mut rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(ends);
    rest.extend(ended.split_off(ended.len().min(ENDED_MOST)));
    let mut next = turn.state.next();
    next.pending = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    next.pending_since = rest.iter().map(|m| m.key.sent_at).min();
    if let Some(notice) = notice.filter(|_| !ended.is_empty()) {
        next.must_tell(notice);
    }
    let at_its_end = |message: Message| {
        let version = message.version + 1;
        Item::Message(Message { version, end: Some(end), ..message })
    };
    let (count, items) = (ended.len(), ended.into_iter().map(at_its_end).collect());
    let version = next.version;
    match write(p, turn, items, next, |state| state.version == version).await? {
        Wrote::Yes => Ok(Some(count)),
        Wrote::Raced => Ok(None),
    }
}
