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
    /// How many of the names of the bound on an answer's length it has refused.
    pub(crate) limits: usize,
    /// The model thinks before it answers, and needs room for it.
    pub(crate) thinks: bool,
    /// Its template knows no system prompt.
    pub(crate) no_system: bool,
    /// It takes no pictures.
    pub(crate) no_pictures: bool,
    /// It takes no penalty on repetition.
    pub(crate) no_penalty: bool,
    /// It may write too slowly for the usual bound, for each purpose.
    pub(crate) slow: [bool; 2],
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

    /// Adds to what is known; another request may have learnt something else meanwhile.
    pub(crate) fn learn(&self, now: Instant, learnt: Known) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (before, at) = held.filter(|(_, at)| now.duration_since(*at) < KEPT).unwrap_or((Known::default(), now));
        *held = Some((before.and(learnt), at));
    }
}

impl Known {
    pub(crate) fn and(self, other: Self) -> Self {
        let [reply, digest] = self.formats;
        let [slow_reply, slow_digest] = self.slow;
        Self {
            formats: [reply.max(other.formats[0]), digest.max(other.formats[1])],
            limits: self.limits.max(other.limits),
            thinks: self.thinks || other.thinks,
            no_system: self.no_system || other.no_system,
            no_pictures: self.no_pictures || other.no_pictures,
            no_penalty: self.no_penalty || other.no_penalty,
            slow: [slow_reply || other.slow[0], slow_digest || other.slow[1]],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_learnt_counts_for_a_while_and_is_then_asked_again() {
        let (memory, begun) = (Memory::default(), Instant::now());
        let no_system = Known { no_system: true, ..Known::default() };
        memory.learn(begun, Known { formats: [1, 0], ..Known::default() });
        memory.learn(begun + KEPT / 2, no_system);
        memory.learn(begun + KEPT / 2, Known { slow: [false, true], ..Known::default() });
        let expected = Known { formats: [1, 0], no_system: true, slow: [false, true], ..Known::default() };
        assert_eq!(memory.recall(begun + KEPT / 2), expected);
        assert_eq!(memory.recall(begun + KEPT), Known::default());
        memory.learn(begun + KEPT, no_system);
        assert_eq!(memory.recall(begun + KEPT), no_system);
    }
}
