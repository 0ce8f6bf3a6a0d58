//! Identifiers.

use std::sync::atomic::{AtomicU64, Ordering};
use zikaron_protocol::ports::Ids;

/// Identifiers of 26 characters, as ULIDs are, that count from 0 and sort by the time they were made.
#[derive(Debug, Default)]
pub struct SequentialIds(AtomicU64);

impl Ids for SequentialIds {
    fn ulid(&self) -> String {
        format!("01J{:023}", self.0.fetch_add(1, Ordering::Relaxed))
    }
}
