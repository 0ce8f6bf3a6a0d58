//! Arrivals that never stop: how many openings, messages and waiting messages the protocol bears. Nothing fails but
//! schedules that are lost; what is measured is time and work.
//!
//! The ports are lean: no commit is looked at, and the index of open sessions has its shards, as the table's has.

mod measured;
mod ports;
mod shared;
mod store;
mod traffic;

use crate::chance::Chance;
use crate::counts::Counts;
use crate::run::Report;
use crate::universe::Broken;
pub use measured::Measured;
use std::time::Duration;

/// How often the sweep runs.
const SWEEP: Duration = Duration::from_secs(300);
/// A lost schedule is found by a sweep so long after it was due: the grace of the sweep, the time to the next one, and
/// what the sweep and its hint take.
pub const FOUND_WITHIN: Duration = Duration::from_secs(8 * 60 + 15);

/// What arrives.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    /// Where chance begins.
    pub seed: u64,
    /// Sessions that open in a second, each of a customer who never wrote before.
    pub openings: f64,
    /// So many messages each …
    pub messages: u32,
    /// … so far apart.
    pub gap: Duration,
    /// For so long.
    pub lasts: Duration,
    /// How many schedules never fire, as a share of all.
    pub lost: f64,
    /// How many sessions of a shard one sweep looks at.
    pub swept_most: usize,
    /// The model answers nothing at all from and to.
    pub dead_model: Option<(Duration, Duration)>,
}

/// Plays it, and an hour of silence.
#[must_use]
pub fn load(load: Load) -> Measured {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.map(|runtime| runtime.block_on(traffic::play(load))).unwrap_or_default()
}

/// In the small, what a seed of 14 hours of silence never shows: more sessions open between two sweeps than a sweep
/// looks at, all the time, and some schedules are lost.
#[must_use]
pub fn never_ending(seed: u64) -> Report {
    let lost = Chance::new(seed, 4).one_of(&[0.01, 0.03, 0.05]).unwrap_or(0.01);
    let measured = load(Load {
        seed,
        openings: 0.5,
        messages: 2,
        // Longer than the silence after which a session is old: what is still going on fills the pages.
        gap: Duration::from_secs(400),
        lasts: Duration::from_secs(5_400),
        lost,
        swept_most: 10,
        dead_model: None,
    });
    // A round of the sweep takes three here.
    let late = measured.found_after > FOUND_WITHIN + 2 * SWEEP;
    let broken = late.then(|| Broken {
        invariant: "a lost schedule is found in time however many sessions open",
        detail: format!("found after {:?}", measured.found_after),
    });
    Report { seed, steps: 0, counts: Counts { seeds: 1, ..Counts::default() }, broken, trace: Vec::new() }
}

/// Two hundred customers of one business write once each, and its model is dead for hours. Hints, and so requests, are
/// bounded by the business and not by who waits; two sweeps after the end everybody is answered.
#[must_use]
pub fn many_waiting(seed: u64) -> Report {
    let hours = Chance::new(seed, 4).one_of(&[2, 3, 5]).unwrap_or(2);
    let dead = Duration::from_secs(3_600 * hours);
    let measured = load(Load {
        seed,
        openings: 0.2,
        messages: 1,
        gap: Duration::from_secs(1),
        lasts: Duration::from_secs(1_000),
        lost: 0.0,
        swept_most: 250,
        dead_model: Some((Duration::ZERO, dead)),
    });
    let sweeps = usize::try_from(dead.as_secs() / SWEEP.as_secs()).unwrap_or(usize::MAX);
    // Three tries of each message itself, and four hints in each shard of every sweep.
    let most = 3 * measured.messages + 4 * usize::from(store::SHARDS) * sweeps;
    let slow = measured.waited[2] > dead + 2 * SWEEP + Duration::from_secs(60);
    let broken = (measured.asked_in_vain > most || slow || measured.unanswered > 0).then(|| Broken {
        invariant: "a dead model is asked so often for a business, however many wait, and its end is soon known",
        detail: format!("asked {} times, at most {most}; waited {:?}", measured.asked_in_vain, measured.waited[2]),
    });
    let counts =
        Counts { seeds: 1, messages: measured.messages as u64, hints: measured.hints as u64, ..Counts::default() };
    Report { seed, steps: 0, counts, broken, trace: Vec::new() }
}
