//! A status names the user id of the phone number a message of ours went to: from then on it is a name of that lead.

use super::erased::erased_at;
use crate::model::alias::alias_keys;
use crate::model::event::MessageStatus;
use crate::model::ids::{CustomerAddress, LeadKey};
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::commit;
use jiff::Timestamp;
use tracing::info;

/// Makes the user id lead to `key`, whose message the status is about, if it leads to nobody yet and the phone number
/// leads here. One read where the id is known, which is nearly always. Strangers are never joined: an id that leads
/// elsewhere, and a lead this connection names otherwise, stay as they are. Whoever wrote first wins; the next status or
/// message says it again.
pub(crate) async fn learn<P: Ports>(p: &P, key: &LeadKey, status: &MessageStatus) -> Result<(), Unavailable> {
    let Some(CustomerAddress { bsuid: Some(user), phone }) = &status.recipient else { return Ok(()) };
    let connection = &status.line.connection;
    let id = CustomerAddress { bsuid: Some(user.clone()), phone: None };
    if p.store().find(&key.business, &id, Timestamp::MAX).await?.by_bsuid.is_some() {
        return Ok(());
    }
    let number = CustomerAddress { bsuid: None, phone: phone.clone() };
    let (found, state) = p.store().find_lead(&key.business, &number, Timestamp::MAX).await?;
    let Some(state) = state.filter(|state| found.by_phone.as_ref() == Some(&key.lead) && state.joined_to.is_none())
    else {
        return Ok(());
    };
    let has_left = state.moved_at.is_some_and(|moved| status.at.as_second() < moved.as_second());
    if has_left || state.user_id(connection).is_some() {
        return Ok(());
    }
    let mut next = state.next();
    let names: Vec<String> = alias_keys(&id).into_iter().flatten().collect();
    next.erased_at = erased_at(p.store(), &key.business, &names, Some(&state)).await?;
    next.user_ids.insert(connection.clone(), user.clone());
    next.customer = next.customer.or(&id);
    commit(p.store(), key, vec![Write::Alias(id), Write::State(next)]).await?;
    info!(lead = %key.lead, "a status names the customer's user id");
    Ok(())
}
