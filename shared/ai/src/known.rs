//! What an endpoint is known not to know, so that customers do not wait for it to say so again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// So long it counts: models are exchanged behind an endpoint, and routers choose another one.
const KEPT: Duration = Duration::from_secs(15 * 60);

/// What an answer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Reply = 0,
    Digest = 1,
}

/// What is known by now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    /// How many of the formats of each purpose it has refused, the strictest first.
    pub(crate) formats: [usize; 2],
    /// Its template knows no system prompt.
    pub(crate) no_system: bool,
}

/// Shared by all requests of the process. A mutex, held for a copy: several answers may be written at the same time.
#[derive(Debug, Default)]
pub(crate) struct Memory(Mutex<Option<(Known, Instant)>>);

impl Memory {
    /// Nothing where it was learnt too long ago.
    pub(crate) fn recall(&self, now: Instant) -> Known {
        let held = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        held.filter(|(_, at)| now.duration_since(*at) < KEPT).map(|(known, _)| known).unwrap_or_default()
    }

    /// Adds to what is known.
    pub(crate) fn learn(&self, now: Instant, change: impl FnOnce(&mut Known)) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut known, at) = held.filter(|(_, at)| now.duration_since(*at) < KEPT).unwrap_or((Known::default(), now));
        change(&mut known);
        *held = Some((known, at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_counts_for_a_while_and_is_then_asked_again() {
        let (memory, begun) = (Memory::default(), Instant::now());
        memory.learn(begun, |known| known.formats[0] = 1);
        memory.learn(begun + KEPT / 2, |known| known.no_system = true);
        let expected = Known { formats: [1, 0], no_system: true };
        assert_eq!(memory.recall(begun + KEPT / 2), expected);
        assert_eq!(memory.recall(begun + KEPT), Known::default());
        memory.learn(begun + KEPT, |known| known.no_system = true);
        assert_eq!(memory.recall(begun + KEPT), Known { no_system: true, ..Known::default() });
    }
}
