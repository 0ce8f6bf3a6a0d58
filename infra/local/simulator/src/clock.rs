//! The clock of the outside world, which this program stands in for.

use jiff::Timestamp;

/// Now.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the simulator is the outside world; no rule of the product reads this")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
