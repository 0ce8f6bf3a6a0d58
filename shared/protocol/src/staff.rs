//! What people of the business do to the memory. It goes through the same merge as everything else.

mod erase;
mod lead;
mod notes;
mod profile;
mod send;
mod suggestions;

pub use erase::{Removal, erase};
pub use lead::{Import, Opened};

use crate::ids::LeadKey;
use crate::message::{End, Message};
use crate::ports::{Clock, Ids, Unavailable};
use crate::state::{Mode, State};
use crate::store::{CommitError, Item, Memory, Part, Store};
use crate::teeth::{Bug, has};
use jiff::SignedDuration;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Verdict, dismiss, merge};
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Field};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;

/// How often an edit is tried again after somebody else wrote first: of a crowd of writers one gets through each time.
const ATTEMPTS: u32 = 40;
/// How many waiting messages are looked for …
const WAITING_MOST: usize = 1_000;
/// … and how many one commit ends.
const ENDED_MOST: usize = 90;

/// Why an edit was not made.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// There is no such customer.
    #[error("there is no such lead")]
    NoLead,
    /// Nothing of the kind is suggested.
    #[error("{field} has no such suggestion: `lead show` lists what is suggested")]
    NoSuggestion {
        /// The field.
        field: String,
    },
    /// There is no such note.
    #[error("there is no such note")]
    NoNote,
    /// The memory is not the one the caller has read.
    #[error("the memory was changed meanwhile: read it again")]
    Moved,
    /// A value cannot be kept.
    #[error("{field} cannot be kept as given ({reason:?})")]
    Refused {
        /// The field.
        field: String,
        /// Why.
        reason: Reason,
    },
    /// A message cannot be sent: the customer has never written, so there is no number to answer from.
    #[error("the customer has not written yet: there is no conversation to answer in")]
    NoConversation,
    /// A request is repeated whose customer was erased since.
    #[error("the customer was erased since this was first asked for")]
    Erased,
    /// Too many messages to this customer wait for their end.
    #[error("too many messages to this customer are not delivered yet")]
    Full,
    /// Others wrote first too often.
    #[error("others keep writing to this lead; try again")]
    Contended,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Who edits, and with what.
pub struct Desk<'a, S, C, I> {
    /// The store.
    pub store: &'a S,
    /// Time: an edit's event time is now.
    pub clock: &'a C,
    /// Identifiers: every edit is an occasion of its own.
    pub ids: &'a I,
}

impl<S: Store, C: Clock, I: Ids> Desk<'_, S, C, I> {
    /// Enters a value, or deletes the field for good where there is none (spec B, rule 5).
    ///
    /// # Errors
    /// [`EditError`]; nothing was written.
    pub async fn set_field(
        &self,
        key: &LeadKey,
        field: &str,
        value: Option<String>,
    ) -> Result<Vec<Verdict>, EditError> {
        self.edit_profile(key, &[(field.to_owned(), value)], None).await
    }

    async fn merge_in(
        &self,
        key: &LeadKey,
        fields: &FieldList,
        candidates: &[Candidate],
        expected: Option<u64>,
    ) -> Result<Vec<Verdict>, EditError> {
        let mut verdicts = Vec::new();
        self.write(key, expected, |memory| {
            let merged = merge(fields, &memory.document.customer_profile_json, candidates);
            memory.document.customer_profile_json = merged.profile;
            verdicts.clone_from(&merged.verdicts);
            merged.verdicts.into_iter().map(Item::Change).collect()
        })
        .await?;
        Ok(verdicts)
    }

    /// Says no to a suggestion: it returns only with newer evidence (spec B, rule 4). Said before, it does nothing.
    ///
    /// # Errors
    /// [`EditError`]; nothing was written.
    pub async fn dismiss(&self, key: &LeadKey, field: &str, value: &str) -> Result<Vec<Verdict>, EditError> {
        let fields = self.store.settings(&key.business).await?.fields();
        let (edit, now) = (SessionId::new(self.ids.ulid()), self.clock.now());
        let (mut verdicts, mut said) = (Vec::new(), false);
        self.write(key, None, |memory| {
            verdicts.clear();
            let profile = &memory.document.customer_profile_json;
            let dismissals = profile.get(field).map(Field::dismissals).unwrap_or_default();
            said = dismissals.iter().any(|dismissal| dismissal.value == value);
            let Some(dismissed) = dismiss(&fields, profile, field, value, now, edit.clone()) else { return Vec::new() };
            memory.document.customer_profile_json = dismissed.profile;
            verdicts.clone_from(&dismissed.verdicts);
            dismissed.verdicts.into_iter().map(Item::Change).collect()
        })
        .await?;
        if verdicts.is_empty() && !said {
            Err(EditError::NoSuggestion { field: field.to_owned() })
        } else {
            Ok(verdicts)
        }
    }

    /// Adds a note.
    ///
    /// # Errors
    /// [`EditError`]; nothing was written.
    pub async fn add_note(&self, key: &LeadKey, text: &str) -> Result<Note, EditError> {
        let note = Note { id: self.ids.ulid(), kind: NoteKind::Note, text: text.to_owned(), at: self.clock.now() };
        self.write(key, None, |memory| {
            memory.document.add_note(note.clone());
            vec![Item::Note(note.clone())]
        })
        .await?;
        Ok(note)
    }

    /// A person answers from now on: what waits is his, and the AI sends nothing more, also in a turn that is under
    /// way. What is on its way already cannot be called back.
    ///
    /// # Errors
    /// [`EditError`]; the AI still answers.
    pub async fn take_over(&self, key: &LeadKey) -> Result<(), EditError> {
        for _ in 0..ATTEMPTS {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            for elder in &state.joining {
                let elder = LeadKey { business: key.business.clone(), lead: elder.clone() };
                match Box::pin(self.take_over(&elder)).await {
                    Ok(()) | Err(EditError::NoLead) => {}
                    Err(error) => return Err(error),
                }
            }
            let (next, items) = self.taken_over(key, &state).await?;
            let all = next.pending == 0;
            match self.store.commit(key, with(items, next)).await {
                Ok(()) if all => return Ok(()),
                Ok(()) | Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            }
        }
        Err(EditError::Contended)
    }

    /// The state with a person answering, and the messages that come to their end by it: as many as one commit takes.
    async fn taken_over(&self, key: &LeadKey, state: &State) -> Result<(State, Vec<Item>), EditError> {
        let mut next = State { mode: Mode::Human, ..state.next() };
        let mut items = Vec::new();
        if state.pending > 0 {
            let found = self.store.messages(key, state.pending_since, None, WAITING_MOST).await?;
            let waiting = found.into_iter().filter(|m| m.needs_answer() && m.arrival > state.answered);
            let ended = |message: Message| {
                let version = message.version + 1;
                Item::Message(Message { version, end: Some(End::HumanMode), ..message })
            };
            items.extend(waiting.take(ENDED_MOST).map(ended));
        }
        next.pending = next.pending.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
        next.pending_since = next.pending_since.filter(|_| next.pending > 0);
        if next.pending == 0 && !has(Bug::HandBackUnseen) {
            // A turn under way may outlast a hand-back that follows at once: nothing it has read awaits it any more.
            next.answered = next.arrivals;
        }
        next.drop_unsent();
        Ok((next, items))
    }

    /// The AI answers again, from the customer's next message on.
    ///
    /// # Errors
    /// [`EditError`]; the person still answers.
    pub async fn hand_back(&self, key: &LeadKey) -> Result<(), EditError> {
        for _ in 0..ATTEMPTS {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            let next = State { mode: Mode::Ai, stepped_back_until: None, ..state.next() };
            match self.store.commit(key, vec![Item::State(next)]).await {
                Ok(()) => return Ok(()),
                Err(CommitError::Conflict(_)) => {}
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            }
        }
        Err(EditError::Contended)
    }

    /// Writes the memory as `edit` leaves it, if it is the `expected` version where one is. Answers what was written.
    async fn write(
        &self,
        key: &LeadKey,
        expected: Option<u64>,
        mut edit: impl FnMut(&mut Memory) -> Vec<Item> + Send,
    ) -> Result<Memory, EditError> {
        for attempt in 0..ATTEMPTS {
            let mut memory = self.store.memory(key).await?;
            if expected.is_some_and(|expected| expected != memory.version) {
                return Err(self.gone(key).await?.unwrap_or(EditError::Moved));
            }
            let mut items = edit(&mut memory);
            if items.is_empty() {
                // Nothing to write, as nothing was changed.
                return self.gone(key).await?.map_or(Ok(memory), Err);
            }
            memory.version += 1;
            items.push(Item::Memory(Box::new(memory.clone())));
            match self.store.commit(key, items).await {
                Ok(()) => return Ok(memory),
                Err(CommitError::Conflict(Part::State)) => {
                    if let Some(gone) = self.gone(key).await? {
                        return Err(gone);
                    }
                }
                Err(CommitError::Conflict(_)) => self.back_off(attempt).await,
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            }
        }
        Err(EditError::Contended)
    }

    /// Somebody else wrote first: as in a turn, a short wait.
    async fn back_off(&self, attempt: u32) {
        self.clock.sleep(SignedDuration::from_millis(5 * i64::from(attempt.min(10)))).await;
    }

    /// That there is no such lead outranks every other reason.
    async fn gone(&self, key: &LeadKey) -> Result<Option<EditError>, EditError> {
        Ok(self.store.state(key).await?.is_none().then_some(EditError::NoLead))
    }
}

fn with(mut items: Vec<Item>, state: State) -> Vec<Item> {
    items.push(Item::State(state));
    items
}
