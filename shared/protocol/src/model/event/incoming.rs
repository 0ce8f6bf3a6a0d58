//! What a channel tells us: messages of a conversation, and statuses of our own.

use crate::model::amendment::Amends;
use crate::model::conversation::Speaker;
use crate::model::ids::{Bsuid, CustomerAddress, Line, MessageId, ParentIds, Username};
use crate::model::pricing::Pricing;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::content::Attachments;

/// A message of a conversation with a customer, normalised.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MessageReceived {
    /// The connection and number it came in by.
    pub line: Line,
    /// Whose conversation it belongs to: who wrote it or, where a person of the business did, to whom.
    pub customer: CustomerAddress,
    /// Their ids in all linked portfolios: names of theirs too.
    #[serde(default, skip_serializing_if = "ParentIds::is_none")]
    pub parents: ParentIds,
    /// The name in the customer's WhatsApp profile, shown to nobody as a fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile_name: Option<String>,
    /// The customer's WhatsApp username, where they have one: shown to staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<Username>,
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
    /// Who wrote it: the customer, a person of the business, or another AI that holds the conversation (Meta's own).
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
    /// The customer wants no more marketing, or wants it again.
    Marketing {
        /// Whether they want it.
        wanted: bool,
    },
    /// Who holds the conversation from now on, where several applications share the number.
    Control {
        /// This one; else another, and what waits is its.
        ours: bool,
    },
    /// A notice of the channel's that changes nothing here.
    Notice,
}

impl Purpose {
    /// Whether the customer did it, and nobody tells of them: by the number it came to they are reached.
    #[must_use]
    pub fn is_written(&self) -> bool {
        matches!(self, Self::Ask | Self::Tell | Self::Amend(_))
    }

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
    /// To whom it went, where the channel names phone number and user id: the two are one person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient: Option<CustomerAddress>,
    /// Their id in all linked portfolios, where it is named beside these.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipient_parent: Option<Bsuid>,
    /// WhatsApp's error codes that came with it
    /// (<https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes>).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<i64>,
    /// What the message is charged as, where that is not the usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
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
