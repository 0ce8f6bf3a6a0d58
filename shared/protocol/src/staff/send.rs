//! A message of staff. It is only stored here, as an outgoing message that waits: a turn sends it like an answer of the
//! AI, in order, once, with its status (docs/rules.md#h5). Whoever writes has taken the conversation over.

use super::service::{ATTEMPTS, EditError, StaffService, with};
use crate::model::conversation::{Body, Speaker};
use crate::model::enqueue::{Enqueued, MAX_UNSETTLED, enqueue, in_session};
use crate::model::ids::{LeadKey, MessageId};
use crate::model::lead_state::Mode;
use crate::model::message::{Message, MessageKey};
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::{ConflictingItem, Store};
use crate::retry::{Attempt, Committed, commit, update};
use jiff::SignedDuration;
use zikaron_memory::session::SessionId;

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
            let body = Body::Text(text.to_owned());
            let words = Enqueued { key: place.clone(), speaker: Speaker::Staff, body, until: None, remembered };
            let message = enqueue(&mut next, words);
            // Who writes has read what stands above their message: nothing of it waits for an answer any more.
            next.answered = message.arrival;
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
