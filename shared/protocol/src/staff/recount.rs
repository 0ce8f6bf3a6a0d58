//! Takes what was remembered before there were figures into them (docs/metrics.md#of-now).

use super::service::{ATTEMPTS, EditError, StaffService};
use crate::model::figures::counts;
use crate::model::ids::LeadKey;
use crate::model::write::Write;
use crate::ports::clock::{Clock, Ids};
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};

impl<S: Store, C: Clock, I: Ids> StaffService<'_, S, C, I> {
    /// Counts a memory among what stands, if it is not counted yet. Answers whether it was not.
    ///
    /// # Errors
    /// [`EditError::NoLead`]; or the store failed, or others kept writing. Then it is as it was.
    pub async fn count_memory(&self, key: &LeadKey) -> Result<bool, EditError> {
        update!(self.clock, ATTEMPTS, |_| {
            let memory = self.store.memory(key).await?;
            if memory.counted || memory.version == 0 {
                return Ok(Attempt::Done(false));
            }
            let counted = memory.next(memory.document.clone());
            let items =
                counts::standing(&memory, &counted.document).into_iter().chain([Write::Memory(Box::new(counted))]);
            match commit(self.store, key, items.collect()).await? {
                Committed::Yes => Ok(Attempt::Done(true)),
                Committed::Raced(_) => self.raced(key).await,
            }
        })
    }
}
