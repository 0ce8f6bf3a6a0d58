//! What a request to the model used.

use serde::{Deserialize, Serialize};

/// What the model's endpoint says that a request used, all tries together, in tokens.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Usage {
    /// Of the prompt, the cached ones among them.
    #[serde(rename = "in")]
    pub tokens_in: u64,
    /// So many of those the endpoint had read before.
    #[serde(rename = "cached")]
    pub tokens_cached: u64,
    /// Of the answer.
    #[serde(rename = "out")]
    pub tokens_out: u64,
}

impl Usage {
    /// Whether nothing was used, or nobody said so.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }

    /// Both together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            tokens_in: self.tokens_in.saturating_add(other.tokens_in),
            tokens_cached: self.tokens_cached.saturating_add(other.tokens_cached),
            tokens_out: self.tokens_out.saturating_add(other.tokens_out),
        }
    }
}
