//! A status names the user id of the phone number a message of ours went to: from then on it is a name of that lead.

use super::erased::erased_at;
use crate::model::alias::alias_keys;
use crate::model::event::MessageStatus;
use crate::model::ids::{CustomerAddress, LeadKey};
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::{Committed, commit};
use jiff::Timestamp;
use tracing::info;

/// Makes the user id lead to `key`, whose message the status is about, if it leads to nobody yet and the phone number
/// leads here. Strangers are never joined: an id that leads elsewhere, and a lead this connection names otherwise, stay as
/// they are. Whoever wrote first wins; the next status or message says it again.
pub(crate) async fn learn<P: Ports>(p: &P, key: &LeadKey, status: &MessageStatus) -> Result<(), Unavailable> {
    let Some(both @ CustomerAddress { bsuid: Some(user), .. }) = &status.recipient else { return Ok(()) };
    let connection = &status.line.connection;
    let (found, state) = p.store().find_lead(&key.business, both, Timestamp::MAX).await?;
    let leads_here = found.by_bsuid.is_none() && found.by_phone.as_ref() == Some(&key.lead);
    let Some(state) = state.filter(|state| leads_here && state.joined_to.is_none()) else { return Ok(()) };
    let has_left = state.moved_at.is_some_and(|moved| status.at.as_second() < moved.as_second());
    if has_left || state.user_id(connection).is_some() {
        return Ok(());
    }
    let id = CustomerAddress { bsuid: Some(user.clone()), phone: None };
    let mut next = state.next();
    let names: Vec<String> = alias_keys(&id).into_iter().flatten().collect();
    next.erased_at = erased_at(p.store(), &key.business, &names, Some(&state)).await?;
    next.user_ids.insert(connection.clone(), user.clone());
    next.customer = next.customer.or(&id);
    if commit(p.store(), key, vec![Write::Alias(id), Write::State(next)]).await? == Committed::Yes {
        info!(lead = %key.lead, "a status names the customer's user id");
    }
    Ok(())
}
