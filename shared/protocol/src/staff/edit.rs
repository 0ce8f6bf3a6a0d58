//! What staff change in a memory: values, suggestions, notes; and the one write that all of it goes through.

use super::service::ATTEMPTS;
use crate::model::figures::counts;
use crate::model::ids::LeadKey;
use crate::model::write::{Memory, Write};
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::staff::service::{EditError, StaffService};
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Verdict, dismiss, merge};
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Candidate, Field};
use zikaron_memory::session::SessionId;
use zikaron_memory::zone::Zone;

/// What a business has of its own that an edit goes by.
#[derive(Clone, Copy)]
pub(super) struct Business<'a> {
    pub(super) fields: &'a FieldList,
    pub(super) zone: &'a Zone,
}

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Enters a value, or deletes the field for good where there is none (docs/rules.md#b5).
    ///
    /// # Errors
    /// As for [`Self::edit_profile`].
    pub async fn set_field(
        &self,
        key: &LeadKey,
        field: &str,
        value: Option<String>,
    ) -> Result<Vec<Verdict>, EditError> {
        self.edit_profile(key, &[(field.to_owned(), value)], None).await
    }

    pub(super) async fn merge_in(
        &self,
        key: &LeadKey,
        Business { fields, zone }: Business<'_>,
        candidates: &[Candidate],
        expected: Option<u64>,
    ) -> Result<Vec<Verdict>, EditError> {
        let mut verdicts = Vec::new();
        self.write(key, expected, |memory| {
            let before = std::mem::take(&mut memory.document.customer_profile_json);
            let merged = merge(fields, &before, candidates);
            memory.document.customer_profile_json = merged.profile;
            verdicts.clone_from(&merged.verdicts);
            let counted = counts::entered(fields, &before, &verdicts, zone);
            merged.verdicts.into_iter().map(Write::Change).chain(counted).collect()
        })
        .await?;
        Ok(verdicts)
    }

    /// Says no to a suggestion: it returns only with newer evidence (docs/rules.md#b4). Dismissed before, it does
    /// nothing.
    ///
    /// # Errors
    /// [`EditError::NoSuggestion`] or [`EditError::NoLead`] where there is none; or the store failed, or others kept
    /// writing. Nothing was written.
    pub async fn dismiss(&self, key: &LeadKey, field: &str, value: Option<&str>) -> Result<Vec<Verdict>, EditError> {
        let settings = self.store.settings(&key.business).await?;
        let fields = settings.fields();
        let (edit, now) = (SessionId::new(self.ids.ulid()), self.clock.now());
        let (mut verdicts, mut said) = (Vec::new(), false);
        self.write(key, None, |memory| {
            verdicts.clear();
            let profile = &memory.document.customer_profile_json;
            let dismissals = profile.get(field).map(Field::dismissals).unwrap_or_default();
            said = dismissals.iter().any(|dismissal| dismissal.value.as_deref() == value);
            let Some(dismissed) = dismiss(&fields, profile, field, value, now, edit.clone()) else { return Vec::new() };
            memory.document.customer_profile_json = dismissed.profile;
            verdicts.clone_from(&dismissed.verdicts);
            let counted = counts::of_staff("suggestions_dismissed", now, &settings.zone());
            dismissed.verdicts.into_iter().map(Write::Change).chain(counted).collect()
        })
        .await?;
        if verdicts.is_empty() && !said {
            Err(EditError::NoSuggestion { field: field.to_owned() })
        } else {
            Ok(verdicts)
        }
    }

    /// Adds a note, dated now.
    ///
    /// # Errors
    /// [`EditError::NoLead`]; or the store failed, or others kept writing. Nothing was written.
    pub async fn add_note(&self, key: &LeadKey, text: &str) -> Result<Note, EditError> {
        let note = Note { id: self.ids.ulid(), kind: NoteKind::Note, text: text.to_owned(), at: self.clock.now() };
        self.write(key, None, |memory| {
            memory.document.add_note(note.clone());
            vec![Write::Note(note.clone())]
        })
        .await?;
        Ok(note)
    }

    /// Writes the memory as `edit` leaves it, if it is the `expected` version where one is. Answers what was written.
    pub(super) async fn write(
        &self,
        key: &LeadKey,
        expected: Option<u64>,
        mut edit: impl FnMut(&mut Memory) -> Vec<Write> + Send,
    ) -> Result<Memory, EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let mut memory = self.store.memory(key).await?;
            if expected.is_some_and(|expected| expected != memory.version) {
                return Err(self.gone(key).await?.unwrap_or(EditError::Moved));
            }
            let before = memory.clone();
            let mut items = edit(&mut memory);
            if items.is_empty() {
                // Nothing to write, as nothing was changed.
                return self.gone(key).await?.map_or(Ok(Attempt::Done(memory)), Err);
            }
            items.extend(counts::standing(&before, &memory.document));
            memory = before.next(memory.document);
            items.push(Write::Memory(Box::new(memory.clone())));
            match commit(self.store, key, items).await? {
                Committed::Yes => Ok(Attempt::Done(memory)),
                Committed::Raced(_) => self.raced(key).await,
            }
        })
    }

    /// What a lost race means: another attempt, unless the lead is gone.
    pub(super) async fn raced<T>(&self, key: &LeadKey) -> Result<Attempt<T>, EditError> {
        self.gone(key).await?.map_or(Ok(Attempt::Raced), Err)
    }

    /// [`EditError::NoLead`] where the lead is gone: that outranks every other reason.
    pub(super) async fn gone(&self, key: &LeadKey) -> Result<Option<EditError>, EditError> {
        Ok(self.store.state(key).await?.is_none().then_some(EditError::NoLead))
    }
}
