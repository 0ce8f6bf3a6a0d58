//! What a customer told the channel, or the business, of messages they do not ask for.

use crate::model::event::{Incoming, Purpose};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::action::opt_out::opts_out;

/// Whether a customer wants marketing messages. The order is that of time: the last word counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Marketing {
    /// When they said so, by the channel's clock.
    pub at: Timestamp,
    /// Whether they want any.
    pub wanted: bool,
}

impl Marketing {
    /// What a message says of it, as a notice of WhatsApp or in the customer's own words; none for nearly all.
    pub(crate) fn of(incoming: &Incoming) -> Option<Self> {
        let said = |wanted| Some(Self { at: incoming.sent_at, wanted });
        match incoming.purpose {
            Purpose::Marketing { wanted } => said(wanted),
            Purpose::Ask if incoming.text.as_deref().is_some_and(opts_out) => said(false),
            _ => None,
        }
    }
}
