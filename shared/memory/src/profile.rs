//! The structured profile of a customer (spec B).

use crate::session::SessionId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who says so; a later variant is stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The AI read it in a conversation.
    AiExtraction,
    /// It came with an import.
    Import,
    /// The customer gave it in a form or with a button.
    Customer,
    /// A person of the business entered it.
    Manual,
}

/// How sure it is; a later variant is surer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess.
    Low,
    /// Supported by what was said.
    Medium,
    /// Said in so many words.
    High,
}

/// A value somebody offers for a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Candidate {
    /// The field.
    pub field: String,
    /// The value; none is a deletion.
    pub value: Option<String>,
    /// Who says so.
    pub source: Source,
    /// How sure it is.
    pub confidence: Confidence,
    /// Event time: of the message the evidence stands in, never of processing.
    pub at: Timestamp,
    /// On what occasion.
    pub session: SessionId,
    /// The place of the evidence within the session: orders what was said in one second.
    #[serde(default)]
    pub position: u32,
}
