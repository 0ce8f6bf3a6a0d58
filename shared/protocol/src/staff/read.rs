//! What staff read: a customer is one, also while two leads are being merged into one.

use crate::identity::merging_lead::{as_one, whole};
use crate::model::ids::LeadKey;
use crate::model::lead_state::State;
use crate::model::write::Memory;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;

/// State and memory of a lead, with what the leads know that are being merged into it. The memory's version is the
/// lead's own.
///
/// # Errors
/// The table failed.
pub async fn read_memory<S: Store>(store: &S, key: &LeadKey) -> Result<(Option<State>, Memory), Unavailable> {
    let (mut state, memory, merging_leads) = whole(store, key).await?;
    if merging_leads.is_empty() {
        return Ok((state, memory));
    }
    if let Some(state) = &mut state {
        state.pending += merging_leads.iter().map(|merging_lead| merging_lead.state.pending).sum::<u32>();
    }
    let fields = store.settings(&key.business).await?.fields();
    Ok((state, as_one(&fields, memory, &merging_leads)))
}

/// A lead and those that are being merged into it; none where there is no such lead.
///
/// # Errors
/// The table failed.
pub async fn leads_of_customer<S: Store>(store: &S, key: &LeadKey) -> Result<Vec<LeadKey>, Unavailable> {
    let (state, _, merging_leads) = whole(store, key).await?;
    let own = state.map(|_| key.clone());
    Ok(own.into_iter().chain(merging_leads.into_iter().map(|merging_lead| merging_lead.key)).collect())
}
