//! The clock of the machine. The functions go by it, so the bench does too.

use jiff::Timestamp;

/// Now.
#[expect(clippy::disallowed_methods, reason = "the functions go by the real clock, and so do their customers")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
