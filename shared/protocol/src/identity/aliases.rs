//! Whom the names in a message mean, by whom those names led to when it was sent.

use super::merge::{self, Other, Writer};
use crate::model::alias::{AliasLookup, AliasRecord, alias_keys};
use crate::model::event::{MessageReceived, Purpose};
use crate::model::ids::{Bsuid, BusinessId, ConnectionId, CustomerAddress, LeadId, LeadKey, ParentIds};
use crate::model::lead_state::State;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::Ids;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use jiff::Timestamp;
use tracing::{info, warn};

/// Why a lead could not be looked up.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LookupError {
    /// The lead is not there for a moment: look again later.
    #[error("the lead of an alias is not there")]
    Contended,
    /// The store did not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// The names in a message, and the leads they lead to.
pub(crate) struct Names {
    customer: CustomerAddress,
    found: AliasLookup,
    /// The state of the lead they mean.
    state: Option<State>,
    /// The names the customer has from now on, and whom they mean until now.
    moved: Option<(CustomerAddress, AliasLookup)>,
    /// The ids the customer has in all linked portfolios, and those of them that no other name is.
    parents: ParentIds,
    by_parent: Vec<(CustomerAddress, AliasLookup)>,
    /// The connection that names them so.
    connection: ConnectionId,
    /// When it did.
    at: Timestamp,
    /// Whose number it was, where a newcomer has it now.
    previous_owner: Option<(LeadKey, State)>,
}

impl Names {
    pub(crate) async fn of<P: Ports>(
        p: &P,
        business: &BusinessId,
        received: &MessageReceived,
    ) -> Result<Self, Unavailable> {
        let customer = received.customer.clone();
        let at = received.message.sent_at;
        let (mut found, mut state) = p.store().find_lead(business, &customer, at).await?;
        if merge::resolve_past_owner(p.store(), business, &mut found).await? && found.by_bsuid.is_none() {
            state = None;
        }
        let moved = match &received.message.purpose {
            Purpose::Moved { to } => {
                let mut found = p.store().find(business, to, at).await?;
                merge::resolve_past_owner(p.store(), business, &mut found).await?;
                Some((to.clone(), found))
            }
            _ => None,
        };
        let connection = received.line.connection.clone();
        let parents = received.parents.clone();
        let by_parent = by_parent(p, business, received).await?;
        Ok(Self { customer, found, state, moved, parents, by_parent, connection, at, previous_owner: None })
    }

    /// Who writes with a number beside this user id: under the names they had before they moved, or those they have.
    fn writer(&self, id: Option<&Bsuid>, has_left: bool) -> Writer {
        let parent = if has_left { &self.parents.before } else { &self.parents.now };
        Writer { id: id.cloned(), parent: parent.clone() }
    }

    /// Whether the lead that was found by its phone number alone is somebody else's: numbers change hands, user ids do
    /// not. Who has the number now is new here, and must not be given the memory of who had it before.
    fn is_recycled(&self, state: &State) -> bool {
        let is_known = self.by_parent.iter().any(|(_, found)| found.by_bsuid.is_some());
        let by_phone_alone = self.moved.is_none() && self.found.by_bsuid.is_none() && !self.found.is_past && !is_known;
        // With a new number comes a new user id: what was sent before names them by the old ones.
        let is_since = state.moved_at.is_none_or(|moved| moved.as_second() < self.at.as_second());
        let writer = self.writer(self.customer.bsuid.as_ref(), false);
        by_phone_alone && is_since && merge::is_stranger(None, state, &writer, &self.connection)
    }

    /// What makes a newcomer's number lead to their own lead `key`: a write there, and one at the lead it led to.
    pub(crate) fn take_number(&mut self, key: &LeadKey) -> Option<(Write, (LeadKey, Vec<Write>))> {
        let (from, state) = self.previous_owner.take()?;
        let number = alias_keys(&self.customer)[1].clone()?;
        info!(lead = %key.lead, from = %from.lead, "the phone number has another owner now");
        let (renamed, left) = merge::taken_over(key, &from, &state, &number, self.at);
        Some((renamed, (from, vec![left])))
    }

    /// The names that lead to the customer: of one who has moved the old ones, if they lead to anybody.
    fn known(&self) -> &AliasLookup {
        let mut by_parent = self.by_parent.iter().map(|(_, found)| found).filter(|found| found.by_bsuid.is_some());
        if let Some(found) = by_parent.next().filter(|_| self.found.by_bsuid.is_none()) {
            return found;
        }
        match &self.moved {
            Some((_, found)) if self.found.lead().is_none() => found,
            _ => &self.found,
        }
    }

    /// Another lead the message names, unless it is one of `apart`, which are known to be somebody else's.
    pub(crate) fn other(&self, lead: &LeadId, received: &MessageReceived, apart: &[LeadId]) -> Option<Other> {
        let known = [(&self.customer, &self.found, self.moved.is_some())];
        let moved = self.moved.iter().map(|(to, found)| (to, found, false));
        let named = known.into_iter().chain(moved).flat_map(|(names, found, has_left)| {
            let number = alias_keys(names)[1].clone().zip(found.by_phone.clone());
            let writer = || self.writer(names.bsuid.as_ref(), has_left);
            let by_phone = number.map(|(number, lead)| (lead, Some((number, writer()))));
            [found.by_bsuid.clone().map(|lead| (lead, None)), by_phone].into_iter().flatten().collect::<Vec<_>>()
        });
        let by_parent = self.by_parent.iter().filter_map(|(_, found)| Some((found.by_bsuid.clone()?, None)));
        let mut others = by_parent.chain(named).filter(|(other, _)| other != lead && !apart.contains(other));
        others.next().map(|(lead, by_phone)| {
            let connection = received.line.connection.clone();
            let moved = self.moved.as_ref().map(|(to, _)| (self.customer.clone(), to.clone()));
            let parent = self.parents.now.clone();
            Other { lead, by_phone, connection, at: received.message.sent_at, parent, moved }
        })
    }

    /// The new names that mean nobody else.
    pub(crate) fn free(&self, lead: &LeadId) -> Option<CustomerAddress> {
        let (to, found) = self.moved.as_ref()?;
        let is_free = |of: &Option<LeadId>| of.as_ref().is_none_or(|of| of == lead);
        let free = CustomerAddress {
            bsuid: to.bsuid.clone().filter(|_| is_free(&found.by_bsuid)),
            phone: to.phone.clone().filter(|_| is_free(&found.by_phone)),
        };
        if free != *to {
            warn!(%lead, "the customer's new name belongs to another lead");
        }
        Some(free)
    }

    /// The names that are to point to the lead and do not yet, with what is known of them.
    pub(crate) fn missing(&self, lead: &LeadId) -> Vec<(CustomerAddress, &AliasLookup)> {
        let moved = self.free(lead).zip(self.moved.as_ref().map(|(_, found)| found));
        let mut known = self.customer.clone();
        if self.moved.as_ref().is_some_and(|(to, _)| to.phone.is_some()) {
            // The notice says they have left that number: it must not be made to lead here.
            known.phone = None;
        }
        let missing = |(customer, found): (CustomerAddress, _)| {
            let found: &AliasLookup = found;
            let missing = CustomerAddress {
                bsuid: customer.bsuid.filter(|_| found.by_bsuid.is_none()),
                phone: customer.phone.filter(|_| found.by_phone.is_none()),
            };
            (missing, found)
        };
        let by_parent = self.by_parent.iter().map(|(names, found)| (names.clone(), found));
        let missing = moved.into_iter().chain([(known, &self.found)]).chain(by_parent).map(missing);
        missing.filter(|(names, _)| *names != CustomerAddress::default()).collect()
    }
}

/// Whom the ids of all linked portfolios mean, but for one that stands in place of another name.
async fn by_parent<P: Ports>(
    p: &P,
    business: &BusinessId,
    received: &MessageReceived,
) -> Result<Vec<(CustomerAddress, AliasLookup)>, Unavailable> {
    let ParentIds { now, before } = received.parents.clone();
    let to = if let Purpose::Moved { to } = &received.message.purpose { to.bsuid.as_ref() } else { None };
    let is_named = |id: &Bsuid| received.customer.bsuid.as_ref() == Some(id) || to == Some(id);
    let mut found = Vec::new();
    let before = before.filter(|before| now.as_ref() != Some(before));
    for id in [now, before].into_iter().flatten().filter(|id| !is_named(id)) {
        let names = CustomerAddress { bsuid: Some(id), phone: None };
        let of_it = p.store().find(business, &names, received.message.sent_at).await?;
        found.push((names, of_it));
    }
    Ok(found)
}

/// The lead the names mean, or a new one; none where it had a name before others and is gone.
pub(crate) async fn lead<P: Ports>(
    p: &P,
    business: &BusinessId,
    names: &mut Names,
) -> Result<Option<(LeadKey, Option<State>)>, LookupError> {
    let found = names.known().clone();
    let Some(lead) = found.lead().cloned() else { return Ok(Some((new_lead(p, business)?, None))) };
    let key = LeadKey { business: business.clone(), lead };
    // Of one who is known by other names than those the message came with, or was merged into another, the state was
    // not read with them.
    let is_another = names.found.lead() != Some(&key.lead);
    let state = match names.state.take().filter(|_| !is_another) {
        None if is_another || found.is_past => p.store().state(&key).await?,
        state => state,
    };
    match state {
        Some(state) if names.is_recycled(&state) => {
            names.previous_owner = Some((key, state));
            Ok(Some((new_lead(p, business)?, None)))
        }
        Some(state) => Ok(Some((key, Some(state)))),
        None if found.is_past && found.by_bsuid.is_none() => Ok(None),
        // The name still leads to a lead that is gone: an erasure is between its commits. The delivery is repeated.
        None => Err(LookupError::Contended),
    }
}

fn new_lead<P: Ports>(p: &P, business: &BusinessId) -> Result<LeadKey, LookupError> {
    let lead = LeadId::parse(p.ids().ulid()).map_err(|_| LookupError::Contended)?;
    Ok(LeadKey { business: business.clone(), lead })
}

/// The phone numbers the customer has left: whoever gets them next is somebody else. None where one of them has come to
/// lead to another lead since the names were read: that lead is this customer too, so they have to be read again.
pub(crate) async fn given_up<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: Option<&State>,
    names: &Names,
    received: &MessageReceived,
) -> Result<Option<Vec<Write>>, Unavailable> {
    let Purpose::Moved { to: CustomerAddress { phone: Some(new), .. } } = &received.message.purpose else {
        return Ok(Some(Vec::new()));
    };
    let at = received.message.sent_at;
    let new = CustomerAddress { bsuid: None, phone: Some(new.clone()) };
    let old = [received.customer.phone.clone(), state.and_then(|state| state.customer.phone.clone())];
    let mut items: Vec<Write> = Vec::new();
    for phone in old.into_iter().flatten() {
        let old = CustomerAddress { bsuid: None, phone: Some(phone) };
        let found = p.store().find(&key.business, &old, Timestamp::MAX).await?;
        let is_own = found.by_phone.as_ref().is_none_or(|lead| *lead == key.lead) && found.given_up.is_none();
        if !is_own && old.phone == received.customer.phone {
            let mut then = p.store().find(&key.business, &old, at).await?;
            merge::resolve_past_owner(p.store(), &key.business, &mut then).await?;
            if then.by_phone.is_some_and(|lead| lead != key.lead && names.found.by_phone != Some(lead)) {
                return Ok(None);
            }
        }
        let left = is_own && alias_keys(&old) != alias_keys(&new);
        let expired = |name| Write::ExpireAlias { name, until: at };
        let items_of_it = alias_keys(&old).into_iter().flatten().map(expired);
        items.extend(items_of_it.filter(|item| left && !items.contains(item)).collect::<Vec<_>>());
    }
    Ok(Some(items))
}

/// The writes that make names lead to `lead` which lead to nobody yet; a number may have been somebody else's before.
#[must_use]
pub fn naming(found: &AliasLookup, lead: &LeadId, mut customer: CustomerAddress) -> Vec<Write> {
    let mut items = Vec::new();
    if let Some(before) = found.given_up.clone().filter(|_| customer.phone.is_some()) {
        let number = CustomerAddress { bsuid: None, phone: customer.phone.take() };
        let to = AliasRecord::after(lead.clone(), before.clone());
        let renamed = |name| Write::RepointAlias { name, from: before.lead.clone(), to: to.clone() };
        items.extend(alias_keys(&number).into_iter().flatten().map(renamed));
    }
    items.extend((customer != CustomerAddress::default()).then_some(Write::Alias(customer)));
    items
}
