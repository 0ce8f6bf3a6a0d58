//! The event bus: how functions and other systems hear of things.

use crate::model::event::Event;
use crate::ports::error::Unavailable;
use std::future::Future;

/// Publishes events.
pub trait EventBus: Send + Sync {
    /// Publishes all events or says that some may be missing; publishing again is harmless.
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), Unavailable>> + Send;
}
