//! The event bus.

use crate::locked;
use std::sync::Mutex;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::{EventBus, Unavailable};

/// A bus that takes every event, or refuses all while it is told to.
#[derive(Debug, Default)]
pub struct RecordingBus {
    events: Mutex<Vec<Event>>,
    refuses: Mutex<bool>,
}

impl RecordingBus {
    /// One that refuses everything.
    #[must_use]
    pub fn refusing() -> Self {
        Self { refuses: Mutex::new(true), ..Self::default() }
    }

    /// From now on it refuses everything, or takes it again.
    pub fn refuse(&self, refuses: bool) {
        *locked(&self.refuses) = refuses;
    }

    /// What was published, in order.
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        locked(&self.events).clone()
    }
}

impl EventBus for RecordingBus {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        if *locked(&self.refuses) {
            return Err(Unavailable { what: "PutEvents", reason: "refused by the test".to_owned() });
        }
        locked(&self.events).extend_from_slice(events);
        Ok(())
    }
}

impl EventBus for &RecordingBus {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        (**self).publish(events).await
    }
}
