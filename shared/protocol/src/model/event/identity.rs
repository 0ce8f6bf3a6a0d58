//! What makes two events the same one, published twice (docs/events.md).

use super::Event;
use crate::model::ids::BusinessId;
use crate::model::webhook::DeliveryId;

impl Event {
    /// The id of its delivery to the webhook of this business. `fallback` tells an event that cannot be told by itself from
    /// others, such as the bus's own id.
    #[must_use]
    pub fn delivery_id(&self, business: &BusinessId, fallback: &str) -> DeliveryId {
        DeliveryId::of(business, self.name(), self.identity().as_deref().unwrap_or(fallback))
    }

    /// What is the same in two events of one kind and business only where one thing was published twice. None of what is
    /// not for the business, and of an event that was made before it could be told.
    #[must_use]
    pub fn identity(&self) -> Option<String> {
        match self {
            Self::MemoryUpdated(event) => Some(format!("{}#{}", event.session, event.version)),
            Self::SessionClosed(event) => Some(event.session.to_string()),
            Self::HandoverRequested(event) => Some(format!("{}#{}", event.key.lead, event.number?)),
            Self::CallMissed(event) => Some(event.message.to_string()),
            Self::ReplyUncertain(event) => Some(event.outgoing.to_string()),
            Self::ReplySent(event) => Some(event.outgoing.to_string()),
            Self::BudgetExceeded(event) => Some(event.day.to_string()),
            Self::LeadErased(event) => Some(event.key.lead.to_string()),
            Self::LeadJoined(event) => Some(event.joined.to_string()),
            Self::ActionDue(event)
            | Self::ActionDone(event)
            | Self::ActionCancelled(event)
            | Self::ActionRefused(event) => Some(event.action.to_string()),
            Self::WebhookTest(event) => Some(event.test.clone()),
            Self::MessageReceived(_)
            | Self::MessageStatus(_)
            | Self::CallCompleted(_)
            | Self::CallNoted(_)
            | Self::CallsDue(_)
            | Self::SessionClose(_)
            | Self::TurnDue(_)
            | Self::SessionDue(_)
            | Self::TemplateChanged(_)
            | Self::WebhookDisabled(_)
            | Self::DeliveryDue(_)
            | Self::ImportDue(_) => None,
        }
    }
}
