//! Chance: every random choice of a run comes from its seed.

use std::time::Duration;

/// A seeded source of choices.
#[derive(Clone, Debug)]
pub(crate) struct Chance(fastrand::Rng);

impl Chance {
    /// The source of one part of a run: parts draw apart, so that fewer draws in one change nothing in another.
    pub(crate) fn new(seed: u64, part: u64) -> Self {
        Self(fastrand::Rng::with_seed(
            seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ part.wrapping_mul(0xD1B5_4A32_D192_ED03),
        ))
    }

    /// Whether something of probability `p` happens.
    pub(crate) fn is(&mut self, p: f64) -> bool {
        p > 0.0 && self.0.f64() < p
    }

    /// A number from `low` to `high`, both included.
    pub(crate) fn number(&mut self, low: u64, high: u64) -> u64 {
        self.0.u64(low..=high)
    }

    /// A time from `low` to `high` milliseconds.
    pub(crate) fn millis(&mut self, low: u64, high: u64) -> Duration {
        Duration::from_millis(self.number(low, high))
    }

    /// A time from `low` to `high` seconds, in milliseconds.
    pub(crate) fn seconds(&mut self, low: u64, high: u64) -> Duration {
        self.millis(low * 1_000, high * 1_000)
    }

    /// One of several; the first where there is none.
    pub(crate) fn one_of<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        if of.is_empty() { None } else { of.get(self.0.usize(0..of.len())).copied() }
    }

    /// Nothing half of the time, else one of these rates.
    pub(crate) fn rate(&mut self, of: &[f64]) -> f64 {
        if self.is(0.5) { 0.0 } else { self.one_of(of).unwrap_or(0.0) }
    }
}
