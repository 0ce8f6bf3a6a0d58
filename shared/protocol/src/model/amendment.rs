//! How one message changes another.

use super::ids::MessageId;
use serde::{Deserialize, Serialize};

/// What changes which message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amends {
    /// The channel's id of the message that is changed.
    pub target: MessageId,
    /// What happens to it.
    pub how: Amendment,
}

/// How a message is changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Amendment {
    /// It has other words.
    Edit,
    /// It is taken back.
    Revoke,
    /// Somebody answers it with an emoji, or takes that back.
    React {
        /// The emoji; none where the reaction is taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
}
