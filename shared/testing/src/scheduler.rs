//! One-shot schedules.

use crate::clock::VirtualClock;
use crate::locked;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use std::sync::Mutex;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{Clock, IdleTimer, Schedules, Unavailable};

/// Keeps when the schedule of a session is to fire; none of them ever does.
#[derive(Debug, Default)]
pub struct RecordingScheduler {
    standing: Mutex<BTreeMap<String, Timestamp>>,
    slow: Mutex<Option<(VirtualClock, SignedDuration)>>,
}

impl RecordingScheduler {
    /// The schedules that stand: by session, when they are to fire.
    #[must_use]
    pub fn schedules(&self) -> BTreeMap<String, Timestamp> {
        locked(&self.standing).clone()
    }

    /// From now on to set one takes as long as this, by that clock.
    pub fn take(&self, clock: &VirtualClock, time: SignedDuration) {
        *locked(&self.slow) = Some((clock.clone(), time));
    }
}

impl IdleTimer for RecordingScheduler {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        let slow = locked(&self.slow).clone();
        if let Some((clock, time)) = slow {
            clock.sleep(time).await;
        }
        locked(&self.standing).insert(fire.session.to_string(), at);
        Ok(())
    }

    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.start(fire, at).await
    }
}

impl Schedules for RecordingScheduler {
    async fn cancel(&self, fire: &TimerFired) -> Result<bool, Unavailable> {
        Ok(locked(&self.standing).remove(fire.session.as_str()).is_some())
    }
}
