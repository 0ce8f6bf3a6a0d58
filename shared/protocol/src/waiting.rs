//! What waits of a lead, however much that is: after an outage, or where a program writes, thousands of messages may.

use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::message::Message;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use jiff::Timestamp;

/// How many messages are read at once.
const PAGE: usize = 500;

/// The messages that wait for an answer, the first of them whole.
#[derive(Debug, Default)]
pub(crate) struct Waiting {
    /// Those of them that were asked for, in the order they arrived in, as many as were asked for.
    pub(crate) first: Vec<Message>,
    /// How many others wait.
    pub(crate) rest: usize,
    /// None of those was sent before this.
    pub(crate) rest_since: Option<Timestamp>,
}

impl Waiting {
    /// Reads everything that waits, a page at a time, and keeps the first `most` that are `wanted`. `state` must have
    /// been read before.
    pub(crate) async fn read<S: Store>(
        store: &S,
        key: &LeadKey,
        state: &State,
        most: usize,
        wanted: impl Fn(&Message) -> bool,
    ) -> Result<Self, Unavailable> {
        let mut waiting = Self::default();
        let mut after = None;
        loop {
            let page = store.messages_from(key, state.pending_since, after.as_ref(), PAGE).await?;
            let is_last = page.len() < PAGE;
            after = page.last().map(|message| message.key.clone());
            for message in page.into_iter().filter(|m| m.needs_answer() && m.arrival > state.answered) {
                if wanted(&message) {
                    waiting.first.push(message);
                } else {
                    waiting.leave(&message);
                }
            }
            waiting.keep(most);
            if is_last {
                return Ok(waiting);
            }
        }
    }

    fn keep(&mut self, most: usize) {
        self.first.sort_by_key(|message| message.arrival);
        let surplus = self.first.split_off(self.first.len().min(most));
        surplus.iter().for_each(|message| self.leave(message));
    }

    fn leave(&mut self, message: &Message) {
        self.rest += 1;
        let sent_at = message.key.sent_at;
        self.rest_since = Some(self.rest_since.map_or(sent_at, |since| since.min(sent_at)));
    }
}
