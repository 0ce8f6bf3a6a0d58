//! Record: what became of a send, written together with the release of the lease where nothing is left to do. The idle
//! timer is set beside it.

use super::context::{Holding, Turn, TurnError, retry_at};
use super::lease;
use super::write::write;
use crate::amend;
use crate::model::conversation::Body;
use crate::model::event::{Event, ReplySent};
use crate::model::ids::MessageId;
use crate::model::lead_state::{ArrivalRange, State};
use crate::model::message::{Message, SendState, Sending};
use crate::model::notice::Notice;
use crate::model::outbox::InFlight;
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::clock::Clock;
use crate::ports::messenger::SendError;
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use crate::timer::{self, ScheduledTimer};
use futures_util::future::join3;
use jiff::Timestamp;
use tracing::{info, warn};
use zikaron_memory::handover::Cause;

type Sent = Result<MessageId, SendError>;

/// WhatsApp's code for a request it does not know
/// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
const UNKNOWN_PARAMETER: i64 = 100;
/// How many ranges are reopened at most, for the state must stay small; the oldest are forgotten. So many come together
/// only when the channel has confirmed nothing for long.
const MAX_REOPENED: usize = 32;

/// Records the outcome, also where the lease is lost.
pub(super) async fn record<P: Ports>(
    p: &P,
    turn: &mut Turn,
    message: Message,
    sent: Sent,
) -> Result<Holding, TurnError> {
    match &sent {
        Ok(_) => info!(lead = %turn.key.lead, outgoing = %message.key.id, "answer sent"),
        Err(error) => {
            let blocked = matches!(error, SendError::RefusedUntilMended { .. }).then_some(1);
            warn!(
                lead = %turn.key.lead,
                outgoing = %message.key.id,
                %error,
                metric.connection_refusals = blocked,
                "answer not confirmed"
            );
        }
    }
    let idle = idle_timer(turn, p);
    let event = sent.is_ok().then(|| sent_event(turn, &message)).flatten();
    let (held, (), ()) = join3(write_down(p, turn, message, &sent), timer::set(p, idle), publish(p, event)).await;
    held
}

/// The event for businesses that want to hear of every message; it costs one more call.
fn sent_event(turn: &Turn, message: &Message) -> Option<Event> {
    if !turn.settings.publish_reply_sent {
        return None;
    }
    let (key, outgoing, by) = (turn.key.clone(), message.key.id.clone(), message.speaker);
    Some(Event::ReplySent(ReplySent { key, outgoing, by }))
}

/// Publishes without a second try: nobody has to act on it, and the message itself says that it was sent.
async fn publish<P: Ports>(p: &P, event: Option<Event>) {
    let Some(event) = event else { return };
    if let Err(error) = p.bus().publish(&[event]).await {
        warn!(%error, "reply.sent was not published");
    }
}

/// The session's timer at its new time; none while the memory is off.
pub(super) fn idle_timer<P: Ports>(turn: &Turn, p: &P) -> Option<ScheduledTimer> {
    if !turn.settings.enable_customer_service {
        return None;
    }
    let open = turn.state.session.as_ref()?;
    let fire = TimerFired { key: turn.key.clone(), session: open.id.clone(), generation: open.generation };
    Some(ScheduledTimer { fire, at: open.last_at + p.config().idle, first: false })
}

async fn write_down<P: Ports>(p: &P, turn: &mut Turn, mut message: Message, sent: &Sent) -> Result<Holding, TurnError> {
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 {
            let Some(state) = p.store().state(&turn.key).await? else { return Ok(Attempt::Done(Holding::Lost)) };
            turn.state = state;
            match p.store().message(&turn.key, &message.key).await? {
                Some(fresh) => message = fresh,
                None => return Ok(Attempt::Done(Holding::Lost)),
            }
        }
        let now = p.clock().now();
        let mut next = turn.state.next();
        let mut items = Vec::with_capacity(2);
        if let Some(mut settled) = settle(&message, sent, now) {
            note(&mut next, &settled);
            if let Ok(id) = sent {
                let early = amend::early(p, &turn.key, &next, id).await?;
                items.extend(amend::catch_up(&mut next, &mut settled, early));
            }
            items.push(Write::Message(settled));
            if let Some(code) = news(&message, sent) {
                next.add_notice(Notice::Handover { cause: Cause::NotSent, code: Some(code) });
            }
        }
        let held = turn.state.is_held_by(&turn.holder);
        if held && next.has_work(now, p.config()) {
            lease::renew(p, &mut next, now);
        } else if held && !goes_out_again(sent) {
            next.lease = None;
        }
        let key = message.key.clone();
        let landed = move |state: &State| {
            !state.unsettled.iter().any(|entry| entry.key == key && entry.stage == InFlight::Sending)
        };
        let then = if held { Holding::Held(()) } else { Holding::Lost };
        write(p, turn, items, next, then, landed).await
    })
}

fn goes_out_again(sent: &Sent) -> bool {
    matches!(sent, Err(SendError::RefusedForNow { .. } | SendError::RefusedUntilMended { .. }))
}

/// The code of a refusal a person has to hear of: of one that is final, and of one that only an operator can mend when
/// it is met first.
fn news(message: &Message, sent: &Sent) -> Option<i64> {
    let known = message.sending.as_ref().and_then(|sending| sending.code);
    match sent {
        Err(SendError::RefusedForGood { code }) => Some(*code),
        Err(SendError::RefusedUntilMended { code }) => Some(*code).filter(|code| known != Some(*code)),
        _ => None,
    }
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
        Err(SendError::RefusedForNow { code } | SendError::RefusedUntilMended { code }) => {
            sending.state = SendState::Failed { retry_at: retry_at(now, sending.refusals) };
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

/// Brings the lead's state in line with an outgoing message: what is unsettled, dropped, reopened.
pub(crate) fn note(state: &mut State, message: &Message) {
    let Some(sending) = &message.sending else { return };
    let key = &message.key;
    if let Some(asked) = state.asked.as_mut().filter(|asked| asked.id.as_ref() == Some(&key.id)) {
        asked.channel_id.clone_from(&sending.channel_id);
        asked.id = asked.id.take().filter(|_| asked.channel_id.is_none());
    }
    take_back_claims(state, message, sending);
    if message.joined_from.is_some() {
        // Its numbers are of another lead's order.
        return;
    }
    let answered = ranges(&sending.answers);
    if sending.state == SendState::Sent {
        // It did arrive: nothing of it is open again.
        state.reopened.retain(|range| !answered.contains(range));
    }
    if sending.state.is_settled() {
        state.unsettled.retain(|entry| entry.key != *key);
    }
    if matches!(sending.state, SendState::Refused | SendState::Uncertain) {
        let parts = state.unsettled.iter_mut().filter(|entry| entry.answer == sending.answer);
        parts.filter(|part| part.stage == InFlight::Waiting).for_each(|part| part.stage = InFlight::Dropped);
    }
    if sending.state == SendState::Uncertain {
        state.reopened.extend(answered);
        let surplus = state.reopened.len().saturating_sub(MAX_REOPENED);
        state.reopened.drain(..surplus);
    }
    let unwanted_at = state.marketing.filter(|said| !said.wanted).map(|said| said.at.as_second());
    let entry = state.unsettled.iter_mut().find(|entry| entry.key == *key);
    match (entry, sending.state) {
        (Some(entry), SendState::Failed { retry_at }) => {
            entry.stage = InFlight::Retry { at: retry_at };
            // They may have said so while it was on its way.
            if entry.until.is_some() && unwanted_at.is_some_and(|at| at >= entry.key.sent_at.as_second()) {
                entry.drop_unsent();
            }
        }
        (Some(entry), SendState::Unknown) => entry.stage = InFlight::Unknown,
        _ => {}
    }
}

/// What the customer was told or asked by a message that did not arrive, they were not.
fn take_back_claims(state: &mut State, message: &Message, sending: &Sending) {
    let is_refused = sending.state == SendState::Refused;
    let is_lost = is_refused || sending.state == SendState::Uncertain;
    if is_lost && state.disclosed_by.as_ref() == Some(&message.key.id) {
        (state.ai_disclosed, state.disclosed_by) = (false, None);
    }
    // A channel that does not know the request would refuse the next one, too.
    if is_refused && matches!(sending.body, Body::NumberRequest { .. }) && sending.code != Some(UNKNOWN_PARAMETER) {
        state.number_asked = false;
    }
}

/// Rising numbers as ranges without gaps.
fn ranges(numbers: &[u64]) -> Vec<ArrivalRange> {
    let mut ranges: Vec<ArrivalRange> = Vec::new();
    for &number in numbers {
        match ranges.last_mut() {
            Some(last) if last.through + 1 == number => last.through = number,
            _ => ranges.push(ArrivalRange { after: number - 1, through: number }),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::conversation::{Body, Speaker};
    use crate::model::enqueue::{Enqueued, enqueue};
    use crate::model::ids::{CustomerAddress, E164, MessageId};
    use crate::model::marketing::Marketing;
    use crate::model::message::MessageKey;
    use jiff::SignedDuration;

    #[test]
    fn numbers_become_ranges_that_hold_exactly_them() {
        let made = ranges(&[1, 2, 5, 6, 7, 9]);
        assert_eq!(made.len(), 3);
        let held: Vec<_> = (0..12).filter(|&n| made.iter().any(|range| range.holds(n))).collect();
        assert_eq!(held, [1, 2, 5, 6, 7, 9]);
        assert!(ranges(&[]).is_empty());
    }

    #[test]
    fn who_wants_none_while_a_message_is_on_its_way_gets_it_by_no_second_try() {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        let before = now - SignedDuration::from_mins(1);
        for (said_at, stage) in [(now, InFlight::Dropped), (before, InFlight::Retry { at: now })] {
            let customer = CustomerAddress { bsuid: None, phone: E164::parse("+972555000001").ok() };
            let mut state = State::new(customer, before);
            let key = MessageKey { sent_at: now, id: MessageId::parse("01REMINDER").unwrap() };
            let (body, until) = (Body::Text("תזכורת".to_owned()), Some(now + SignedDuration::from_hours(1)));
            let words = Enqueued { key, speaker: Speaker::Staff, body, until, remembered: true };
            let mut message = enqueue(&mut state, words);
            state.marketing = Some(Marketing { at: said_at, wanted: false });
            message.sending.iter_mut().for_each(|sending| sending.state = SendState::Failed { retry_at: now });
            note(&mut state, &message);
            assert_eq!(state.unsettled[0].stage, stage);
        }
    }
}
