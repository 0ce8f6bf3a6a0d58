//! A phone call before its end: who is on the line, and what the voice agent writes down.

use super::call::CallName;
use super::ids::{ConnectionId, NumberId, ShownNumber};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A call that begins or goes on: who is on the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OngoingCall {
    /// The connection the provider asks through.
    pub connection: ConnectionId,
    /// What may name the business: the agent, and the business's number.
    pub routes: Vec<NumberId>,
    /// The business's number.
    pub business_number: Option<ShownNumber>,
    /// The customer's; none where the number is withheld.
    pub customer: Option<ShownNumber>,
}

/// Something a voice agent wrote down in the course of a call, as it travels on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallNoted {
    /// Which call.
    #[serde(flatten)]
    pub name: CallName,
    /// The connection it came through.
    pub connection: ConnectionId,
    /// What may name the business: the agent, and the business's number.
    pub routes: Vec<NumberId>,
    /// The business's number, as the provider shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_number: Option<ShownNumber>,
    /// The customer's number, as the provider shows it; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<ShownNumber>,
    /// The agent's words.
    pub remark: String,
    /// When it was written down.
    pub at: Timestamp,
}
