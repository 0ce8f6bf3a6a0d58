//! A status names the user id of the phone number a message of ours went to: from then on both are names of one lead.

use super::erased::{erased_at, is_erased};
use super::merge::{self, Joined, Other, Writer};
use crate::model::alias::{AliasLookup, alias_keys};
use crate::model::event::MessageStatus;
use crate::model::ids::{Bsuid, CustomerAddress, LeadKey};
use crate::model::lead_state::State;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit};
use jiff::Timestamp;
use tracing::info;

/// Makes the user id a name of `key`, whose message the status is about, if the phone number leads here: an id that leads
/// to nobody yet becomes one, and the lead of one that has no number is joined with this one. Strangers are never joined:
/// a lead this connection names otherwise, and an id whose lead has another number, stay as they are.
pub(crate) async fn learn<P: Ports>(p: &P, key: &LeadKey, status: &MessageStatus) -> Result<Attempt<()>, Unavailable> {
    let Some(both @ CustomerAddress { bsuid: Some(user), .. }) = &status.recipient else {
        return Ok(Attempt::Done(()));
    };
    let (found, state) = p.store().find_lead(&key.business, both, Timestamp::MAX).await?;
    let key = &match &found.by_phone {
        Some(lead) if *lead == key.lead => key.clone(),
        // The lead the message is of may have been joined since.
        Some(lead) if merge::resolve_lead(p.store(), key).await?.lead == *lead => {
            LeadKey { lead: lead.clone(), ..key.clone() }
        }
        _ => return Ok(Attempt::Done(())),
    };
    let state = match &found.by_bsuid {
        None => state,
        Some(lead) if *lead == key.lead => return Ok(Attempt::Done(())),
        Some(_) => p.store().state(key).await?,
    };
    let Some(state) = state.filter(|state| is_unnamed(state, status)) else {
        return Ok(Attempt::Done(()));
    };
    if state.joined_to.is_some() {
        return Ok(Attempt::Raced);
    }
    if found.by_bsuid.is_some() {
        return join(p, key, both, &found, status).await;
    }
    name(p, key, &state, user, status).await
}

/// Whether the lead has the number it had when the message went out, and no user id of this connection or another one of
/// all linked portfolios.
fn is_unnamed(state: &State, status: &MessageStatus) -> bool {
    let has_left = state.moved_at.is_some_and(|moved| status.at.as_second() < moved.as_second());
    let parents = state.parent_id.as_ref().zip(status.recipient_parent.as_ref());
    !has_left && state.user_id(&status.line.connection).is_none() && parents.is_none_or(|(one, other)| one == other)
}

/// The user id leads to nobody yet: it is one more name of the lead.
async fn name<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    user: &Bsuid,
    status: &MessageStatus,
) -> Result<Attempt<()>, Unavailable> {
    let named = |id: &Bsuid| CustomerAddress { bsuid: Some(id.clone()), phone: None };
    let id = named(user);
    let mut next = state.next();
    let mut ids = vec![id.clone()];
    if let Some(parent) = status.recipient_parent.as_ref().filter(|parent| *parent != user) {
        let found = p.store().find(&key.business, &named(parent), Timestamp::MAX).await?;
        ids.extend(found.by_bsuid.is_none().then(|| named(parent)));
        next.take_parent(Some(parent), status.at);
    }
    let names: Vec<String> = ids.iter().flat_map(alias_keys).flatten().collect();
    next.erased_at = erased_at(p.store(), &key.business, &names, Some(state)).await?;
    next.user_ids.insert(status.line.connection.clone(), user.clone());
    next.customer = next.customer.or(&id);
    let items = ids.into_iter().map(Write::Alias).chain([Write::State(next)]);
    match commit(p.store(), key, items.collect()).await? {
        Committed::Yes => {
            info!(lead = %key.lead, "a status names the customer's user id");
            Ok(Attempt::Done(()))
        }
        Committed::Raced(_) => Ok(Attempt::Raced),
    }
}

/// The user id leads to another lead: where that one has no number, it is the same person. As everywhere, the lead of the
/// user id stays, and the one of the number is merged into it.
async fn join<P: Ports>(
    p: &P,
    of_number: &LeadKey,
    both: &CustomerAddress,
    found: &AliasLookup,
    status: &MessageStatus,
) -> Result<Attempt<()>, Unavailable> {
    let (Some(lead), Some(number)) = (found.by_bsuid.clone(), alias_keys(both)[1].clone()) else {
        return Ok(Attempt::Done(()));
    };
    let of_id = LeadKey { lead, ..of_number.clone() };
    let Some(state) = p.store().state(&of_id).await? else { return Ok(Attempt::Done(())) };
    // One who had a number that another has now is without one, too.
    let had_number = state.customer.phone.is_some() || state.moved_at.is_some();
    if had_number || is_erased(state.erased_at, status.at) {
        return Ok(Attempt::Done(()));
    }
    let other = Other {
        lead: of_number.lead.clone(),
        by_phone: Some((number, Writer { id: both.bsuid.clone(), parent: status.recipient_parent.clone() })),
        connection: status.line.connection.clone(),
        at: status.at,
        parent: None,
        moved: None,
    };
    match merge::join(p, &of_id, &other).await? {
        Joined::LookAgain => Ok(Attempt::Raced),
        Joined::No => Ok(Attempt::Done(())),
    }
}
