//! What the business is told of a conversation. A notice is written in the commit that makes it true, published after
//! it and then struck out: told at least once, whatever dies in between.

use crate::event::{Event, HandoverRequested, ReplyUncertain};
use crate::ids::{LeadKey, MessageId};
use serde::{Deserialize, Serialize};

/// Something the business must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A person should look at the conversation: why, for staff to read.
    Handover(String),
    /// Nobody knows whether this answer arrived.
    Uncertain(MessageId),
}

impl Notice {
    /// The event that tells it.
    pub(crate) fn event(&self, key: &LeadKey) -> Event {
        let key = key.clone();
        match self.clone() {
            Self::Handover(reason) => Event::HandoverRequested(HandoverRequested { key, reason }),
            Self::Uncertain(outgoing) => Event::ReplyUncertain(ReplyUncertain { key, outgoing }),
        }
    }
}
