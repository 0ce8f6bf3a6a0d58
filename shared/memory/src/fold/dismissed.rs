//! What staff said no to, as the fold reads it.

use crate::field::FieldSpec;
use crate::items::{Items, offer};
use crate::profile::{Candidate, Dismissal, Source};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// Whether a candidate that was not known yet says what a person dismissed, and is no newer than that: it is not even
/// kept, lest it works in secret.
pub(crate) fn comes_too_late(spec: &FieldSpec, dismissals: &[Dismissal], candidate: &Candidate) -> bool {
    let offered = offer(spec, candidate.value.as_deref(), candidate.taken_back.as_deref());
    candidate.source != Source::Manual
        && dismissed(spec, dismissals).get(&offered).is_some_and(|until| until.covers(candidate.at))
}

/// Up to when a value was dismissed, each time somebody did.
#[derive(Default)]
pub(super) struct Dismissed(Vec<Timestamp>);

impl Dismissed {
    /// Whether evidence of that time is dismissed.
    pub(super) fn covers(&self, at: Timestamp) -> bool {
        self.0.iter().any(|until| at <= *until)
    }

    /// Whether somebody said no after the `earlier` evidence and before the `later`.
    pub(super) fn parts(&self, earlier: Timestamp, later: Timestamp) -> bool {
        self.0.iter().any(|until| earlier <= *until && *until < later)
    }
}

pub(super) fn dismissed(spec: &FieldSpec, dismissals: &[Dismissal]) -> BTreeMap<Items, Dismissed> {
    let mut dismissed: BTreeMap<Items, Dismissed> = BTreeMap::new();
    for dismissal in dismissals {
        let value = offer(spec, dismissal.value.as_deref(), dismissal.taken_back.as_deref());
        dismissed.entry(value).or_default().0.push(dismissal.at);
    }
    dismissed
}
