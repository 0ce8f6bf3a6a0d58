//! What the channel charges a message as.

use serde::{Deserialize, Serialize};
use zikaron_memory::prices::is_part;

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
        let (category, kind) = (category.to_ascii_lowercase(), kind.to_ascii_lowercase());
        (is_part(&category) && is_part(&kind)).then_some(Self { category, kind })
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
