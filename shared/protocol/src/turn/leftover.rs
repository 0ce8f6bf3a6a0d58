//! What an earlier turn left: parts whose turn has come, messages that were refused for now, sends nobody knows the end
//! of, messages nobody answered for half a day. A turn deals with them before it answers anew.

use super::context::{Holding, Turn, TurnError};
use super::write::{reload, write};
use super::{record, send};
use crate::model::lead_state::State;
use crate::model::message::{End, Message, MessageKey, SendState};
use crate::model::notice::Notice;
use crate::model::outbox::{InFlight, Leftover};
use crate::model::write::Write;
use crate::ports::bundle::{Ports, TurnPorts};
use crate::ports::clock::Clock;
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use crate::waiting::Waiting;
use jiff::{SignedDuration, Timestamp};
use tracing::{error, warn};
use zikaron_memory::handover::Cause;

/// A retry nearer than this is waited for within the turn.
const MAX_WAIT: SignedDuration = SignedDuration::from_secs(5);
/// How many messages one commit ends.
const MAX_ENDED: usize = 90;

/// Does what earlier turns left, in the order it was to be sent.
///
/// # Errors
/// [`TurnError::MoreWait`] once `until` is past: killed in the midst of one, it would leave a send nobody knows the end
/// of.
pub(super) async fn finish_earlier<P: TurnPorts>(
    p: &P,
    turn: &mut Turn,
    until: Timestamp,
) -> Result<Holding, TurnError> {
    if leave_to_person(p, turn).await? == Holding::Lost || escalate_old(p, turn).await? == Holding::Lost {
        return Ok(Holding::Lost);
    }
    while let Some(leftover) = turn.state.leftover(p.clock().now(), p.config()) {
        if p.clock().now() > until {
            return Err(TurnError::MoreWait);
        }
        let held = match leftover {
            Leftover::InFlight if turn.state.pending == 0 => return Ok(Holding::Held(())),
            Leftover::InFlight => return Err(TurnError::EarlierInFlight),
            Leftover::Drop(key) => settle(p, turn, &key, SendState::Refused, |_| None).await?,
            Leftover::GiveUp(key) => settle(p, turn, &key, SendState::Uncertain, uncertain).await?,
            Leftover::HandOver(key) => settle(p, turn, &key, SendState::Refused, not_sent).await?,
            Leftover::Send(key, at) => {
                let left = at.duration_since(p.clock().now());
                if left > MAX_WAIT {
                    return Err(TurnError::SendLater);
                }
                p.clock().sleep(left).await;
                // The time in which it may be sent may be over by now.
                let now = at.max(p.clock().now());
                if !matches!(turn.state.leftover(now, p.config()), Some(Leftover::Send(..))) {
                    continue;
                }
                resend(p, turn, &key).await?
            }
        };
        if held == Holding::Lost {
            return Ok(Holding::Lost);
        }
    }
    Ok(Holding::Held(()))
}

async fn resend<P: TurnPorts>(p: &P, turn: &mut Turn, key: &MessageKey) -> Result<Holding, TurnError> {
    let message = match p.store().message(&turn.key, key).await {
        Err(error) if error.is_unreadable() => return forget(p, turn, key).await,
        message => message?,
    };
    let Some(message) = message else { return Ok(Holding::Lost) };
    match send::start(p, turn, message).await? {
        Some(message) => send::send(p, turn, message).await,
        None => reload(p, turn).await,
    }
}

fn uncertain(message: &Message) -> Option<Notice> {
    Some(Notice::Uncertain(message.key.id.clone()))
}

fn not_sent(message: &Message) -> Option<Notice> {
    let code = message.sending.as_ref().and_then(|sending| sending.code);
    Some(Notice::Handover { cause: Cause::NotSent, code })
}

/// An outgoing message that cannot be read, for newer code wrote it, is let go: a lead that waited for it would be mute. A
/// person is told, for the customer may not have got it, nor what was to follow.
async fn forget<P: Ports>(p: &P, turn: &mut Turn, key: &MessageKey) -> Result<Holding, TurnError> {
    error!(lead = %turn.key.lead, outgoing = %key.id, metric.unreadable_rows = 1, "a message is let go: roll forward");
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Holding::Lost));
        }
        let mut next = turn.state.next();
        let answer = next.unsettled.iter().find(|entry| entry.key == *key).map(|entry| entry.answer);
        next.unsettled.retain(|entry| entry.key != *key);
        let parts = next.unsettled.iter_mut().filter(|entry| Some(entry.answer) == answer);
        parts.filter(|part| part.stage == InFlight::Waiting).for_each(|part| part.stage = InFlight::Dropped);
        next.add_notice(Notice::Handover { cause: Cause::NotSent, code: None });
        let landed = |state: &State| state.unsettled.iter().all(|entry| entry.key != *key);
        write(p, turn, Vec::new(), next, Holding::Held(()), landed).await
    })
}

/// Writes down the end of a message that is not sent (again), and what the business is told of it.
async fn settle<P: Ports>(
    p: &P,
    turn: &mut Turn,
    key: &MessageKey,
    end: SendState,
    told: fn(&Message) -> Option<Notice>,
) -> Result<Holding, TurnError> {
    let settled = update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done((Holding::Lost, false)));
        }
        let message = match p.store().message(&turn.key, key).await {
            Err(error) if error.is_unreadable() => {
                return Ok(Attempt::Done((forget(p, turn, key).await?, false)));
            }
            message => message?,
        };
        let Some(mut message) = message else { return Ok(Attempt::Done((Holding::Lost, false))) };
        let mut next = turn.state.next();
        let mut items = Vec::new();
        let settles = message.sending.as_ref().is_some_and(|sending| !sending.state.is_settled());
        if settles {
            message.version += 1;
            message.sending.iter_mut().for_each(|sending| sending.state = end);
            items.push(Write::Message(message.clone()));
        }
        record::note(&mut next, &message);
        if let Some(notice) = told(&message).filter(|_| settles) {
            next.add_notice(notice);
        }
        let uncertain = settles && end == SendState::Uncertain;
        let landed = |state: &State| state.unsettled.iter().all(|entry| entry.key != *key);
        write(p, turn, items, next, (Holding::Held(()), uncertain), landed).await
    });
    let (holding, uncertain) = settled?;
    if uncertain {
        warn!(
            lead = %turn.key.lead,
            outgoing = %key.id,
            metric.uncertain = 1,
            "nobody knows whether this answer arrived"
        );
    }
    Ok(holding)
}

/// While a person answers nothing waits for the AI. A take-over ends what waits by itself; after the farewell of a
/// turn, or a message from the phone app, it is done here.
async fn leave_to_person<P: Ports>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    while turn.state.pending > 0 && turn.state.is_with_person(p.clock().now()) {
        if end_waiting(p, turn, End::HumanMode, None, |_| true).await? == Holding::Lost {
            return Ok(Holding::Lost);
        }
    }
    Ok(Holding::Held(()))
}

/// Messages nobody answered in time (the model was dead) are a person's now.
async fn escalate_old<P: Ports>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    let deadline = p.clock().now() - p.config().stale_after;
    while turn.state.pending > 0 && turn.state.pending_since.is_some_and(|at| at < deadline) {
        let late = Notice::Handover { cause: Cause::Unanswered, code: None };
        match end_waiting(p, turn, End::Escalated, Some(late), |message| message.key.sent_at < deadline).await? {
            Holding::Held(0) => {}
            Holding::Held(count) => {
                warn!(lead = %turn.key.lead, count, "messages nobody answered in time were handed to a person");
            }
            Holding::Lost => return Ok(Holding::Lost),
        }
    }
    Ok(Holding::Held(()))
}

/// Corrects the count of what waits where nothing of it is found: newer code wrote it, and this code cannot read it. A
/// person looks. A turn that believed the count would look again and again until its time is over.
pub(super) async fn recount<P: Ports>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    while turn.state.pending > 0 {
        let waiting = Waiting::read(p.store(), &turn.key, &turn.state, 1, |_| true).await?;
        if !waiting.first.is_empty() {
            break;
        }
        warn!(lead = %turn.key.lead, pending = turn.state.pending, "nothing is found of what is said to wait");
        let late = Notice::Handover { cause: Cause::Unanswered, code: None };
        if end_waiting(p, turn, End::Escalated, Some(late), |_| false).await? == Holding::Lost {
            return Ok(Holding::Lost);
        }
    }
    Ok(Holding::Held(()))
}

/// Ends waiting messages without an answer, at most [`MAX_ENDED`] at once, and has the business told by `notice`.
/// Answers how many those were.
async fn end_waiting<P: Ports>(
    p: &P,
    turn: &mut Turn,
    end: End,
    notice: Option<Notice>,
    ends: impl Fn(&Message) -> bool,
) -> Result<Holding<usize>, TurnError> {
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Holding::Lost));
        }
        let waiting = Waiting::read(p.store(), &turn.key, &turn.state, MAX_ENDED, &ends).await?;
        let ended = waiting.first;
        let mut next = turn.state.next();
        next.pending = u32::try_from(waiting.rest).unwrap_or(u32::MAX);
        next.pending_since = waiting.rest_since;
        // What is not found any more ends with it.
        let is_less = !ended.is_empty() || next.pending < turn.state.pending;
        if let Some(notice) = notice.clone().filter(|_| is_less) {
            next.add_notice(notice);
        }
        if turn.settings.hears() {
            let now = p.clock().now();
            ended.iter().filter(|m| m.is_unheard()).for_each(|m| next.leave_unheard(m.key.clone(), now));
        }
        let at_its_end = |message: Message| {
            let version = message.version + 1;
            Write::Message(Message { version, end: Some(end), ..message })
        };
        let (count, items) = (ended.len(), ended.into_iter().map(at_its_end).collect());
        let version = next.version;
        write(p, turn, items, next, Holding::Held(count), move |state| state.version == version).await
    })
}
