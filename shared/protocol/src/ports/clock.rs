//! Time and identifiers, so that a test can own them.

use jiff::{SignedDuration, Timestamp};
use std::future::Future;

/// Time, so that a test can own it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Comes back after `duration`; at once when it is not positive.
    fn sleep(&self, duration: SignedDuration) -> impl Future<Output = ()> + Send;
}

/// Fresh identifiers, so that a test can own them.
pub trait Ids: Send + Sync {
    /// A new ULID: 26 characters that sort by time of making.
    fn ulid(&self) -> String;
}
