//! Where a lead and its messages were before leads were joined.

use std::collections::BTreeMap;
use zikaron_protocol::model::ids::{LeadId, LeadKey};
use zikaron_protocol::testing::in_memory_store::Lead;

/// Where leads that were joined into others are found.
pub(super) struct Homes(pub(super) BTreeMap<LeadKey, LeadId>);

impl Homes {
    /// The lead a person is in the end.
    pub(super) fn of(&self, key: &LeadKey) -> LeadKey {
        let mut home = key.clone();
        while let Some(lead) = self.0.get(&home) {
            home.lead.clone_from(lead);
        }
        home
    }
}

/// The leads with every message where it was stored first.
pub(super) fn apart(leads: &BTreeMap<LeadKey, Lead>) -> BTreeMap<LeadKey, Lead> {
    let mut apart = leads.clone();
    for (key, lead) in leads {
        for message in lead.messages.values() {
            let Some(from) = &message.joined_from else { continue };
            let from = LeadKey { business: key.business.clone(), lead: from.clone() };
            if let Some(here) = apart.get_mut(key) {
                here.messages.remove(&message.key);
            }
            apart.entry(from).or_default().messages.insert(message.key.clone(), message.clone());
        }
    }
    apart
}
