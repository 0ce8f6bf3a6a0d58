//! Notes: what staff and the digests write beside the profile.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// Who a note is from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// The digest of a WhatsApp session.
    ConversationSummary,
    /// The digest of a phone call.
    CallSummary,
    /// A person of the business.
    Note,
}

/// A note on a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Unique within the lead: writing a note twice under one id leaves one note.
    pub id: String,
    /// Whether a person or a digest wrote it.
    pub kind: NoteKind,
    /// Its text, in the language of the business.
    pub text: String,
    /// When it was written, or when the conversation it sums up ended.
    pub at: Timestamp,
}
