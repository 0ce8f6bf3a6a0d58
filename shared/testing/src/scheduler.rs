//! One-shot schedules.

use crate::locked;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Mutex;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{IdleTimer, Schedules, Unavailable};

/// Keeps when the schedule of a session is to fire; none of them ever does.
#[derive(Debug, Default)]
pub struct RecordingScheduler(Mutex<BTreeMap<String, Timestamp>>);

impl RecordingScheduler {
    /// The schedules that stand: by session, when they are to fire.
    #[must_use]
    pub fn schedules(&self) -> BTreeMap<String, Timestamp> {
        locked(&self.0).clone()
    }
}

impl IdleTimer for RecordingScheduler {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        locked(&self.0).insert(fire.session.to_string(), at);
        Ok(())
    }

    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.start(fire, at).await
    }
}

impl Schedules for RecordingScheduler {
    async fn cancel(&self, fire: &TimerFired) -> Result<bool, Unavailable> {
        Ok(locked(&self.0).remove(fire.session.as_str()).is_some())
    }
}
