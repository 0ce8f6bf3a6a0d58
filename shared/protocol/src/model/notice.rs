//! What the business must hear of a conversation. A notice is written in the commit that makes it true, published as an
//! event after it, and removed by a commit of its own: the event comes at least once, whatever dies in between.

use super::ids::MessageId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::handover::Cause;

/// Something the business must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A person should look at the conversation.
    Handover {
        /// Why the AI does not go on.
        cause: Cause,
        /// The channel's error code, where one was the cause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
    },
    /// The customer called and nobody answered.
    MissedCall {
        /// The message that tells of it.
        message: MessageId,
        /// When it was over, by the channel's clock.
        at: Timestamp,
    },
    /// Nobody knows whether this answer arrived.
    Uncertain(MessageId),
}
