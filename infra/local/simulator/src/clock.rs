use jiff::Timestamp;

/// The time of the outside world, which this program stands in for.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the simulator is the outside world; no rule of the product reads this")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
