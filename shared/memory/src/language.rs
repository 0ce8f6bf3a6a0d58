//! The languages a business can choose: what the product itself says, in each.

use serde::{Deserialize, Serialize};

/// The language of a business: of the memory block, the summaries and the product's own sentences. The AI answers
/// in the customer's language whatever stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Language {
    /// Hebrew, the default.
    #[default]
    #[serde(rename = "he")]
    Hebrew,
    /// English.
    #[serde(rename = "en")]
    English,
}
