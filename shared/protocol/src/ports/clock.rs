//! Time and identifiers as ports, so that a test decides what they are.

use jiff::{SignedDuration, Timestamp};
use std::future::Future;

/// Time. Nothing in the protocol asks the system for it.
pub trait Clock: Send + Sync {
    /// The time now, UTC.
    fn now(&self) -> Timestamp;
    /// Comes back after `duration`; at once when it is not positive.
    fn sleep(&self, duration: SignedDuration) -> impl Future<Output = ()> + Send;
}

/// Fresh identifiers.
pub trait Ids: Send + Sync {
    /// A new ULID: 26 characters that sort by time of making.
    fn ulid(&self) -> String;
}
