//! What is said, by whom, and in what form it goes out.

/// Who said something, as the model is told.
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
    /// Who.
    pub speaker: Speaker,
    /// What; for media a short description.
    pub text: String,
}

/// What the customer gets.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Plain text, at most 4096 characters.
    Text(String),
    /// Text, at most 1024 characters, with reply buttons.
    Buttons {
        /// What stands above the buttons.
        text: String,
        /// At most three.
        buttons: Vec<Button>,
    },
}

impl Body {
    /// The text the customer reads.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Buttons { text, .. } => text,
        }
    }
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// What comes back when it is tapped.
    pub id: String,
    /// What stands on it, at most 20 characters.
    pub title: String,
}
