//! What the business is told of a conversation. A notice is written in the commit that makes it true, published after
//! it and then struck out: told at least once, whatever dies in between.

use crate::event::{Event, HandoverRequested, ReplyUncertain};
use crate::ids::{LeadKey, MessageId};
use serde::{Deserialize, Serialize};
use zikaron_memory::handover::{Cause, ChannelFailure};
use zikaron_memory::language::Language;

/// Something the business must know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Notice {
    /// A person should look at the conversation.
    Handover {
        /// Why.
        cause: Cause,
        /// The channel's error code, where one was the cause.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<i64>,
    },
    /// Nobody knows whether this answer arrived.
    Uncertain(MessageId),
}

impl Notice {
    /// The event that tells it, in the language of the business. `meaning` is what the channel says of its error codes.
    pub(crate) fn event(&self, key: &LeadKey, language: Language, meaning: impl Fn(i64) -> ChannelFailure) -> Event {
        match self.clone() {
            Self::Handover { cause, code } => Event::HandoverRequested(HandoverRequested::new(
                key,
                cause,
                code.map(|code| (code, meaning(code))),
                language,
            )),
            Self::Uncertain(outgoing) => Event::ReplyUncertain(ReplyUncertain { key: key.clone(), outgoing }),
        }
    }
}
