//! A message that no turn writes, of a person or of an action: it is stored as an outgoing one that waits, and the next
//! turn sends it.

use super::closing::close_open;
use super::conversation::{Body, Speaker};
use super::lead_state::State;
use super::message::{Message, MessageKey, SendState, Sending};
use super::outbox::{InFlight, Unsettled};
use super::session::{OpenSession, Session};
use super::write::Write;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::session::{Channel, SessionId, idle_elapsed};

/// How many messages of one customer may be without a known end before another has to wait: the state stays small.
pub(crate) const MAX_UNSETTLED: usize = 20;

/// What is put into the outbox.
pub(crate) struct Enqueued {
    /// Its place; its time is now.
    pub(crate) key: MessageKey,
    /// Who wrote it.
    pub(crate) speaker: Speaker,
    pub(crate) body: Body,
    /// When the time is over in which it may be sent.
    pub(crate) until: Option<Timestamp>,
    /// Whether the memory is on.
    pub(crate) remembered: bool,
}

/// Every message of anyone belongs to a session (docs/rules.md#c1); one without any of the customer's is never
/// digested, but counted where it cost something.
pub(crate) fn in_session(state: &mut State, id: &SessionId, now: Timestamp, idle: SignedDuration) -> Vec<Write> {
    let mut items = Vec::new();
    if state.session.as_ref().is_some_and(|open| idle_elapsed(open.last_at, now, idle)) {
        items.extend(close_open(state, now).map(Write::Session));
    }
    if let Some(open) = &mut state.session {
        open.last_at = open.last_at.max(now);
        return items;
    }
    items.push(Write::Session(Session::open(id.clone(), now)));
    state.listed_at = now;
    state.session = Some(OpenSession::begin(id.clone(), now, now, state.arrivals + 1));
    items
}

/// Puts a message into the outbox, behind what waits there. Nothing the AI does keeps it from being sent.
pub(crate) fn enqueue(state: &mut State, words: Enqueued) -> Message {
    let Enqueued { key, speaker, body, until, remembered } = words;
    state.arrivals += 1;
    let answer = state.arrivals;
    state.record_interaction(key.sent_at, Channel::Whatsapp);
    state.unsettled.push(Unsettled {
        key: key.clone(),
        answer,
        since: key.sent_at,
        stage: InFlight::Waiting,
        staff: true,
        until,
    });
    let sending = Sending {
        body,
        state: SendState::Waiting,
        quotes: None,
        answers: Vec::new(),
        answer,
        refusals: 0,
        channel_id: None,
        code: None,
    };
    let session = state.session.as_mut().map(|open| {
        open.sent |= remembered;
        open.id.clone()
    });
    Message { session, remembered, ..Message::outgoing(key, speaker, answer, sending) }
}
