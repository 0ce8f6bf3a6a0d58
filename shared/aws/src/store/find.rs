//! Whom a customer's names lead to, and that lead's state, in one round trip where this instance has met them before.
//!
//! Names are always read; what is remembered of them only says which state to read along. Where the names lead
//! elsewhere by now, that state is dropped and the right one read: nothing is ever decided on what is remembered.
//! Both reads are consistent, in either order: what is written on such a state holds only if it still stands.

use super::key::{self, Row};
use super::{DynamoStore, item};
use jiff::Timestamp;
use std::time::Duration;
use zikaron_protocol::model::alias::{AliasLookup, AliasRecord, alias_keys};
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadId, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::write::Write;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::Store;

const WHAT: &str = "BatchGetItem";

/// As long as a conversation goes on without a pause.
pub(super) const GUESSED: Duration = Duration::from_secs(15 * 60);

impl DynamoStore {
    pub(super) async fn find_with_state(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
    ) -> Result<(AliasLookup, Option<State>), Unavailable> {
        let aliases = aliases(business, customer);
        let guess = aliases.iter().flatten().find_map(|pk| self.leads.get(pk));
        let key = |lead: &LeadId| LeadKey { business: business.clone(), lead: lead.clone() };
        let (found, along) = self.look_up(business, customer, at, guess.as_ref().map(key).as_ref()).await?;
        let Some(lead) = found.lead() else { return Ok((found, None)) };
        self.remember(&key(lead), customer);
        let state = match along {
            Some(row) if guess.as_ref() == Some(lead) => Some(item::read(WHAT, row)?),
            // Not read along, or not there; the second is rare.
            _ => self.state(&key(lead)).await?,
        };
        Ok((found, state))
    }

    /// Whose state to read along with these names.
    pub(super) fn remember(&self, key: &LeadKey, customer: &CustomerAddress) {
        for alias in aliases(&key.business, customer).into_iter().flatten() {
            self.leads.put(alias, key.lead.clone());
        }
    }

    /// Whom the names lead to, and the state of `along` as far as there is one.
    pub(super) async fn look_up(
        &self,
        business: &BusinessId,
        customer: &CustomerAddress,
        at: Timestamp,
        along: Option<&LeadKey>,
    ) -> Result<(AliasLookup, Option<Row>), Unavailable> {
        let aliases = aliases(business, customer);
        let mut keys: Vec<_> = aliases.iter().flatten().map(|pk| key::row(pk.clone(), "ALIAS".to_owned())).collect();
        keys.extend(along.map(|lead| key::row(key::lead(lead), "STATE".to_owned())));
        let (mut found, mut state) = ([None, None], None);
        for row in self.batch(keys).await? {
            let pk = row.get("pk").and_then(|pk| pk.as_s().ok());
            match aliases.iter().position(|alias| alias.as_ref() == pk) {
                Some(place) => {
                    let alias: item::Alias = item::read(WHAT, row)?;
                    if let Some(found) = found.get_mut(place) {
                        *found = Some(alias.named);
                    }
                }
                None => state = Some(row),
            }
        }
        let [bsuid, phone]: [Option<AliasRecord>; 2] = found;
        Ok((AliasLookup::of(bsuid.as_ref(), phone.as_ref(), at), state))
    }
}

/// The addresses that are to point to a lead.
pub(super) fn named(items: &[Write]) -> Vec<CustomerAddress> {
    let address = |item: &Write| if let Write::Alias(customer) = item { Some(customer.clone()) } else { None };
    items.iter().filter_map(address).collect()
}

/// The keys of a customer's names: user id, then phone number.
fn aliases(business: &BusinessId, customer: &CustomerAddress) -> [Option<String>; 2] {
    alias_keys(customer).map(|name| name.map(|name| key::alias(business, &name)))
}
