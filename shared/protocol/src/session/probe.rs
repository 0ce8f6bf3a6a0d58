//! How many leads of a business are hinted at while its model is dead. Each hint has it asked once, and an outage is when
//! most leads wait: what all of them ask every five minutes, for hours, helps neither them nor who has to mend it.
//!
//! Whether it is dead is seen by the leads that wait and by those that waited: each keeps when the model last failed it,
//! and when it answered after that. So nothing is to be asked or written for it, and what is wrongly believed lasts for a
//! sweep: a few leads are hinted at always, others each time, and the first of them that is answered shows that all can be.

use crate::model::event::Event;
use crate::model::ids::{BusinessId, LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::model_outage::ModelOutage;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// So many leads of a business whose model is dead are hinted at in each shard: some thirty in all.
const PROBES: usize = 4;
/// Sweeps are so far apart, in seconds.
const EVERY: i64 = 300;

/// A hint that is to be published.
pub(super) struct Hint {
    /// The lead, where it waits for nothing but a model that has failed it.
    pub(super) waits_for_model: Option<LeadKey>,
    pub(super) hint: Event,
}

/// What the leads a sweep has looked at tell of the model each business has.
#[derive(Debug, Default)]
pub(super) struct Models(BTreeMap<BusinessId, Fared>);

/// When it last failed one of them, and when it last answered one it had failed.
#[derive(Debug, Default)]
struct Fared {
    failed_at: Option<Timestamp>,
    answered_at: Option<Timestamp>,
}

impl Models {
    /// Takes in what this lead knows.
    pub(super) fn see(&mut self, business: &BusinessId, state: &State) {
        let Some(outage) = state.model_outage else { return };
        let fared = self.0.entry(business.clone()).or_default();
        match outage {
            ModelOutage::Lasts { failed_at, .. } => fared.failed_at = fared.failed_at.max(Some(failed_at)),
            ModelOutage::Over { answered_at } => fared.answered_at = fared.answered_at.max(Some(answered_at)),
        }
    }

    fn is_dead(&self, business: &BusinessId) -> bool {
        self.0.get(business).is_some_and(|fared| fared.answered_at < fared.failed_at)
    }

    /// Which of a shard's hints are published: of those that wait for a dead model a few, and other ones the next time.
    pub(super) fn pick(&self, hints: Vec<Hint>, now: Timestamp) -> Vec<Event> {
        let mut picked = Vec::with_capacity(hints.len());
        let mut waiting: BTreeMap<BusinessId, BTreeMap<LeadId, Event>> = BTreeMap::new();
        for Hint { waits_for_model, hint } in hints {
            match waits_for_model.filter(|key| self.is_dead(&key.business)) {
                Some(key) => drop(waiting.entry(key.business).or_default().insert(key.lead, hint)),
                None => picked.push(hint),
            }
        }
        let round = usize::try_from(now.as_second() / EVERY).unwrap_or(0);
        for hints in waiting.into_values() {
            let many = hints.len();
            let first = round.wrapping_mul(PROBES) % many.max(1);
            let is_next = |place: usize| (place + many - first) % many < PROBES;
            picked.extend(hints.into_values().enumerate().filter(|(place, _)| is_next(*place)).map(|(_, hint)| hint));
        }
        picked
    }
}
