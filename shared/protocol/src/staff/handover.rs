//! A person takes a conversation over, and hands it back.

use super::service::{ATTEMPTS, with};
use crate::model::elsewhere::Elsewhere;
use crate::model::ids::LeadKey;
use crate::model::lead_state::{Mode, State};
use crate::model::message::{End, Message};
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::staff::service::{EditError, StaffService};
use crate::waiting::Waiting;

/// How many messages one commit ends.
const MAX_ENDED: usize = 90;

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// A person answers from now on (docs/rules.md#h4): what waits is theirs, and the AI sends nothing more, also in a
    /// turn that is under way. What is on its way already cannot be called back.
    ///
    /// # Errors
    /// [`EditError::NoLead`]; or the store failed, or others kept writing. The AI still answers.
    pub async fn take_over(&self, key: &LeadKey) -> Result<(), EditError> {
        // More messages may wait than one commit ends.
        while !self.take_over_some(key).await? {}
        Ok(())
    }

    /// One commit of it. True where nothing waits any more.
    async fn take_over_some(&self, key: &LeadKey) -> Result<bool, EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            for merging_lead in &state.joining {
                let merging_lead = LeadKey { business: key.business.clone(), lead: merging_lead.clone() };
                match Box::pin(self.take_over(&merging_lead)).await {
                    Ok(()) | Err(EditError::NoLead) => {}
                    Err(error) => return Err(error),
                }
            }
            let (next, items) = self.taken_over(key, &state).await?;
            let all = next.pending == 0;
            Ok(match commit(self.store, key, with(items, next)).await? {
                Committed::Yes => Attempt::Done(all),
                Committed::Raced(_) => Attempt::Raced,
            })
        })
    }

    /// The state with a person answering, and the messages that come to their end by it: as many as one commit takes.
    pub(super) async fn taken_over(&self, key: &LeadKey, state: &State) -> Result<(State, Vec<Write>), EditError> {
        let mut next = State { mode: Mode::Human, ..state.next() };
        let mut items = Vec::new();
        if state.pending > 0 {
            let waiting = Waiting::read(self.store, key, state, MAX_ENDED, |_| true).await?;
            let (now, unheard) = (self.clock.now(), waiting.first.iter().filter(|message| message.is_unheard()));
            let unheard: Vec<_> = unheard.map(|message| message.key.clone()).collect();
            if !unheard.is_empty() && self.store.settings(&key.business).await?.hears() {
                unheard.into_iter().for_each(|note| next.leave_unheard(note, now));
            }
            let ended = |message: Message| {
                let version = message.version + 1;
                Write::Message(Message { version, end: Some(End::HumanMode), ..message })
            };
            items.extend(waiting.first.into_iter().map(ended));
            next.pending = u32::try_from(waiting.rest).unwrap_or(u32::MAX);
            next.pending_since = waiting.rest_since;
        }
        if next.pending == 0 {
            // A turn under way may outlast a hand-back that follows at once: nothing it has read awaits it any more.
            next.answered = next.arrivals;
            // Nor does what an answer was to that may never have arrived.
            next.reopened.clear();
        }
        next.drop_unsent();
        Ok((next, items))
    }

    /// The AI answers again, from the customer's next message on.
    ///
    /// # Errors
    /// [`EditError::NoLead`]; or the store failed, or others kept writing. The person still answers.
    pub async fn hand_back(&self, key: &LeadKey) -> Result<(), EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            let next = State { mode: Mode::Ai, ai_paused_until: None, elsewhere: Elsewhere::default(), ..state.next() };
            Ok(match commit(self.store, key, vec![Write::State(next)]).await? {
                Committed::Yes => Attempt::Done(()),
                Committed::Raced(_) => Attempt::Raced,
            })
        })
    }
}
