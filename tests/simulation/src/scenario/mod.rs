//! What people do in a run: customers write in bursts and pauses, staff edit and take over, webhooks come as they do.

mod delivery;
mod step;
mod writer;

use crate::chance::Chance;
pub(crate) use delivery::Delivery;
pub(crate) use step::{Act, Step, Telling, What};
use writer::Writer;

/// What becomes of the switch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Switch {
    /// It stays as it is.
    On,
    /// It is moved to and fro.
    Toggled,
}

/// All steps of a run, in order of time.
pub(crate) fn steps(seed: u64, customers: &[usize], calm: bool, delivery: Delivery, switch: Switch) -> Vec<Step> {
    let mut steps = Vec::new();
    for &customer in customers {
        steps.append(&mut Writer::new(seed, customer, calm, delivery).steps());
    }
    if switch == Switch::Toggled {
        let mut chance = Chance::new(seed, 50);
        let end = steps.iter().map(|step| step.at).max().unwrap_or_default().as_secs();
        let moves = (0..chance.number(0, 3)).map(|n| Step {
            at: chance.seconds(0, end),
            customer: None,
            act: Act::Switch(n % 2 == 0),
        });
        let moves: Vec<_> = moves.collect();
        steps.extend(moves);
    }
    steps.sort_by_key(|step| step.at);
    steps
}
