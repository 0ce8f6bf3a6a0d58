//! What people enter into a profile.

use super::{Desk, EditError};
use crate::ids::{BusinessId, LeadKey};
use crate::ports::{Clock, Ids};
use crate::store::Store;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Reason, Verdict, merge};
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::session::SessionId;

impl<S: Store, C: Clock, I: Ids> Desk<'_, S, C, I> {
    /// Enters values, and deletes fields for good where there is none (spec B, rule 5): all of them or none.
    /// `expected` is the version of the memory the person has read, where it matters.
    ///
    /// # Errors
    /// [`EditError`]; nothing was written.
    pub async fn edit_profile(
        &self,
        key: &LeadKey,
        edits: &[(String, Option<String>)],
        expected: Option<u64>,
    ) -> Result<Vec<Verdict>, EditError> {
        let (fields, candidates) = self.fits(&key.business, edits).await?;
        self.merge_in(key, &fields, &candidates, expected).await
    }

    /// What would be entered, if every value can be kept.
    ///
    /// # Errors
    /// [`EditError::Refused`] names the field.
    pub async fn fits(
        &self,
        business: &BusinessId,
        edits: &[(String, Option<String>)],
    ) -> Result<(FieldList, Vec<Candidate>), EditError> {
        let fields = self.store.settings(business).await?.fields();
        let (edit, now) = (SessionId::new(self.ids.ulid()), self.clock.now());
        let candidate = |(field, value): &(String, Option<String>)| {
            Candidate::manual(field.clone(), value.clone(), now, edit.clone())
        };
        let candidates: Vec<_> = edits.iter().map(candidate).collect();
        fit_to_keep(&fields, &candidates)?;
        Ok((fields, candidates))
    }
}

/// Whether every value can be kept at all, whatever stands.
pub(super) fn fit_to_keep(fields: &FieldList, candidates: &[Candidate]) -> Result<(), EditError> {
    let unfit = |verdict: &Verdict| {
        matches!(verdict.reason, Reason::UnknownField | Reason::TooLong | Reason::Empty | Reason::Instruction)
    };
    match merge(fields, &Profile::default(), candidates).verdicts.into_iter().find(unfit) {
        Some(verdict) => Err(EditError::Refused { field: verdict.field, reason: verdict.reason }),
        None => Ok(()),
    }
}
