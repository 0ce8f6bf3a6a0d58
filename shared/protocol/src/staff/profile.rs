//! What staff enter into a profile.

use super::edit::Business;
use super::service::{EditError, StaffService};
use crate::model::ids::{BusinessId, LeadKey};
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::{Verdict, merge};
use zikaron_memory::profile::{Candidate, Profile};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::SessionId;

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Enters values, and deletes fields for good where there is none (docs/rules.md#b5): all of them or none.
    /// `expected` is the version of the memory the person has read, where it matters.
    ///
    /// # Errors
    /// [`EditError::Refused`] names the field whose value does not fit, [`EditError::Moved`] says that `expected` does
    /// not stand any more, [`EditError::NoLead`]; or the store failed, or others kept writing. Nothing was written.
    pub async fn edit_profile(
        &self,
        key: &LeadKey,
        edits: &[(String, Option<String>)],
        expected: Option<u64>,
    ) -> Result<Vec<Verdict>, EditError> {
        let settings = self.store.settings(&key.business).await?;
        let mut fields = settings.fields();
        for (name, value) in edits {
            // What stands can be deleted, also where the business has the field no more.
            let gone = value.is_none() && fields.get(name).is_none();
            if gone && self.store.memory(key).await?.document.customer_profile_json.get(name).is_some() {
                fields = fields.and(name);
            }
        }
        let candidates = self.candidates(&fields, edits)?;
        let business = Business { fields: &fields, zone: &settings.zone() };
        self.merge_in(key, business, &candidates, expected).await
    }

    /// Checks that every value could be entered, without a lead.
    ///
    /// # Errors
    /// [`EditError::Refused`] names the field whose value does not fit; or the settings could not be read.
    pub async fn fits(&self, business: &BusinessId, edits: &[(String, Option<String>)]) -> Result<(), EditError> {
        self.candidates(&self.store.settings(business).await?.fields(), edits).map(drop)
    }

    fn candidates(&self, fields: &FieldList, edits: &[(String, Option<String>)]) -> Result<Vec<Candidate>, EditError> {
        let (edit, now) = (SessionId::new(self.ids.ulid()), self.clock.now());
        let candidate = |(field, value): &(String, Option<String>)| {
            Candidate::manual(field.clone(), value.clone(), now, edit.clone())
        };
        let candidates: Vec<_> = edits.iter().map(candidate).collect();
        fit_to_keep(fields, &candidates)?;
        Ok(candidates)
    }
}

/// Whether every value can be kept whole, whatever stands: what staff enter is refused rather than cut.
pub(super) fn fit_to_keep(fields: &FieldList, candidates: &[Candidate]) -> Result<(), EditError> {
    let most = |field: &str| fields.get(field).map_or(usize::MAX, |spec| spec.max_chars);
    let length = |value: &String| value.trim().chars().count();
    let too_long =
        |candidate: &&Candidate| candidate.value.as_ref().is_some_and(|v| length(v) > most(&candidate.field));
    if let Some(candidate) = candidates.iter().find(too_long) {
        return Err(EditError::Refused { field: candidate.field.clone(), reason: Reason::TooLong });
    }
    let unfit = |verdict: &Verdict| {
        matches!(verdict.reason, Reason::UnknownField | Reason::TooLong | Reason::Empty | Reason::Instruction)
    };
    match merge(fields, &Profile::default(), candidates).verdicts.into_iter().find(unfit) {
        Some(verdict) => Err(EditError::Refused { field: verdict.field, reason: verdict.reason }),
        None => Ok(()),
    }
}
