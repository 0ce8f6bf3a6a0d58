//! What a verdict looks at.

use super::homes::Homes;
use crate::universe::{Live, Universe};
use std::collections::BTreeMap;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::testing::in_memory_store::Lead;

/// What is looked at.
pub(super) struct Case<'a> {
    pub(super) universe: &'a Universe,
    pub(super) live: &'a Live,
    pub(super) leads: &'a BTreeMap<LeadKey, Lead>,
    /// The same with every message where it was stored first: its number is of that lead's order.
    pub(super) apart: &'a BTreeMap<LeadKey, Lead>,
    pub(super) homes: &'a Homes,
    pub(super) found: Vec<(&'static str, String)>,
}

impl Case<'_> {
    /// A promise was broken.
    pub(super) fn broken(&mut self, invariant: &'static str, detail: impl Into<String>) {
        self.found.push((invariant, detail.into()));
    }
}
