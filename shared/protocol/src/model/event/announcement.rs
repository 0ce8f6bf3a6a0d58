//! What the business and other systems are told (docs/events.md).

use crate::model::conversation::Speaker;
use crate::model::ids::{BusinessId, ConnectionId, LeadId, LeadKey, MessageId};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zikaron_memory::action::{ActionEnd, ActionKind};
use zikaron_memory::handover::{self, Cause, ChannelFailure};
use zikaron_memory::language::Language;
use zikaron_memory::session::{Channel, SessionId};

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
    /// Of the session: the same in an event that is published twice, another one where the session was digested anew.
    #[serde(default)]
    pub version: u64,
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
    /// Counts what the business was told of this lead: the same in an event that is published twice. None in one that
    /// was made before they were counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
}

impl HandoverRequested {
    /// The event, with its reason in words. `failure` is the channel's error code, where one was the cause, and what it
    /// means.
    #[must_use]
    pub fn new(
        key: &LeadKey,
        number: u64,
        cause: Cause,
        failure: Option<(i64, ChannelFailure)>,
        language: Language,
    ) -> Self {
        let code = failure.map(|(code, _)| code);
        let reason = handover::reason(cause, failure, language);
        Self { key: key.clone(), cause, code, reason, number: Some(number) }
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
    /// Where it took place; none in an event of earlier code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
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

/// An action has come to its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ActionEnded {
    /// The lead it was for.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The action.
    pub action: SessionId,
    /// By what means it was to be done.
    pub kind: ActionKind,
    /// When it was to be done.
    pub due_at: Timestamp,
    /// How it ended.
    #[serde(flatten)]
    pub how: ActionEnd,
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

/// WhatsApp tells of a template: whether it can be sent, what it counts as, how it is received.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateChanged {
    /// The connection it was told through. A template belongs to the account at WhatsApp, and so to every business whose
    /// numbers are of that account.
    pub connection: ConnectionId,
    /// The account at WhatsApp.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<String>,
    /// The template's name.
    pub template: String,
    /// The language of it that is meant, by WhatsApp's code.
    pub language: String,
    /// What changed.
    #[serde(flatten)]
    pub change: TemplateChange,
}

/// What changed of a template.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum TemplateChange {
    /// Whether it can be sent.
    Status {
        /// WhatsApp's word in lower case (`approved`, `rejected`, `paused`, `disabled`, …).
        status: String,
        /// Whether it can be sent from now on.
        usable: bool,
        /// WhatsApp's reason, where it gives one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// What it counts as: by that it is charged, and a customer who wants no marketing does not get such a one.
    Category {
        /// The category in lower case (`utility`, `marketing`, `authentication`).
        category: String,
        /// When it is going to count as that; none where it does already.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from: Option<Timestamp>,
    },
    /// How customers receive it. One of low quality is paused before long.
    Quality {
        /// The score in lower case (`green`, `yellow`, `red`, `unknown`).
        quality: String,
    },
}
