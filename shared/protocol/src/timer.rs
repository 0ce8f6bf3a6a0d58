//! Sets the one-shot schedules of sessions.

use crate::model::timer::TimerFired;
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::ports::scheduler::IdleTimer;
use jiff::Timestamp;
use tracing::warn;

/// A schedule to be set, for `at` or the earliest time the scheduler takes.
pub(crate) struct ScheduledTimer {
    pub(crate) fire: TimerFired,
    pub(crate) at: Timestamp,
    /// Whether this is the first time its name is used.
    pub(crate) first: bool,
}

/// Sets a schedule. It never delays or fails what it is set for: a lost one is found by the sweep.
pub(crate) async fn set<P: Ports>(p: &P, arm: Option<ScheduledTimer>) {
    let Some(ScheduledTimer { fire, at, first }) = arm else { return };
    let at = at.max(p.clock().now() + p.config().timer_lead);
    let set = if first { p.timer().start(&fire, at).await } else { p.timer().restart(&fire, at).await };
    if let Err(error) = set {
        warn!(lead = %fire.key.lead, session = %fire.session, %error, "the idle timer could not be set");
    }
}
