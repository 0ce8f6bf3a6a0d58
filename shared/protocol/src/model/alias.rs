//! Names that lead to leads: user ids and phone numbers, which change hands.

use crate::model::call::CallName;
use crate::model::ids::{CustomerAddress, LeadId};
use crate::model::phone;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who had a name up to when: phone numbers are given up, and get other owners.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousOwner {
    /// The lead it led to.
    pub lead: LeadId,
    /// The last second in which it did.
    pub until: Timestamp,
}

/// The lead a name leads to, and who had the name before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AliasRecord {
    /// Its owner, or the last one where `until` is set.
    pub lead: LeadId,
    /// Set when that one gave it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Who had it before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<PreviousOwner>,
}

impl AliasRecord {
    /// A name nobody had before.
    #[must_use]
    pub fn new(lead: LeadId) -> Self {
        Self { lead, until: None, before: None }
    }

    /// A name that went from `before` to `lead`.
    #[must_use]
    pub fn after(lead: LeadId, before: PreviousOwner) -> Self {
        Self { before: Some(before), ..Self::new(lead) }
    }

    /// The lead something of this time belongs to.
    #[must_use]
    pub fn at(&self, at: Timestamp) -> Option<&LeadId> {
        let within = |until: Timestamp| at.as_second() <= until.as_second();
        match (&self.before, self.until) {
            (Some(before), _) if within(before.until) => Some(&before.lead),
            (_, Some(until)) if !within(until) => None,
            _ => Some(&self.lead),
        }
    }

    /// Who has given the name up, if it is free at this time.
    #[must_use]
    pub fn given_up(&self, at: Timestamp) -> Option<PreviousOwner> {
        let holder = PreviousOwner { lead: self.lead.clone(), until: self.until? };
        self.at(at).is_none().then_some(holder)
    }
}

/// Leads an address points to; two when its parts were first seen apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AliasLookup {
    /// The lead of the business-scoped user id.
    pub by_bsuid: Option<LeadId>,
    /// The lead of the phone number.
    pub by_phone: Option<LeadId>,
    /// Who has given that number up, where it is free.
    pub given_up: Option<PreviousOwner>,
    /// The number is another lead's by now. Where `by_phone` is not there any more, that lead was erased.
    pub is_past: bool,
}

impl AliasLookup {
    /// What the names of an address lead to, for something of this time.
    #[must_use]
    pub fn of(bsuid: Option<&AliasRecord>, phone: Option<&AliasRecord>, at: Timestamp) -> Self {
        let lead = |named: Option<&AliasRecord>| named.and_then(|named| named.at(at)).cloned();
        let by_phone = lead(phone);
        Self {
            by_bsuid: lead(bsuid),
            given_up: phone.and_then(|named| named.given_up(at)),
            is_past: phone.is_some_and(|named| by_phone.as_ref().is_some_and(|lead| *lead != named.lead)),
            by_phone,
        }
    }

    /// The lead to use: the user id is the more stable of the two names.
    #[must_use]
    pub fn lead(&self) -> Option<&LeadId> {
        self.by_bsuid.as_ref().or(self.by_phone.as_ref())
    }
}

/// The name of a call, as the store keys it.
#[must_use]
pub fn call_name(call: &CallName) -> String {
    format!("call#{call}")
}

/// The names an address gives a lead, as the store keys them: user id, then phone number in its one spelling.
#[must_use]
pub fn alias_keys(customer: &CustomerAddress) -> [Option<String>; 2] {
    [
        customer.bsuid.as_ref().map(|id| format!("bsuid#{}", id.expose())),
        customer.phone.as_ref().map(|number| format!("phone#{}", phone::canonical(number))),
    ]
}
