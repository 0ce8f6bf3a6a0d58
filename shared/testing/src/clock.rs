//! Time.

use crate::locked;
use jiff::{SignedDuration, Timestamp};
use std::sync::Mutex;
use zikaron_protocol::ports::Clock;

/// A clock that stands still until a test moves it or, unless it is frozen, somebody sleeps. Who sleeps wakes at once.
#[derive(Debug)]
pub struct ManualClock {
    now: Mutex<Timestamp>,
    frozen: bool,
}

impl ManualClock {
    /// One that stands at a second since 1970; at 1970 for a second no timestamp can hold.
    #[must_use]
    pub fn at_second(second: i64) -> Self {
        Self { now: Mutex::new(Timestamp::from_second(second).unwrap_or_default()), frozen: false }
    }

    /// One on which sleeping takes no time either.
    #[must_use]
    pub fn frozen_at_second(second: i64) -> Self {
        Self { frozen: true, ..Self::at_second(second) }
    }

    /// Moves it to a second since 1970.
    pub fn set_second(&self, second: i64) {
        *locked(&self.now) = Timestamp::from_second(second).unwrap_or_default();
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *locked(&self.now)
    }

    async fn sleep(&self, duration: SignedDuration) {
        if self.frozen {
            return;
        }
        *locked(&self.now) += duration.max(SignedDuration::ZERO);
        // Twice: what runs beside a turn may use up one of them.
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
    }
}

/// Lets time pass by tokio's clock; none of it is nothing to wait for.
pub(crate) async fn pass(time: SignedDuration) {
    if let Ok(time) = std::time::Duration::try_from(time)
        && !time.is_zero()
    {
        tokio::time::sleep(time).await;
    }
}
