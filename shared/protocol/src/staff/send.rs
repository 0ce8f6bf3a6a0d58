//! A message of staff. It is only stored here, as an outgoing message that waits: a turn sends it like an answer of the
//! AI, in order, once, with its status (docs/rules.md#h5). Whoever writes has taken the conversation over.

use super::service::{ATTEMPTS, EditError, StaffService, with};
use crate::model::closing::close_open;
use crate::model::conversation::{Body, Speaker};
use crate::model::ids::{LeadKey, MessageId};
use crate::model::lead_state::{Mode, State};
use crate::model::message::{Message, MessageKey, SendState, Sending};
use crate::model::outbox::{InFlight, Unsettled};
use crate::model::session::{OpenSession, Resume, Session};
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::{ConflictingItem, Store};
use crate::retry::{Attempt, Committed, commit, update};
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::session::{Channel, SessionId, idle_elapsed};

/// How many messages of one customer may be without a known end before another is refused: the state stays small.
const MAX_UNSETTLED: usize = 20;

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Stores a message to the customer, which the turn that `turn.due` starts sends. Repeated with the same time and
    /// ids it does nothing more. `idle` is the silence that ends a session.
    ///
    /// # Errors
    /// [`EditError::NoLead`], [`EditError::NoConversation`] where the customer has never written, [`EditError::Full`];
    /// or the store failed, or others kept writing. Nothing was written.
    pub async fn send(&self, key: &LeadKey, text: &str, idle: SignedDuration) -> Result<Message, EditError> {
        let (now, session) = (self.clock.now(), SessionId::new(self.ids.ulid()));
        let place =
            MessageKey { sent_at: now, id: MessageId::parse(self.ids.ulid()).map_err(|_| EditError::Contended)? };
        if let Some(written) = self.store.message(key, &place).await? {
            return Ok(written);
        }
        let remembered = self.store.settings(&key.business).await?.enable_customer_service;
        update!(self.clock, ATTEMPTS, |_| {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            if state.joined_to.is_some() {
                // Merged into another lead since it was looked up: the caller looks again.
                return Err(EditError::Contended);
            }
            if state.line.is_none() {
                return Err(EditError::NoConversation);
            }
            if state.unsettled.len() >= MAX_UNSETTLED {
                return Err(EditError::Full);
            }
            let (mut next, mut items) = self.taken_over(key, &state).await?;
            let merging_lead_talk = state.mode == Mode::Ai && !state.joining.is_empty();
            if next.pending > 0 || merging_lead_talk {
                // More wait than one commit ends, or a lead that is being merged into this one answers too.
                self.take_over(key).await?;
                return Ok(Attempt::Raced);
            }
            items.extend(in_session(&mut next, &session, now, idle));
            next.record_interaction(now, Channel::Whatsapp);
            let message = waiting(&mut next, place.clone(), text, remembered);
            items.push(Write::Message(message.clone()));
            Ok(match commit(self.store, key, with(items, next)).await? {
                Committed::Yes => Attempt::Done(message),
                Committed::Raced(ConflictingItem::Message) => {
                    self.store.message(key, &place).await?.map_or(Attempt::Raced, Attempt::Done)
                }
                Committed::Raced(_) => Attempt::Raced,
            })
        })
    }
}

/// Every message of anyone belongs to a session (docs/rules.md#c1); one without any of the customer's is never
/// digested.
fn in_session(state: &mut State, id: &SessionId, now: Timestamp, idle: SignedDuration) -> Vec<Write> {
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
    state.session = Some(OpenSession {
        id: id.clone(),
        opened_at: now,
        first_sent_at: now,
        last_at: now,
        generation: 0,
        armed: false,
        remembered: 0,
        opened_by: state.arrivals + 1,
        resume: Resume::No,
        fresh_from: None,
        confirm_asked: false,
    });
    items
}

fn waiting(state: &mut State, key: MessageKey, text: &str, remembered: bool) -> Message {
    state.arrivals += 1;
    let answer = state.arrivals;
    // Who writes has read what stands above their message: nothing of it waits for an answer any more.
    state.answered = answer;
    state.unsettled.push(Unsettled {
        key: key.clone(),
        answer,
        since: key.sent_at,
        stage: InFlight::Waiting,
        staff: true,
    });
    let sending = Sending {
        body: Body::Text(text.to_owned()),
        state: SendState::Waiting,
        quotes: None,
        answers: Vec::new(),
        answer,
        refusals: 0,
        channel_id: None,
        code: None,
    };
    let session = state.session.as_ref().map(|open| open.id.clone());
    Message { session, remembered, ..Message::outgoing(key, Speaker::Staff, answer, sending) }
}
