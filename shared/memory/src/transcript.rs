//! What was heard in a voice note. A machine wrote it down: the customer's words, as far as it understood them.

use crate::text;
use serde::{Deserialize, Serialize};

/// The longest transcript, in characters: a quarter of an hour of fast speech.
const MAX_CHARS: usize = 16_000;

/// What became of hearing a sound.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transcript {
    /// It was heard.
    Heard {
        /// The words; never empty.
        text: String,
        /// How long the sound is, in seconds, rounded up.
        seconds: u32,
    },
    /// It was not.
    Failed {
        /// Why.
        why: NotHeard,
    },
}

/// Why nothing was heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NotHeard {
    /// The channel does not have it any more.
    Gone,
    /// It is longer than a customer may talk in a day, or larger than any voice note.
    TooLong,
    /// The customer has talked as long as is heard in a day.
    OverLimit,
    /// Nothing could be made out: silence, noise, a broken file.
    NotUnderstood,
    /// It did not work just now.
    Unavailable,
}

impl NotHeard {
    /// Whether another try would find the same.
    #[must_use]
    pub fn is_for_good(self) -> bool {
        self != Self::Unavailable
    }
}

impl Transcript {
    /// What a sound of this many seconds was heard to say, bounded; nothing is not understood.
    #[must_use]
    pub fn heard(raw: &str, seconds: u32) -> Self {
        match text::cut(raw.trim(), MAX_CHARS) {
            "" => Self::Failed { why: NotHeard::NotUnderstood },
            text => Self::Heard { text: text.to_owned(), seconds },
        }
    }

    /// The words, where there are any.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        if let Self::Heard { text, .. } = self { Some(text) } else { None }
    }

    /// How many seconds were heard.
    #[must_use]
    pub fn seconds(&self) -> u32 {
        if let Self::Heard { seconds, .. } = self { *seconds } else { 0 }
    }
}
