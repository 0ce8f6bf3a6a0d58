//! A person notes what the customer wants of messages they do not ask for.

use super::service::{ATTEMPTS, EditError, StaffService};
use crate::model::ids::LeadKey;
use crate::model::marketing::Marketing;
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// A person notes whether the customer wants messages they do not ask for (docs/rules.md#m5), by each of their names;
    /// what the customer says later counts.
    ///
    /// # Errors
    /// [`EditError::NoLead`]; or the store failed, or others kept writing: ask again.
    pub async fn set_marketing(&self, key: &LeadKey, wanted: bool) -> Result<(), EditError> {
        let said = Marketing { at: self.clock.now(), wanted };
        update!(self.clock, ATTEMPTS, |_| {
            let state = self.store.state(key).await?.ok_or(EditError::NoLead)?;
            for merging_lead in &state.joining {
                let merging_lead = LeadKey { business: key.business.clone(), lead: merging_lead.clone() };
                match Box::pin(self.set_marketing(&merging_lead, wanted)).await {
                    Ok(()) | Err(EditError::NoLead) => {}
                    Err(error) => return Err(error),
                }
            }
            let mut next = state.next();
            next.take_marketing(Some(said));
            Ok(match commit(self.store, key, vec![Write::State(next)]).await? {
                Committed::Yes => Attempt::Done(()),
                Committed::Raced(_) => Attempt::Raced,
            })
        })
    }
}
