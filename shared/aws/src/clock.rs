//! Time and identifiers of the real world.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use zikaron_protocol::ports::{Clock, Ids};

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        // The table's keys have milliseconds; a time that is read back should equal the one written.
        let now = Timestamp::now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    async fn sleep(&self, duration: SignedDuration) {
        // A timer rounds up: even no time at all would take it until the next millisecond.
        if let Some(duration) = Duration::try_from(duration).ok().filter(|duration| !duration.is_zero()) {
            tokio::time::sleep(duration).await;
        }
    }
}

/// ULIDs from the machine's randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ulids;

impl Ids for Ulids {
    #[expect(clippy::disallowed_methods, reason = "this is the port")]
    fn ulid(&self) -> String {
        ulid::Ulid::generate().to_string()
    }
}
