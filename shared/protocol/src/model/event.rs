//! What travels on the bus.

use super::call::CallCompleted;
use super::conversation::Speaker;
use super::ids::{BusinessId, CustomerAddress, LeadId, LeadKey, Line, MessageId};
use crate::model::amendment::Amends;
use crate::model::notice::Notice;
use crate::model::timer::TimerFired;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::content::Attachments;
use zikaron_memory::handover::{self, Cause, ChannelFailure};
use zikaron_memory::language::Language;
use zikaron_memory::session::SessionId;

/// The `Source` of every event this product publishes.
pub const SOURCE: &str = "zikaron";

/// An event on the bus: `detail-type` and `detail` of the EventBridge envelope.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "detail-type", content = "detail")]
#[expect(clippy::large_enum_variant, reason = "nearly every event is of the largest kind")]
pub enum Event {
    /// A message came in: a customer's, or one that a person of the business sent from the phone app.
    #[serde(rename = "message.received")]
    MessageReceived(MessageReceived),
    /// The channel says what became of a message we sent.
    #[serde(rename = "message.status")]
    MessageStatus(MessageStatus),
    /// A phone call ended.
    #[serde(rename = "call.completed")]
    CallCompleted(Box<CallCompleted>),
    /// Staff ask for the open session of a lead to be closed now.
    #[serde(rename = "session.close")]
    SessionClose(SessionClose),
    /// The sweep found a lead whose turn nobody takes.
    #[serde(rename = "turn.due")]
    TurnDue(LeadKey),
    /// The sweep found a session whose schedule or digest was lost.
    #[serde(rename = "session.due")]
    SessionDue(TimerFired),
    /// A session was closed and digested.
    #[serde(rename = "memory.updated")]
    MemoryUpdated(MemoryUpdated),
    /// A person of the business should step in.
    #[serde(rename = "handover.requested")]
    HandoverRequested(HandoverRequested),
    /// An answer was sent and nobody knows whether it arrived.
    #[serde(rename = "reply.uncertain")]
    ReplyUncertain(ReplyUncertain),
    /// A session ended and was digested.
    #[serde(rename = "session.closed")]
    SessionClosed(SessionClosed),
    /// A message to a customer was accepted by the channel; only for businesses that ask for it.
    #[serde(rename = "reply.sent")]
    ReplySent(ReplySent),
    /// Everything about a lead was erased.
    #[serde(rename = "lead.erased")]
    LeadErased(LeadErased),
    /// Two leads turned out to be one person, and are one now.
    #[serde(rename = "lead.joined")]
    LeadJoined(LeadJoined),
}

/// A message of a conversation with a customer, normalised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageReceived {
    /// The connection and number it came in by.
    pub line: Line,
    /// Whose conversation it belongs to: who wrote it or, where a person of the business did, to whom.
    pub customer: CustomerAddress,
    /// The name in the customer's WhatsApp profile, shown to nobody as a fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// The message itself.
    pub message: Incoming,
}

/// The content of an incoming message, free of any language.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incoming {
    /// The channel's id of the message.
    pub id: MessageId,
    /// When it was sent, by the channel's clock; whole seconds.
    pub sent_at: Timestamp,
    /// Who wrote it: the customer, or a person of the business.
    #[serde(default = "customer", skip_serializing_if = "is_customer")]
    pub speaker: Speaker,
    /// The channel's type: `text`, `image`, `reaction`, …
    pub kind: String,
    /// The words as they were written, or a caption; none for media without one. Of an edit: the new ones.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What came beside or instead of words.
    #[serde(default, skip_serializing_if = "Attachments::is_nothing")]
    pub enclosed: Attachments,
    /// The id of the reply button that was tapped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub button: Option<String>,
    /// The id of the message this one quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<MessageId>,
    /// What it is for.
    pub purpose: Purpose,
}

fn customer() -> Speaker {
    Speaker::Customer
}

fn is_customer(speaker: &Speaker) -> bool {
    *speaker == Speaker::Customer
}

/// What an incoming message is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It is said to the business, and may want an answer.
    Ask,
    /// It is said, and the AI does not answer it: a person of the business wrote it, or another application holds the
    /// conversation.
    Tell,
    /// It changes another message.
    Amend(Amends),
    /// The customer has another phone number or user id from now on.
    Moved {
        /// The new one; what does not change is absent.
        to: CustomerAddress,
    },
    /// A notice of the channel's that changes nothing here.
    Notice,
}

impl Purpose {
    /// Whether it is part of what is said.
    #[must_use]
    pub fn is_said(&self) -> bool {
        matches!(self, Self::Ask | Self::Tell)
    }
}

/// A status of an outgoing message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageStatus {
    /// The connection and number it came in by.
    pub line: Line,
    /// The channel's id of the outgoing message.
    pub id: MessageId,
    /// How far the message got.
    pub status: DeliveryStatus,
    /// When that was so, by the channel's clock; whole seconds.
    pub at: Timestamp,
    /// Our own tag, echoed (`biz_opaque_callback_data`); see [`crate::model::message::Tag`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// WhatsApp's error codes that came with it
    /// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<i64>,
}

/// What a status says that may settle a send. The order is the one in which a message lives through them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeliveryStatus {
    /// The channel accepted it and could not deliver it.
    Failed,
    /// Accepted by WhatsApp and on its way.
    Sent,
    /// On the customer's device. Events from before `read` ended at the webhook say so.
    #[serde(alias = "read")]
    Delivered,
}

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

/// A session is to be closed now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionClose {
    /// The lead whose session it is.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The session that was open when staff asked: one opened since stays open. None: whichever is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

impl Event {
    /// The `detail-type` of the event.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::MessageReceived(_) => "message.received",
            Self::MessageStatus(_) => "message.status",
            Self::CallCompleted(_) => "call.completed",
            Self::SessionClose(_) => "session.close",
            Self::TurnDue(_) => "turn.due",
            Self::SessionDue(_) => "session.due",
            Self::MemoryUpdated(_) => "memory.updated",
            Self::HandoverRequested(_) => "handover.requested",
            Self::ReplyUncertain(_) => "reply.uncertain",
            Self::SessionClosed(_) => "session.closed",
            Self::ReplySent(_) => "reply.sent",
            Self::LeadErased(_) => "lead.erased",
            Self::LeadJoined(_) => "lead.joined",
        }
    }

    /// The `detail` of the event, as JSON.
    ///
    /// # Errors
    /// Never for the types of this module; the signature is that of the serializer.
    pub fn detail(&self) -> serde_json::Result<String> {
        match self {
            Self::MessageReceived(detail) => serde_json::to_string(detail),
            Self::MessageStatus(detail) => serde_json::to_string(detail),
            Self::CallCompleted(detail) => serde_json::to_string(detail),
            Self::SessionClose(detail) => serde_json::to_string(detail),
            Self::TurnDue(detail) => serde_json::to_string(detail),
            Self::SessionDue(detail) => serde_json::to_string(detail),
            Self::MemoryUpdated(detail) => serde_json::to_string(detail),
            Self::HandoverRequested(detail) => serde_json::to_string(detail),
            Self::ReplyUncertain(detail) => serde_json::to_string(detail),
            Self::SessionClosed(detail) => serde_json::to_string(detail),
            Self::ReplySent(detail) => serde_json::to_string(detail),
            Self::LeadErased(detail) => serde_json::to_string(detail),
            Self::LeadJoined(detail) => serde_json::to_string(detail),
        }
    }

    /// The business an event is about, where the event itself says so.
    #[must_use]
    pub fn business(&self) -> Option<&BusinessId> {
        match self {
            Self::MessageReceived(_) | Self::MessageStatus(_) | Self::CallCompleted(_) => None,
            Self::SessionClose(close) => Some(&close.key.business),
            Self::TurnDue(key) => Some(&key.business),
            Self::SessionDue(fire) => Some(&fire.key.business),
            Self::MemoryUpdated(event) => Some(&event.key.business),
            Self::HandoverRequested(event) => Some(&event.key.business),
            Self::ReplyUncertain(event) => Some(&event.key.business),
            Self::SessionClosed(event) => Some(&event.key.business),
            Self::ReplySent(event) => Some(&event.key.business),
            Self::LeadErased(event) => Some(&event.key.business),
            Self::LeadJoined(event) => Some(&event.key.business),
        }
    }
}

impl Notice {
    /// The event that is published for it, with the reason in the language of the business. `meaning` explains the
    /// channel's error codes.
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
