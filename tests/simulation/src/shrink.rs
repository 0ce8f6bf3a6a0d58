//! The same failure in the small: fewer customers, fewer steps, fewer faults of the same seed.

use crate::plan::Limits;
use crate::run::{Report, run};

/// The smallest run found that breaks the same promise, with its trace.
#[must_use]
pub fn shrink(report: &Report) -> (Limits, Report) {
    let Some(broken) = &report.broken else { return (Limits::default(), report.clone()) };
    let breaks = |limits: &Limits| {
        run(report.seed, *limits, false).broken.is_some_and(|other| other.invariant == broken.invariant)
    };
    let mut best = Limits::default();
    for only in 0..6 {
        let tried = Limits { only: Some(only), ..best };
        if breaks(&tried) {
            best = tried;
            break;
        }
    }
    if let Some(steps) = sizes(report.steps).map(|steps| Limits { steps, ..best }).find(breaks) {
        best = steps;
    }
    let faults = usize::try_from(report.counts.faults.values().sum::<u64>()).unwrap_or(usize::MAX);
    let fewer = sizes(faults).map(|faults| Limits { faults: u64::try_from(faults).unwrap_or(u64::MAX), ..best });
    if let Some(faults) = std::iter::once(Limits { faults: 0, ..best }).chain(fewer).find(breaks) {
        best = faults;
    }
    (best, run(report.seed, best, true))
}

/// Sizes to try, each about a fifth more than the one before.
fn sizes(most: usize) -> impl Iterator<Item = usize> {
    std::iter::successors(Some(1_usize), |size| Some(size + size / 5 + 1)).take_while(move |size| *size < most)
}
