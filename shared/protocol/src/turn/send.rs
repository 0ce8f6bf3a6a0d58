//! Send: each claimed message goes out once, tagged with its own id, a part only after the one before it.

use super::ingest::back_off;
use super::{Step, Turn, TurnError, raced, record};
use crate::message::{Message, SendState, Tag};
use crate::ports::{Clock, Messenger, Outgoing, SendError, TurnPorts};
use crate::store::{Item, Store};
use jiff::{SignedDuration, Timestamp};

/// A retry nearer than this is waited for within the turn.
const WAIT_MOST: SignedDuration = SignedDuration::from_secs(5);

/// Sends what was just claimed. False when the lease is lost.
pub(super) async fn send_all<P: TurnPorts>(p: &P, turn: &mut Turn, messages: Vec<Message>) -> Result<bool, TurnError> {
    for message in messages {
        let message = if message.is_waiting() {
            match start(p, turn, message).await? {
                Some(message) => message,
                None => return Ok(true),
            }
        } else {
            message
        };
        if !send(p, turn, message).await? {
            return Ok(false);
        }
        // A part that did not go out holds back the ones after it.
        if turn.state.unsettled.first().is_some_and(|first| !first.waiting) {
            return Ok(true);
        }
    }
    Ok(true)
}

/// Sends what an earlier turn left: a part whose turn has come, or a message that was refused for now. False when
/// the lease is lost.
pub(super) async fn finish_earlier<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    while let Some(first) = turn.state.unsettled.first().cloned() {
        if let Some(at) = first.retry_at {
            let left = at.duration_since(p.clock().now());
            if left > WAIT_MOST {
                return Err(TurnError::SendLater);
            }
            p.clock().sleep(left).await;
        } else if !first.waiting {
            return Ok(true);
        }
        let Some(message) = p.store().message(&turn.key, &first.key).await? else { return Ok(true) };
        let Some(message) = start(p, turn, message).await? else { continue };
        if !send(p, turn, message).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Marks a message as on its way before it is. None when that is not for us to do (any more).
async fn start<P: TurnPorts>(p: &P, turn: &mut Turn, mut message: Message) -> Result<Option<Message>, TurnError> {
    for attempt in 0..p.config().attempts {
        let now = p.clock().now();
        let Some(sending) = &mut message.sending else { return Ok(None) };
        if !matches!(sending.state, SendState::Waiting | SendState::Failed { .. }) {
            return Ok(None);
        }
        sending.state = SendState::Sending;
        message.version += 1;
        let mut next = turn.state.next();
        next.lease_until = Some(now + p.config().lease);
        for entry in next.unsettled.iter_mut().filter(|entry| entry.key == message.key) {
            entry.waiting = false;
            entry.retry_at = None;
            entry.since = now;
        }
        let items = vec![Item::Message(message.clone()), Item::State(next.clone())];
        if let Step::Done(()) = raced(p.store().commit(&turn.key, items).await)? {
            turn.state = next;
            return Ok(Some(message));
        }
        back_off(p, attempt).await;
        if !super::lease::reload(p, turn).await? {
            return Ok(None);
        }
        match p.store().message(&turn.key, &message.key).await? {
            Some(fresh) => message = fresh,
            None => return Ok(None),
        }
    }
    Err(TurnError::Contended)
}

async fn send<P: TurnPorts>(p: &P, turn: &mut Turn, message: Message) -> Result<bool, TurnError> {
    let (Some(line), Some(sending)) = (turn.state.line.clone(), &message.sending) else { return Ok(true) };
    let now = p.clock().now();
    let enough = turn.state.lease_until.is_some_and(|until| now + p.config().send_deadline <= until);
    let result = if enough {
        let tag = Tag { lead: turn.key.lead.clone(), key: message.key.clone() }.to_string();
        let outgoing = Outgoing { line: &line, to: &turn.state.customer, body: &sending.body, tag: &tag };
        p.messenger().send(outgoing).await
    } else {
        // This process was frozen for so long that the lease may end in mid-send: certainly not sent.
        Err(SendError::RefusedForNow { code: 0 })
    };
    record::record(p, turn, message, result).await
}

/// When a message that was refused for now goes out again: after 4^n seconds, as Meta asks for its pair limit
/// (131056), at most about an hour.
pub(super) fn retry_at(now: Timestamp, refusals: u32) -> Timestamp {
    now + SignedDuration::from_secs(4_i64.pow(refusals.min(6)))
}
