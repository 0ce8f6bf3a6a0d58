//! What travels on the bus: every event, with what it carries.

mod announcement;
mod incoming;

pub use announcement::{
    BudgetExceeded, CallMissed, HandoverRequested, LeadErased, LeadJoined, MemoryUpdated, ReplySent, ReplyUncertain,
    SessionClosed,
};
pub use incoming::{DeliveryStatus, Incoming, MessageReceived, MessageStatus, Purpose};

use super::call::CallCompleted;
use super::ids::{BusinessId, LeadKey};
use super::notice::Notice;
use super::timer::TimerFired;
use serde::{Deserialize, Serialize};
use zikaron_memory::handover::ChannelFailure;
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
    /// Staff wrote a message, or the sweep found a lead whose turn nobody takes.
    #[serde(rename = "turn.due")]
    TurnDue(TurnDue),
    /// The sweep found a session whose schedule or digest was lost.
    #[serde(rename = "session.due")]
    SessionDue(TimerFired),
    /// A session was closed and digested.
    #[serde(rename = "memory.updated")]
    MemoryUpdated(MemoryUpdated),
    /// A person of the business should step in.
    #[serde(rename = "handover.requested")]
    HandoverRequested(HandoverRequested),
    /// A customer called and nobody answered.
    #[serde(rename = "call.missed")]
    CallMissed(CallMissed),
    /// An answer was sent and nobody knows whether it arrived.
    #[serde(rename = "reply.uncertain")]
    ReplyUncertain(ReplyUncertain),
    /// A session ended and was digested.
    #[serde(rename = "session.closed")]
    SessionClosed(SessionClosed),
    /// A message to a customer was accepted by the channel; only for businesses that ask for it.
    #[serde(rename = "reply.sent")]
    ReplySent(ReplySent),
    /// A business has spent its budget of a day.
    #[serde(rename = "budget.exceeded")]
    BudgetExceeded(BudgetExceeded),
    /// Everything about a lead was erased.
    #[serde(rename = "lead.erased")]
    LeadErased(LeadErased),
    /// Two leads turned out to be one person, and are one now.
    #[serde(rename = "lead.joined")]
    LeadJoined(LeadJoined),
}

/// Something may be due of a lead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnDue {
    /// The lead.
    #[serde(flatten)]
    pub key: LeadKey,
    /// The sweep says so. It says so again in five minutes, so that it is not worth repeating where it comes to
    /// nothing: during an outage every message would be tried anew some thirty times for each of these.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub swept: bool,
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
            Self::CallMissed(_) => "call.missed",
            Self::ReplyUncertain(_) => "reply.uncertain",
            Self::SessionClosed(_) => "session.closed",
            Self::ReplySent(_) => "reply.sent",
            Self::BudgetExceeded(_) => "budget.exceeded",
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
            Self::CallMissed(detail) => serde_json::to_string(detail),
            Self::ReplyUncertain(detail) => serde_json::to_string(detail),
            Self::SessionClosed(detail) => serde_json::to_string(detail),
            Self::ReplySent(detail) => serde_json::to_string(detail),
            Self::BudgetExceeded(detail) => serde_json::to_string(detail),
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
            Self::TurnDue(due) => Some(&due.key.business),
            Self::SessionDue(fire) => Some(&fire.key.business),
            Self::MemoryUpdated(event) => Some(&event.key.business),
            Self::HandoverRequested(event) => Some(&event.key.business),
            Self::CallMissed(event) => Some(&event.key.business),
            Self::ReplyUncertain(event) => Some(&event.key.business),
            Self::SessionClosed(event) => Some(&event.key.business),
            Self::ReplySent(event) => Some(&event.key.business),
            Self::BudgetExceeded(event) => Some(&event.business),
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
            Self::MissedCall { message, at } => Event::CallMissed(CallMissed { key: key.clone(), message, at }),
            Self::Uncertain(outgoing) => Event::ReplyUncertain(ReplyUncertain { key: key.clone(), outgoing }),
        }
    }
}
