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
    /// A message that Meta approved beforehand: all that may be sent when the customer has not written for 24 hours
    /// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/templates/overview>).
    Template {
        /// The template.
        template: Template,
        /// What the customer reads, for the model and for staff: the approved text with the parameters in it.
        text: String,
    },
}

impl Body {
    /// The text the customer reads.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text)
            | Self::Buttons { text, .. }
            | Self::NumberRequest { text }
            | Self::Template { text, .. } => text,
        }
    }
}

/// An approved template, and what is put into its body.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Template {
    /// Its name at Meta: 1 to 512 lower-case letters, digits and `_`.
    pub name: String,
    /// The language it was approved in, by Meta's code (`he`, `en_US`).
    pub language: String,
    /// In the order of the text; none where it has no placeholders.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<TemplateParameter>,
}

/// What is put in the place of one `{{…}}` of a template.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct TemplateParameter {
    /// The name between the braces; none where the placeholders are numbered (`{{1}}`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// One line of 1 to 1,024 characters.
    pub text: String,
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// What comes back when it is tapped, at most 256 characters.
    pub id: String,
    /// What stands on it, at most 20 characters.
    pub title: String,
}
