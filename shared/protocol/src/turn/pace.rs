//! Pace: whether the model is asked at once, beside the wait for quiet, or after it (docs/rules.md#j3). An answer asked
//! for early goes out only if the customer was quiet until then and nothing came meanwhile; the claim sees to that. So
//! a wrong guess costs an answer of the model that nobody gets, and never a wrong answer.

use super::context::Turn;
use crate::model::lead_state::State;
use jiff::SignedDuration;

/// From here on a customer is taken for one who writes in bursts, and the model is asked once they are quiet.
const HABIT: u8 = 4;
/// As far as it is counted.
const MOST: u8 = 6;
/// What an answer to several messages adds; one to a single message takes one away.
const BURST: u8 = 2;
/// So many answers are asked for in vain before one answer.
const MAX_VOID: u32 = 2;

/// What one answer has come to so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pace {
    /// How many answers that were asked for early came to nothing.
    void: u32,
    /// It is waited for quiet before the model is asked again.
    waits: bool,
    /// How often newer messages made a turn start over that had waited for quiet.
    pub(super) superseded: u32,
}

impl Pace {
    /// Whether the model may be asked before the customer has been quiet.
    pub(super) fn may_ask_early(&self, turn: &Turn) -> bool {
        turn.settings.ask_early && turn.state.bursts < HABIT && self.void < MAX_VOID
    }

    /// Whether it is asked as soon as the messages are read.
    pub(super) fn begins_early(&self, turn: &Turn) -> bool {
        !turn.is_unfinished && !self.waits && self.may_ask_early(turn)
    }

    /// How long the customer must be quiet: who writes one whole message at a time, an eighth less than the others.
    pub(super) fn quiet(&self, turn: &Turn) -> SignedDuration {
        let quiet = SignedDuration::from_millis(turn.settings.quiet_ms.into());
        if turn.state.bursts == 0 && self.void == 0 && self.begins_early(turn) { quiet - quiet / 8 } else { quiet }
    }

    /// Newer messages came. `is_early`: the answer had been asked for before the customer was quiet; `is_slow`: and
    /// the model took longer than they had to be quiet. Then it is asked again at once: to wait first would double
    /// what they wait. Otherwise they are in the middle of a burst.
    pub(super) fn start_over(&mut self, is_early: bool, is_slow: bool) {
        if is_early {
            self.void += 1;
        } else {
            self.superseded += 1;
        }
        self.waits = !is_slow;
    }
}

/// Counts an answer to so many messages towards the customer's habit.
pub(super) fn count(state: &mut State, answered: usize) {
    state.bursts = if answered > 1 { (state.bursts + BURST).min(MOST) } else { state.bursts.saturating_sub(1) };
}
