//! Whether the model answers a lead: what the sweep knows an outage of it by, and its end.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// After so many failures in a row the deliveries of what waits are not repeated any more: the sweep looks after it.
const LEFT_TO_SWEEP: u32 = 3;

/// What came of asking the model for a lead, from a failure on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ModelOutage {
    /// It has failed, and has not answered since.
    Lasts {
        /// The last time.
        failed_at: Timestamp,
        /// How often in a row.
        times: u32,
    },
    /// It answered again.
    Over {
        /// For the first time.
        answered_at: Timestamp,
    },
}

impl ModelOutage {
    /// The model has failed once more.
    #[must_use]
    pub fn failed(before: Option<Self>, now: Timestamp) -> Self {
        let times = match before {
            Some(Self::Lasts { times, .. }) => times.saturating_add(1),
            _ => 1,
        };
        Self::Lasts { failed_at: now, times }
    }

    /// The model has answered: worth knowing once, for others may wait for it.
    #[must_use]
    pub fn answered(before: Option<Self>, now: Timestamp) -> Option<Self> {
        matches!(before, Some(Self::Lasts { .. })).then_some(Self::Over { answered_at: now })
    }

    /// Something new waits, and nothing did: it has its own tries.
    #[must_use]
    pub fn begun_anew(before: Option<Self>) -> Option<Self> {
        before.filter(|before| matches!(before, Self::Over { .. }))
    }

    /// Whether what waits is left to the sweep.
    #[must_use]
    pub fn is_left_to_sweep(self) -> bool {
        matches!(self, Self::Lasts { times, .. } if times >= LEFT_TO_SWEEP)
    }
}
