//! What is told of a business's webhook.

use crate::model::ids::BusinessId;
use crate::model::webhook::DisabledCause;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Staff pressed the test button: posted to the webhook whatever events it asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookTest {
    /// The business.
    pub business: BusinessId,
    /// Which test: a ULID.
    pub test: String,
}

/// Nothing is posted to the webhook any more, until staff enter it again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDisabled {
    /// The business.
    pub business: BusinessId,
    /// Since when, by our clock.
    pub at: Timestamp,
    /// Why.
    pub cause: DisabledCause,
}
