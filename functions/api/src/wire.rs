//! Documents that more than one use case answers with; what only one does stands there. They stand apart from the
//! domain's types, so that those can change without breaking anybody; enums without content are the domain's own, whose
//! names are stored and so cannot change either.

use crate::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::age::Freshness;
use zikaron_memory::field::FieldList;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Confidence, Source};
use zikaron_memory::reason::Reason;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::ids::LeadId;
use zikaron_protocol::model::lead_state::{Mode, State};
use zikaron_protocol::model::write::Memory;

/// Which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LeadPath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub(crate) lead: String,
}

/// A text that people write says something, in at most so many characters.
pub(crate) fn check_text(text: &str, most: usize) -> Result<(), Problem> {
    if text.trim().is_empty() || text.chars().count() > most {
        return Err(Problem::invalid("text", format!("must say something in at most {most} characters")));
    }
    Ok(())
}

/// What is known of one field of the profile (docs/rules.md#b).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Field {
    /// What stands; null if a person deleted it.
    value: Option<String>,
    /// Who says so.
    source: Source,
    /// How sure it is.
    confidence: Confidence,
    /// When what stands was said.
    updated_at: Timestamp,
    /// Whether a machine heard it in a voice note.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    transcribed: bool,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_value: Option<String>,
    /// What lost and waits for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    suggestions: Vec<Suggestion>,
    /// Whether it may still be relied on: past its shelf life it is `stale`, past its own end `over`
    /// (docs/rules.md#k); none of a field the business does not have any more, or without a value.
    #[serde(skip_serializing_if = "Option::is_none")]
    state: Option<Freshness>,
    /// When it was last said, by anyone.
    #[serde(skip_serializing_if = "Option::is_none")]
    said_at: Option<Timestamp>,
    /// Whole days since then.
    #[serde(skip_serializing_if = "Option::is_none")]
    age_days: Option<u32>,
    /// From when on it is not so any more, where the customer said so ("until Sunday").
    #[serde(skip_serializing_if = "Option::is_none")]
    valid_until: Option<Timestamp>,
}

/// A value that lost and waits for a person to accept or dismiss it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Suggestion {
    /// The value; null where the customer took back what stands.
    #[schema(required = true)]
    value: Option<String>,
    /// The items of a list that the customer took back; the value is the list without them.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_back: Option<String>,
    /// Who says so.
    source: Source,
    /// How sure it is.
    confidence: Confidence,
    /// When it was said last.
    at: Timestamp,
    /// In which session, or by what other act.
    session: String,
    /// Why it lost.
    reason: Reason,
    /// Whether a machine heard it in a voice note.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    transcribed: bool,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NoteDocument {
    /// Its id.
    pub(crate) id: String,
    /// Who it is from.
    kind: NoteKind,
    /// What it says.
    text: String,
    /// When it was written, or when the conversation it sums up ended.
    at: Timestamp,
}

impl From<Note> for NoteDocument {
    fn from(note: Note) -> Self {
        let id = format!("{}-{}", note.at.as_millisecond(), note.id);
        Self { id, kind: note.kind, text: note.text, at: note.at }
    }
}

/// The session that is open.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionDocument {
    /// Its id.
    id: String,
    /// When it was opened.
    opened_at: Timestamp,
    /// When its last message was sent.
    last_at: Timestamp,
}

/// The memory of a lead: the five fields of the specification under their names, and what belongs to them.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MemoryDocument {
    /// The lead's id.
    lead: String,
    /// The phone number, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<String>,
    /// WhatsApp's user id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_user_id: Option<String>,
    /// Their WhatsApp username, where they have one; people read it, it finds nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    whatsapp_username: Option<String>,
    /// The structured profile.
    #[schema(value_type = std::collections::BTreeMap<String, Field>)]
    customer_profile_json: Value,
    /// The summary of the last interaction.
    last_summary: Option<String>,
    /// When that summary was written.
    summary_updated_at: Option<Timestamp>,
    /// When the last message on any channel was sent.
    last_interaction_at: Option<Timestamp>,
    /// The channel of that message.
    last_channel: Option<Channel>,
    /// The five newest notes, newest first.
    notes: Vec<NoteDocument>,
    /// The session that is open.
    session: Option<SessionDocument>,
    /// Who answers.
    mode: Mode,
    /// Whether they want marketing messages, as they last told WhatsApp; none where they never did.
    marketing_wanted: Option<bool>,
    /// How many messages wait for an answer.
    waiting: u32,
}

impl MemoryDocument {
    /// As it is at `now` at a business with these fields.
    pub(crate) fn new(lead: &LeadId, state: &State, memory: Memory, fields: &FieldList, now: Timestamp) -> Self {
        let document = memory.document;
        let session = state.session.as_ref().map(|open| SessionDocument {
            id: open.id.to_string(),
            opened_at: open.opened_at,
            last_at: open.last_at,
        });
        Self {
            lead: lead.to_string(),
            phone: state.customer.phone.as_ref().map(|phone| phone.expose().to_owned()),
            whatsapp_user_id: state.customer.bsuid.as_ref().map(|id| id.expose().to_owned()),
            whatsapp_username: state.username.as_ref().map(|name| name.expose().to_owned()),
            customer_profile_json: document.customer_profile_json.to_public_json_at(fields, now),
            last_summary: document.last_summary,
            summary_updated_at: document.summary_updated_at,
            last_interaction_at: state.last_interaction_at,
            last_channel: state.last_channel,
            notes: document.notes.into_iter().map(NoteDocument::from).collect(),
            session,
            mode: state.mode,
            marketing_wanted: state.marketing.map(|marketing| marketing.wanted),
            waiting: state.pending,
        }
    }
}
