//! Calls that the business had a provider place.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A call that a provider was asked to place and took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlacedCall {
    /// The id it was given: the report of the call bears it.
    pub id: String,
    /// The provider's name.
    pub provider: String,
    /// The customer's number, digits only.
    pub to: String,
    /// The number it is placed from, or the provider's id of it.
    pub from: String,
    /// The agent that talks.
    pub agent: String,
    /// What the agent's prompt may name.
    pub variables: Value,
    /// What is kept with the call and given back with its report.
    pub metadata: Value,
    /// When it was taken.
    pub at: Timestamp,
}
