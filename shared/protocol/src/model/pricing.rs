//! What the channel charges a message as.

use serde::{Deserialize, Serialize};

/// The longest name of a category or a type, in characters.
const MAX_CHARS: usize = 40;

/// What WhatsApp charges a message as; who answers a customer within their 24 hours sends regular service messages
/// (<https://developers.facebook.com/documentation/business-messaging/whatsapp/pricing>).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pricing {
    /// `service`, `utility`, `marketing`, …
    pub category: String,
    /// `regular`, `free_customer_service`, `free_entry_point`.
    #[serde(rename = "type")]
    pub kind: String,
}

impl Pricing {
    /// Takes what the channel says; none where that is no name: it becomes one of a figure.
    #[must_use]
    pub fn parse(category: &str, kind: &str) -> Option<Self> {
        let is_name = |text: &str| {
            let of_name = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
            !text.is_empty() && text.chars().count() <= MAX_CHARS && text.chars().all(of_name)
        };
        let (category, kind) = (category.to_ascii_lowercase(), kind.to_ascii_lowercase());
        (is_name(&category) && is_name(&kind)).then_some(Self { category, kind })
    }

    /// Whether it is what an answer is charged as where nothing else is said, and nothing is written for it.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// The name of the figure that counts such messages.
    #[must_use]
    pub fn figure(&self) -> String {
        format!("whatsapp.{}.{}", self.category, self.kind)
    }
}

impl Default for Pricing {
    fn default() -> Self {
        Self { category: "service".to_owned(), kind: "regular".to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_none() {
        assert_eq!(Pricing::parse("SERVICE", "regular"), Some(Pricing::default()));
        assert_eq!(
            Pricing::parse("authentication_international", "free_entry_point").unwrap().figure(),
            "whatsapp.authentication_international.free_entry_point"
        );
        for (category, kind) in
            [("", "regular"), ("service", ""), ("a.b", "regular"), ("שירות", "regular"), (&"x".repeat(41), "x")]
        {
            assert_eq!(Pricing::parse(category, kind), None, "{category} {kind}");
        }
    }
}
