//! The sending side of a channel.

use crate::model::conversation::Body;
use crate::model::ids::{CustomerAddress, Line, MessageId};
use std::future::Future;
use zikaron_memory::handover::ChannelFailure;

/// Why a send did not answer with the channel's id of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Refused before processing: certainly not sent, may be sent again later (rate limits).
    #[error("refused for now (code {code})")]
    RefusedForNow {
        /// The channel's error code; 0 where nothing was asked of it.
        code: i64,
    },
    /// Refused because of the connection and not of this message: certainly not sent, and nothing is until an operator
    /// mends it (token, permission, payment, account).
    #[error("refused until the connection is mended (code {code})")]
    RefusedUntilMended {
        /// The channel's error code; 0 where nothing was asked of it.
        code: i64,
    },
    /// Refused for good: certainly not sent, and never will be.
    #[error("refused for good (code {code})")]
    RefusedForGood {
        /// The channel's error code; 0 where nothing was asked of it.
        code: i64,
    },
    /// It may have been sent: never send it again blindly (time-outs, resets, 5xx).
    #[error("may have been sent ({reason})")]
    Unknown {
        /// What happened, without content.
        reason: String,
    },
}

impl SendError {
    /// The code of a refusal on our side: nobody was asked.
    pub const NOT_REACHED: i64 = 0;
}

/// A message to be sent, once.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// The number it is sent from.
    pub line: &'a Line,
    /// The customer it is sent to.
    pub to: &'a CustomerAddress,
    /// What the customer gets.
    pub body: &'a Body,
    /// The message of the customer it is shown under; none for a message of its own.
    pub quotes: Option<&'a MessageId>,
    /// Our own id, which every status of it echoes; at most 512 characters.
    pub tag: &'a str,
}

/// Sends messages to customers.
pub trait Messenger: Send + Sync {
    /// Sends once; never repeats by itself. Answers the channel's id.
    fn send(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<MessageId, SendError>> + Send;
    /// Shows the customer that the message was read and an answer is being written. Best effort.
    fn show_typing(&self, line: &Line, message: &MessageId) -> impl Future<Output = Result<(), SendError>> + Send;
    /// What one of the channel's error codes means to staff.
    fn failure(&self, _code: i64) -> ChannelFailure {
        ChannelFailure::Other
    }
}
