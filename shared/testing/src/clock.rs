//! Time: that of a test that moves it, and that which goes on by itself.

use crate::locked;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
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

/// A clock that goes on to the next moment anybody sleeps until, once nobody has anything else to do: what is waited for
/// side by side takes the time of the longest. Its clones are one clock.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<Mutex<Slept>>);

#[derive(Debug)]
struct Slept {
    now: Timestamp,
    sleepers: BTreeMap<(Timestamp, u64), Waker>,
    count: u64,
}

/// How often everybody may go on before nobody is taken to have anything to do.
const STEPS: u32 = 50;

impl VirtualClock {
    /// One that begins at a second since 1970.
    #[must_use]
    pub fn at_second(second: i64) -> Self {
        let now = Timestamp::from_second(second).unwrap_or_default();
        Self(Arc::new(Mutex::new(Slept { now, sleepers: BTreeMap::new(), count: 0 })))
    }

    /// Runs this to its end, and time with it.
    pub async fn run<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        loop {
            for _ in 0..STEPS {
                if let Poll::Ready(done) = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
                    return done;
                }
                tokio::task::yield_now().await;
            }
            let mut slept = locked(&self.0);
            let next = slept.sleepers.keys().next().map(|(next, _)| *next);
            slept.now = slept.now.max(next.unwrap_or(slept.now));
            let now = slept.now;
            let later = slept.sleepers.split_off(&(now, u64::MAX));
            let due = std::mem::replace(&mut slept.sleepers, later);
            drop(slept);
            due.into_values().for_each(Waker::wake);
        }
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        locked(&self.0).now
    }

    async fn sleep(&self, duration: SignedDuration) {
        let place = {
            let mut slept = locked(&self.0);
            slept.count += 1;
            (slept.now + duration.max(SignedDuration::ZERO), slept.count)
        };
        poll_fn(|context| {
            let mut slept = locked(&self.0);
            if slept.now >= place.0 {
                return Poll::Ready(());
            }
            slept.sleepers.insert(place, context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}
