//! One-shot schedules.

use crate::model::timer::TimerFired;
use crate::ports::error::Unavailable;
use jiff::Timestamp;
use std::future::Future;

/// One-shot schedules, named after lead, session and generation: one schedule each. Both verbs end in that schedule
/// firing at `at`, or as soon after it as the scheduler can; they differ in what they expect to find, and so in the
/// number of calls.
pub trait IdleTimer: Send + Sync {
    /// Makes the schedule; one that stands is moved.
    fn start(&self, fire: &TimerFired, at: Timestamp) -> impl Future<Output = Result<(), Unavailable>> + Send;
    /// Moves the schedule; one that is gone is made again.
    fn restart(&self, fire: &TimerFired, at: Timestamp) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// Deletes one-shot schedules.
pub trait Schedules: Send + Sync {
    /// Deletes the schedule made for this input. Answers whether there was one.
    fn cancel(&self, fire: &TimerFired) -> impl Future<Output = Result<bool, Unavailable>> + Send;
}
