//! What is said, by whom, and in what form it goes out.

use jiff::Timestamp;

/// Who said something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The AI.
    Assistant,
    /// A person of the business.
    Staff,
}

/// One message of a conversation, as the model is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// Who said it.
    pub speaker: Speaker,
    /// The words; for media a short description in square brackets.
    pub text: String,
    /// When it was said.
    pub at: Timestamp,
}

/// What the customer gets.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Plain text, at most 4096 characters
    /// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/text-messages>).
    Text(String),
    /// Text, at most 1024 characters, with reply buttons
    /// (<https://developers.facebook.com/docs/whatsapp/cloud-api/messages/interactive-reply-buttons-messages>).
    Buttons {
        /// What stands above the buttons.
        text: String,
        /// At most three.
        buttons: Vec<Button>,
    },
    /// Text, at most 1024 characters, with WhatsApp's own button by which the customer shares their number
    /// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/business-scoped-user-ids>).
    NumberRequest {
        /// What stands above the button.
        text: String,
    },
}

impl Body {
    /// The text the customer reads.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Buttons { text, .. } | Self::NumberRequest { text } => text,
        }
    }
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// What comes back when it is tapped, at most 256 characters.
    pub id: String,
    /// What stands on it, at most 20 characters.
    pub title: String,
}
