//! A small cache with a time limit: settings, routes and secrets change rarely and are needed by every message.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// More entries than this are not kept: whatever asks for that many different ones is not a customer.
const MAX_ENTRIES: usize = 1_000;

/// This is a `std::sync::Mutex` and not Tokio's: no lock is held across an await, and what is looked up a second time
/// because two requests missed it at once does no harm.
pub(crate) struct Cache<K, V> {
    entries: Mutex<HashMap<K, (Instant, V)>>,
    keep: Duration,
}

impl<K: Eq + Hash, V: Clone> Cache<K, V> {
    pub(crate) fn new(keep: Duration) -> Self {
        Self { entries: Mutex::new(HashMap::new()), keep }
    }

    pub(crate) fn get(&self, key: &K) -> Option<V> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.get(key).filter(|(at, _)| at.elapsed() < self.keep).map(|(_, value)| value.clone())
    }

    pub(crate) fn put(&self, key: K, value: V) {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if entries.len() >= MAX_ENTRIES {
            entries.clear();
        }
        entries.insert(key, (Instant::now(), value));
    }
}
