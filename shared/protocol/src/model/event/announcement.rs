//! What the business and other systems are told (docs/events.md).

use crate::model::conversation::Speaker;
use crate::model::ids::{BusinessId, LeadId, LeadKey, MessageId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zikaron_memory::handover::{self, Cause, ChannelFailure};
use zikaron_memory::language::Language;
use zikaron_memory::session::SessionId;

/// A session was digested and the memory changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MemoryUpdated {
    /// The lead whose memory it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The session that was digested.
    pub session: SessionId,
    /// Names of the fields that changed.
    pub fields: Vec<String>,
}

/// A person of the business should look at a conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HandoverRequested {
    /// The lead whose conversation it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// Why, for a program.
    pub cause: Cause,
    /// The channel's error code, where one was the cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
    /// Why, for staff to read, in the business's language.
    pub reason: String,
}

impl HandoverRequested {
    /// The event, with its reason in words. `failure` is the channel's error code, where one was the cause, and what it
    /// means.
    #[must_use]
    pub fn new(key: &LeadKey, cause: Cause, failure: Option<(i64, ChannelFailure)>, language: Language) -> Self {
        let code = failure.map(|(code, _)| code);
        Self { key: key.clone(), cause, code, reason: handover::reason(cause, failure, language) }
    }
}

/// A customer called and nobody answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallMissed {
    /// The lead who called.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The message that tells of it.
    pub message: MessageId,
    /// When the call was over, by the channel's clock.
    pub at: Timestamp,
}

/// An answer whose sending nobody confirmed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplyUncertain {
    /// The lead whose conversation it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// Our id of the outgoing message.
    pub outgoing: MessageId,
}

/// A session ended and was digested; published together with [`MemoryUpdated`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionClosed {
    /// The lead whose session it was.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The session.
    pub session: SessionId,
    /// When it was opened, by our clock.
    pub opened_at: Timestamp,
    /// When its last message was sent.
    pub ended_at: Timestamp,
}

/// A message to a customer was accepted by the channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReplySent {
    /// The lead whose conversation it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// Our id of the outgoing message.
    pub outgoing: MessageId,
    /// Who wrote it.
    pub by: Speaker,
}

/// A business has spent its budget of a day: until the next one its conversations go to people.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BudgetExceeded {
    /// The business.
    pub business: BusinessId,
    /// The day, by its time zone.
    pub day: Date,
    /// How many messages the AI had sent.
    pub messages: u64,
    /// How many tokens the model had used.
    pub tokens: u64,
}

/// Everything about a lead was erased.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadErased {
    /// The lead; the id names nobody any more.
    #[serde(flatten)]
    pub key: LeadKey,
    /// When its state and names went, by our clock.
    pub erased_at: Timestamp,
}

/// Two leads turned out to be one person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LeadJoined {
    /// The lead that holds what both knew.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The one that is no more: its id leads to the other.
    pub joined: LeadId,
}
