//! What a customer told the channel of marketing messages.

use crate::model::event::{Incoming, Purpose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Whether a customer wants marketing messages. The order is that of time: the last word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marketing {
    /// When they said so, by the channel's clock.
    pub at: Timestamp,
    /// Whether they want any.
    pub wanted: bool,
}

impl Marketing {
    /// What a message says of it; none for nearly all.
    pub(crate) fn of(incoming: &Incoming) -> Option<Self> {
        match incoming.purpose {
            Purpose::Marketing { wanted } => Some(Self { at: incoming.sent_at, wanted }),
            _ => None,
        }
    }
}
