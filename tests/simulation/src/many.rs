//! Many runs, side by side.

use crate::counts::Counts;
use crate::plan::Limits;
use crate::run::{Report, run};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What many runs came to.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// What happened in all of them.
    pub counts: Counts,
    /// The lowest seed found that breaks a promise.
    pub broken: Option<Report>,
}

/// Runs `seeds` seeds from `from` on, on so many threads; stops soon after a promise is broken.
#[must_use]
pub fn many(from: u64, seeds: u64, threads: usize) -> Outcome {
    let (next, stop) = (AtomicU64::new(from), AtomicBool::new(false));
    let outcome = Mutex::new(Outcome::default());
    let work = || {
        while !stop.load(Ordering::Relaxed) {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= from.saturating_add(seeds) {
                return;
            }
            let report = run(seed, Limits::default(), false);
            let mut outcome = outcome.lock().unwrap_or_else(PoisonError::into_inner);
            outcome.counts.add(&report.counts);
            if report.broken.is_some() {
                stop.store(true, Ordering::Relaxed);
                if outcome.broken.as_ref().is_none_or(|held| seed < held.seed) {
                    outcome.broken = Some(report);
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(work);
        }
    });
    outcome.into_inner().unwrap_or_else(PoisonError::into_inner)
}
