//! What travels on the bus: every event, with what it carries.

mod announcement;
mod identity;
mod incoming;
mod webhook;

pub use announcement::{
    ActionEnded, BudgetExceeded, CallMissed, HandoverRequested, LeadErased, LeadJoined, MemoryUpdated, ReplySent,
    ReplyUncertain, SessionClosed, TemplateChange, TemplateChanged,
};
pub use incoming::{DeliveryStatus, Incoming, MessageReceived, MessageStatus, Purpose};
pub use webhook::{WebhookDisabled, WebhookTest};

use super::call::{CallCompleted, CallsDue};
use super::chat_import::ImportDue;
use super::ids::{BusinessId, LeadKey};
use super::notice::Notice;
use super::ongoing_call::CallNoted;
use super::timer::TimerFired;
use super::webhook::DeliveryDue;
use serde::{Deserialize, Serialize};
use zikaron_memory::action::ActionEnd;
use zikaron_memory::handover::ChannelFailure;
use zikaron_memory::language::Language;
use zikaron_memory::session::SessionId;

/// The `Source` of every event this product publishes.
pub const SOURCE: &str = "zikaron";

/// The events that are for the business, by their `detail-type`: a webhook may ask for any of them.
pub const DOMAIN_EVENTS: [&str; 13] = [
    "action.cancelled",
    "action.done",
    "action.due",
    "action.refused",
    "budget.exceeded",
    "call.missed",
    "handover.requested",
    "lead.erased",
    "lead.joined",
    "memory.updated",
    "reply.sent",
    "reply.uncertain",
    "session.closed",
];

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
    /// A voice agent wrote something down in the course of a call.
    #[serde(rename = "call.noted")]
    CallNoted(CallNoted),
    /// Phone calls ended that are to be fetched from their provider.
    #[serde(rename = "calls.due")]
    CallsDue(CallsDue),
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
    /// Something is to be done for a customer, now, by a person of the business.
    #[serde(rename = "action.due")]
    ActionDue(ActionEnded),
    /// An action was done: its message is in the outbox, or its call was placed.
    #[serde(rename = "action.done")]
    ActionDone(ActionEnded),
    /// An action was cancelled.
    #[serde(rename = "action.cancelled")]
    ActionCancelled(ActionEnded),
    /// A rule forbids an action.
    #[serde(rename = "action.refused")]
    ActionRefused(ActionEnded),
    /// Everything about a lead was erased.
    #[serde(rename = "lead.erased")]
    LeadErased(LeadErased),
    /// Two leads turned out to be one person, and are one now.
    #[serde(rename = "lead.joined")]
    LeadJoined(LeadJoined),
    /// WhatsApp tells of a template.
    #[serde(rename = "template.changed")]
    TemplateChanged(TemplateChanged),
    /// Staff want to see whether their webhook works.
    #[serde(rename = "webhook.test")]
    WebhookTest(WebhookTest),
    /// A business's webhook is not posted to any more.
    #[serde(rename = "webhook.disabled")]
    WebhookDisabled(WebhookDisabled),
    /// Staff ask for an event to be posted to their webhook again.
    #[serde(rename = "delivery.due")]
    DeliveryDue(DeliveryDue),
    /// Staff started an import of chats, or a piece of it is done and there is more.
    #[serde(rename = "import.due")]
    ImportDue(ImportDue),
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
            Self::CallNoted(_) => "call.noted",
            Self::CallsDue(_) => "calls.due",
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
            Self::ActionDue(_) => "action.due",
            Self::ActionDone(_) => "action.done",
            Self::ActionCancelled(_) => "action.cancelled",
            Self::ActionRefused(_) => "action.refused",
            Self::LeadErased(_) => "lead.erased",
            Self::LeadJoined(_) => "lead.joined",
            Self::TemplateChanged(_) => "template.changed",
            Self::WebhookTest(_) => "webhook.test",
            Self::WebhookDisabled(_) => "webhook.disabled",
            Self::DeliveryDue(_) => "delivery.due",
            Self::ImportDue(_) => "import.due",
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
            Self::CallNoted(detail) => serde_json::to_string(detail),
            Self::CallsDue(detail) => serde_json::to_string(detail),
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
            Self::ActionDue(detail)
            | Self::ActionDone(detail)
            | Self::ActionCancelled(detail)
            | Self::ActionRefused(detail) => serde_json::to_string(detail),
            Self::LeadErased(detail) => serde_json::to_string(detail),
            Self::LeadJoined(detail) => serde_json::to_string(detail),
            Self::TemplateChanged(detail) => serde_json::to_string(detail),
            Self::WebhookTest(detail) => serde_json::to_string(detail),
            Self::WebhookDisabled(detail) => serde_json::to_string(detail),
            Self::DeliveryDue(detail) => serde_json::to_string(detail),
            Self::ImportDue(detail) => serde_json::to_string(detail),
        }
    }

    /// The business an event is about, where the event itself says so.
    #[must_use]
    pub fn business(&self) -> Option<&BusinessId> {
        match self {
            Self::MessageReceived(_)
            | Self::MessageStatus(_)
            | Self::CallCompleted(_)
            | Self::CallNoted(_)
            | Self::CallsDue(_)
            | Self::TemplateChanged(_) => None,
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
            Self::ActionDue(event)
            | Self::ActionDone(event)
            | Self::ActionCancelled(event)
            | Self::ActionRefused(event) => Some(&event.key.business),
            Self::LeadErased(event) => Some(&event.key.business),
            Self::LeadJoined(event) => Some(&event.key.business),
            Self::WebhookTest(event) => Some(&event.business),
            Self::WebhookDisabled(event) => Some(&event.business),
            Self::DeliveryDue(event) => Some(&event.business),
            Self::ImportDue(event) => Some(&event.business),
        }
    }
}

impl ActionEnded {
    /// The event of this end.
    #[must_use]
    pub fn event(self) -> Event {
        match self.how {
            ActionEnd::Done => Event::ActionDone(self),
            ActionEnd::Cancelled(_) => Event::ActionCancelled(self),
            ActionEnd::HandedToPerson(_) => Event::ActionDue(self),
            ActionEnd::Refused(_) => Event::ActionRefused(self),
        }
    }
}

impl Notice {
    /// The event that is published for it, the lead's notice of this number, with the reason in the language of the
    /// business. `meaning` explains the channel's error codes.
    pub(crate) fn event(
        &self,
        key: &LeadKey,
        number: u64,
        language: Language,
        meaning: impl Fn(i64) -> ChannelFailure,
    ) -> Event {
        match self.clone() {
            Self::Handover { cause, code } => Event::HandoverRequested(HandoverRequested::new(
                key,
                number,
                cause,
                code.map(|code| (code, meaning(code))),
                language,
            )),
            Self::MissedCall { message, at } => Event::CallMissed(CallMissed { key: key.clone(), message, at }),
            Self::Uncertain(outgoing) => Event::ReplyUncertain(ReplyUncertain { key: key.clone(), outgoing }),
        }
    }
}
