//! Send: each claimed message goes out once, tagged with its own id, a part only after the one before it.

use super::context::{Holding, Turn, TurnError};
use super::write::{reload, write};
use super::{lease, record};
use crate::model::lead_state::State;
use crate::model::message::{Message, SendState, Tag};
use crate::model::outbox::{InFlight, Leftover};
use crate::model::write::Write;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::messenger::{Messenger, Outgoing, SendError};
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use tracing::warn;

/// Sends what was just claimed.
pub(super) async fn send_all<P: TurnPorts>(
    p: &P,
    turn: &mut Turn,
    messages: Vec<Message>,
) -> Result<Holding, TurnError> {
    let mut first = true;
    for message in messages {
        // The claim marked the first one as on its way; a part that did not go out holds back the ones after it.
        let message = if std::mem::take(&mut first) {
            Some(message)
        } else {
            match turn.state.leftover(p.clock().now(), p.config()) {
                Some(Leftover::Send(key, _)) if key == message.key => start(p, turn, message).await?,
                _ => return Ok(Holding::Held(())),
            }
        };
        let Some(message) = message else { return Ok(Holding::Held(())) };
        if send(p, turn, message).await? == Holding::Lost {
            return Ok(Holding::Lost);
        }
    }
    Ok(Holding::Held(()))
}

/// Marks a message as on its way before it is sent. None when it was sent or dropped meanwhile, or the lease is lost.
pub(super) async fn start<P: TurnPorts>(
    p: &P,
    turn: &mut Turn,
    mut message: Message,
) -> Result<Option<Message>, TurnError> {
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 {
            if reload(p, turn).await? == Holding::Lost {
                return Ok(Attempt::Done(None));
            }
            // Whoever was first may have dropped it: a person who took over, a customer who wants none.
            let is_next = |next: Leftover| matches!(next, Leftover::Send(key, _) if key == message.key);
            if !turn.state.leftover(p.clock().now(), p.config()).is_some_and(is_next) {
                return Ok(Attempt::Done(None));
            }
            match p.store().message(&turn.key, &message.key).await? {
                Some(fresh) => message = fresh,
                None => return Ok(Attempt::Done(None)),
            }
        }
        let now = p.clock().now();
        let Some(sending) = &mut message.sending else { return Ok(Attempt::Done(None)) };
        if !matches!(sending.state, SendState::Waiting | SendState::Failed { .. }) {
            return Ok(Attempt::Done(None));
        }
        sending.state = SendState::Sending;
        message.version += 1;
        let mut next = turn.state.next();
        lease::renew(p, &mut next, now);
        for entry in next.unsettled.iter_mut().filter(|entry| entry.key == message.key) {
            entry.stage = InFlight::Sending;
            entry.since = now;
        }
        let key = message.key.clone();
        let landed = move |state: &State| {
            state
                .unsettled
                .iter()
                .any(|entry| entry.key == key && entry.stage == InFlight::Sending && entry.since == now)
        };
        let item = Write::Message(message.clone());
        write(p, turn, vec![item], next, Some(message.clone()), landed).await
    })
}

/// One request, and the record of what came of it.
pub(super) async fn send<P: TurnPorts>(p: &P, turn: &mut Turn, message: Message) -> Result<Holding, TurnError> {
    let (Some(line), Some(sending)) = (turn.state.line.clone(), &message.sending) else {
        return Ok(Holding::Held(()));
    };
    // As a rule it is known from the message that is answered.
    let owner = p.store().route(&line).await;
    let enough = p.clock().now() + p.config().send_deadline;
    let result = if matches!(&owner, Ok(owner) if owner.as_ref() != Some(&turn.key.business)) {
        warn!(lead = %turn.key.lead, "not sent: the number it would leave by is not this business's any more");
        Err(SendError::RefusedForGood { code: 0 })
    } else if owner.is_ok() && turn.state.is_leased(enough) {
        let asks_user_id = turn.state.user_id(&line.connection).is_none();
        let tag = Tag { lead: turn.key.lead.clone(), key: message.key.clone(), asks_user_id }.to_string();
        let (body, quotes) = (&sending.body, sending.quotes.as_ref());
        let to = turn.state.address_from(&line);
        p.messenger().send(Outgoing { line: &line, to: &to, body, quotes, tag: &tag }).await
    } else {
        // The route could not be read, or this process was frozen for so long that the lease could end in mid-send:
        // certainly not sent.
        Err(SendError::RefusedForNow { code: 0 })
    };
    record::record(p, turn, message, result).await
}
