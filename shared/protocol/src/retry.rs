//! A short wait after somebody else wrote first.

use crate::ports::{Clock, Ports};
use jiff::SignedDuration;

/// Somebody else wrote first: a short wait keeps a crowd of writers from meeting again.
pub(crate) async fn back_off<P: Ports>(p: &P, attempt: u32) {
    p.clock().sleep(SignedDuration::from_millis(5 * i64::from(attempt.min(10)))).await;
}
