//! What was written before an erasure stays out, however late it comes.

use crate::model::ids::BusinessId;
use crate::model::lead_state::State;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use jiff::Timestamp;

/// When what this customer's names, or a call's, led to was last erased. A lead remembers it; tombstones are looked for
/// only where a name leads nowhere yet.
pub(crate) async fn erased_at<S: Store>(
    store: &S,
    business: &BusinessId,
    new_names: &[String],
    state: Option<&State>,
) -> Result<Option<Timestamp>, Unavailable> {
    let known = state.and_then(|state| state.erased_at);
    if new_names.is_empty() {
        return Ok(known);
    }
    Ok(store.erased_at(business, new_names).await?.max(known))
}

/// Whether something of this time was erased: up to the second, for the channel's clock has no more.
pub(crate) fn is_erased(erased_at: Option<Timestamp>, at: Timestamp) -> bool {
    erased_at.is_some_and(|erased| at.as_second() <= erased.as_second())
}
