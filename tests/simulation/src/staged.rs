//! Runs made by hand: one customer, one situation.

use crate::cast::HEIR;
use crate::plan;
use crate::run::{Report, played};
use crate::scenario::{Act, Step, What};
use std::time::Duration;

/// A situation.
#[derive(Clone, Copy, Debug)]
pub enum Staged {
    /// Three customers write five messages each while the model is dead for an hour.
    DeadModel,
    /// One message, and the model is dead for so many hours.
    LongOutage(u64),
    /// A customer's number goes to somebody who never wrote before, while calls fail and processes die; the seed says
    /// which.
    Recycled,
    /// One message, its webhook delivered a hundred times at once.
    HundredDeliveries,
    /// Ten messages in three seconds.
    Burst,
    /// One of two messages is taken back in the moment in which the turn for the second reads; the seed says when.
    TakenBack,
    /// The first message of a customer and the notice that they have moved arrive side by side; the seed says how closely.
    MovedAtOnce,
}

/// Plays a situation; the seed varies the latencies.
#[must_use]
pub fn staged(situation: Staged, seed: u64) -> Report {
    let at = Duration::from_secs;
    let write = |customer, at, deliveries: usize, burst| Step {
        at,
        customer: Some(customer),
        act: Act::Write { what: What::Text, deliveries: vec![Duration::from_millis(100); deliveries], burst },
    };
    let beside = |customer, what, after_ms| Step {
        at: at(30),
        customer: Some(customer),
        act: Act::Write { what, deliveries: vec![Duration::from_millis(after_ms)], burst: None },
    };
    let plan = match situation {
        Staged::DeadModel => {
            let mut steps: Vec<_> =
                (0..15).map(|n| write(n % 3, at(60 + 150 * u64::try_from(n).unwrap_or(0)), 1, None)).collect();
            steps.sort_by_key(|step| step.at);
            plan::by_hand(seed, steps, Some((at(30), at(3_630))))
        }
        Staged::LongOutage(hours) => {
            plan::by_hand(seed, vec![write(0, at(60), 1, None)], Some((at(30), at(30 + 3_600 * hours))))
        }
        Staged::Recycled => {
            let wrote = |customer, second, deliveries: &[u64]| Step {
                at: at(second),
                customer: Some(customer),
                act: Act::Write {
                    what: What::Text,
                    deliveries: deliveries.iter().map(|ms| Duration::from_millis(*ms)).collect(),
                    burst: None,
                },
            };
            // The customer writes under both names first, then by their user id alone; the first message comes again
            // when the number is somebody else's.
            let steps = vec![
                wrote(0, 10, &[100, 7_200_000]),
                wrote(0, 30, &[100]),
                wrote(0, 60, &[100]),
                wrote(HEIR, 7_200, &[100, 101, 3_000]),
                wrote(HEIR, 7_201, &[60, 90]),
                wrote(0, 7_202, &[100]),
                wrote(0, 7_300, &[100]),
                wrote(HEIR, 7_400, &[100]),
            ];
            plan::by_hand(seed, steps, None).with_faults(0.1, 0.05)
        }
        Staged::HundredDeliveries => plan::by_hand(seed, vec![write(0, at(10), 100, None)], None),
        Staged::Burst => {
            let steps = (0..10).map(|n| write(0, at(10) + Duration::from_millis(300 * n), 1, Some(1)));
            plan::by_hand(seed, steps.collect(), None)
        }
        Staged::TakenBack => {
            let revoked = beside(0, What::Revoke, 1_300 + seed % 400);
            plan::by_hand(seed, vec![write(0, at(10), 1, None), write(0, at(30), 1, None), revoked], None)
        }
        Staged::MovedAtOnce => {
            // One who is known by the number alone.
            let moved = beside(1, What::Moved, 60 + seed % 120);
            plan::by_hand(seed, vec![write(1, at(30), 1, None), moved, write(1, at(60), 1, None)], None)
        }
    };
    played(plan, true)
}
