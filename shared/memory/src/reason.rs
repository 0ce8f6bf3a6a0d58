//! Why a candidate was accepted or rejected.

use serde::{Deserialize, Serialize};

/// Why a candidate was accepted or rejected. Which of the two follows from the reason alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Accepted: nothing stood there.
    New,
    /// Accepted: it says what stands.
    SameValue,
    /// Accepted: its source is stronger than that of what stood.
    StrongerSource,
    /// Accepted: later evidence from the same source, at least as sure.
    Newer,
    /// Accepted: less sure, but a second session said it again.
    Corroborated,
    /// Accepted: a person deleted the field.
    Deleted,
    /// Rejected: a person's word stands.
    ManualWins,
    /// Rejected: a stronger source's word stands.
    WeakerSource,
    /// Rejected: what stands is surer; or nothing stands, and of this kind of value a guess is not enough.
    LowerConfidence,
    /// Rejected: later evidence stands.
    Older,
    /// Rejected: a person dismissed this value, and the evidence is not newer than that.
    Dismissed,
    /// Rejected, nothing to do: this very candidate was merged before.
    Repeated,
    /// Rejected: the business has no such field.
    UnknownField,
    /// Rejected: no customer message of the session says so.
    NoEvidence,
    /// Rejected: said of somebody else or of the business.
    NotTheirs,
    /// Rejected: asked, denied, quoted or said in jest, of a condition or the past.
    NotStated,
    /// Rejected: far beyond the field's limit.
    TooLong,
    /// Rejected: no readable value.
    Empty,
    /// Rejected: it reads like an order to the AI, not like a fact.
    Instruction,
    /// Rejected: a discount, a price or a right is the business's to give, not the customer's to claim.
    Privilege,
    /// Accepted, that is, gone: the business has no such field any more, and the profile was full.
    NoRoom,
}

impl Reason {
    /// Whether the field says what was offered after this.
    #[must_use]
    pub fn accepts(self) -> bool {
        match self {
            Self::New
            | Self::SameValue
            | Self::StrongerSource
            | Self::Newer
            | Self::Corroborated
            | Self::Deleted
            // What has to go is offered, as it were, for nothing.
            | Self::NoRoom => true,
            Self::ManualWins
            | Self::WeakerSource
            | Self::LowerConfidence
            | Self::Older
            | Self::Dismissed
            | Self::Repeated
            | Self::UnknownField
            | Self::NoEvidence
            | Self::NotTheirs
            | Self::NotStated
            | Self::TooLong
            | Self::Empty
            | Self::Instruction
            | Self::Privilege => false,
        }
    }
}

impl std::fmt::Display for Reason {
    /// The name it has in data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match serde_json::to_value(self) {
            Ok(serde_json::Value::String(name)) => f.write_str(&name),
            _ => Err(std::fmt::Error),
        }
    }
}
