//! Notes that staff change or delete.

use super::service::{ATTEMPTS, EditError, StaffService};
use crate::model::figures::counts;
use crate::model::ids::LeadKey;
use crate::model::write::Write;
use crate::ports::business_store::LeadCollections;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use jiff::Timestamp;
use zikaron_memory::document::KEPT_NOTES;
use zikaron_memory::note::Note;

impl<S: Store + LeadCollections, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Replaces the text of a note; its author and its time stay.
    ///
    /// # Errors
    /// [`EditError::NoNote`] or [`EditError::NoLead`]; or the store failed, or others kept writing. Nothing was
    /// written.
    pub async fn edit_note(&self, key: &LeadKey, at: Timestamp, id: &str, text: &str) -> Result<Note, EditError> {
        self.renote(key, at, id, |note| Some(Note { text: text.to_owned(), ..note })).await?.ok_or(EditError::NoNote)
    }

    /// Deletes a note.
    ///
    /// # Errors
    /// As for [`Self::edit_note`].
    pub async fn drop_note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<(), EditError> {
        self.renote(key, at, id, |_| None).await.map(drop)
    }

    /// Every writer of notes raises the memory's version: what was read before the commit is what it replaces. And who changes one
    /// the state's, with which it would go into another lead.
    async fn renote(
        &self,
        key: &LeadKey,
        at: Timestamp,
        id: &str,
        change: impl Fn(Note) -> Option<Note> + Send,
    ) -> Result<Option<Note>, EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let (Some(state), memory) = self.store.state_and_memory(key).await? else {
                return Err(self.gone(key).await?.unwrap_or(EditError::NoLead));
            };
            let Some(note) = self.store.note(key, at, id).await? else {
                return Err(self.gone(key).await?.unwrap_or(EditError::NoNote));
            };
            let changed = change(note);
            let mut document = memory.document.clone();
            let (mut newest, _) = self.store.page::<Note>(key, None, KEPT_NOTES + 1).await?;
            newest.retain(|note| note.id != id || note.at != at);
            document.notes.clear();
            newest.into_iter().chain(changed.clone()).for_each(|note| document.add_note(note));
            let item = match changed.clone() {
                Some(note) => Write::Note(note),
                None => Write::DeleteNote { at, id: id.to_owned() },
            };
            let counted = counts::standing(&memory, &document);
            let mut items = vec![item, Write::Memory(Box::new(memory.next(document))), Write::State(state.next())];
            items.extend(counted);
            match commit(self.store, key, items).await? {
                Committed::Yes => Ok(Attempt::Done(changed)),
                Committed::Raced(_) => self.raced(key).await,
            }
        })
    }
}
