//! The languages a business can choose, and in each everything that the product itself says.

mod english;
mod hebrew;
mod words;

use english::ENGLISH;
use hebrew::HEBREW;
pub(crate) use words::{ContentWords, HandoverWords, Words};

use serde::{Deserialize, Serialize};

/// The language of a business: of the memory block, the summaries and the product's own sentences. The AI answers
/// in the customer's language whatever stands here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Language {
    /// Hebrew, the default.
    #[default]
    #[serde(rename = "he")]
    Hebrew,
    /// English.
    #[serde(rename = "en")]
    English,
}

impl Language {
    /// Every language, the default first.
    pub const ALL: [Self; 2] = [Self::Hebrew, Self::English];

    /// The code used in settings: `he` or `en`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hebrew => "he",
            Self::English => "en",
        }
    }

    /// Its name in English, as a model is told it.
    #[must_use]
    pub fn english_name(self) -> &'static str {
        self.words().english_name
    }

    /// What the parts of a summary are called, in their order: topic, what was discussed, outcome, next step.
    #[must_use]
    pub fn summary_outline(self) -> [&'static str; 4] {
        self.words().summary_outline
    }

    pub(crate) fn words(self) -> &'static Words {
        match self {
            Self::Hebrew => &HEBREW,
            Self::English => &ENGLISH,
        }
    }
}
