//! What goes over the wire. Documents stand apart from the domain's types, so that those can change without breaking
//! anybody; enums without content are the domain's own, whose names are stored and so cannot change either.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::merge::{Reason, Verdict};
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::{Confidence, Source};
use zikaron_memory::session::Channel;
use zikaron_protocol::call::{Call, Direction, Provider, Spoken, Voice};
use zikaron_protocol::ids::LeadId;
use zikaron_protocol::message::{End, Message, SendState};
use zikaron_protocol::ports::Speaker;
use zikaron_protocol::state::{Mode, State};
use zikaron_protocol::store::Memory;

/// Which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LeadPath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub(crate) lead: String,
}

/// What is known of one field of the profile (spec B).
#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    /// What stands; null if a person deleted it.
    pub value: Option<String>,
    /// Who says so.
    pub source: Source,
    /// How sure it is.
    pub confidence: Confidence,
    /// When what stands was said.
    pub updated_at: Timestamp,
    /// The value before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_value: Option<String>,
    /// What lost and waits for a person.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub suggestions: Vec<Suggestion>,
}

/// A value that lost and waits for a person to accept or dismiss it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestion {
    /// The value.
    pub value: String,
    /// Who says so.
    pub source: Source,
    /// How sure it is.
    pub confidence: Confidence,
    /// When it was said last.
    pub at: Timestamp,
    /// In which session, or by what other act.
    pub session: String,
    /// Why it lost.
    pub reason: Reason,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteDocument {
    /// Its id.
    pub id: String,
    /// Who it is from.
    pub kind: NoteKind,
    /// What it says.
    pub text: String,
    /// When it was written, or when the conversation it sums up ended.
    pub at: Timestamp,
}

impl From<Note> for NoteDocument {
    fn from(note: Note) -> Self {
        let id = format!("{}-{}", note.at.as_millisecond(), note.id);
        Self { id, kind: note.kind, text: note.text, at: note.at }
    }
}

/// The session that is open.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionDocument {
    /// Its id.
    pub id: String,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When its last message was sent.
    pub last_at: Timestamp,
}

/// The memory of a lead: the five fields of the specification under their names, and what belongs to them.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemoryDocument {
    /// The lead's id.
    pub lead: String,
    /// The phone number, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// WhatsApp's user id, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub whatsapp_user_id: Option<String>,
    /// The structured profile.
    #[schema(value_type = std::collections::BTreeMap<String, Field>)]
    pub customer_profile_json: Value,
    /// The summary of the last interaction.
    pub last_summary: Option<String>,
    /// When that summary was written.
    pub summary_updated_at: Option<Timestamp>,
    /// When the last message on any channel was sent.
    pub last_interaction_at: Option<Timestamp>,
    /// The channel of that message.
    pub last_channel: Option<Channel>,
    /// The five newest notes, newest first.
    pub notes: Vec<NoteDocument>,
    /// The session that is open.
    pub session: Option<SessionDocument>,
    /// Who answers.
    pub mode: Mode,
    /// How many messages wait for an answer.
    pub waiting: u32,
}

impl MemoryDocument {
    pub(crate) fn new(lead: &LeadId, state: &State, memory: Memory) -> Self {
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
            customer_profile_json: document.customer_profile_json.to_public_json(),
            last_summary: document.last_summary,
            summary_updated_at: document.summary_updated_at,
            last_interaction_at: state.last_interaction_at,
            last_channel: state.last_channel,
            notes: document.notes.into_iter().map(NoteDocument::from).collect(),
            session,
            mode: state.mode,
            waiting: state.pending,
        }
    }
}

/// A lead in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct LeadRow {
    /// The lead's id.
    pub lead: String,
    /// The name in the profile.
    pub name: Option<String>,
    /// The phone number, where it is known.
    pub phone: Option<String>,
    /// When the last message on any channel was sent.
    pub last_interaction_at: Option<Timestamp>,
    /// The channel of that message.
    pub last_channel: Option<Channel>,
    /// Who answers.
    pub mode: Mode,
    /// How many messages wait for an answer.
    pub waiting: u32,
}

impl LeadRow {
    pub(crate) fn new(lead: &LeadId, state: &State, memory: &Memory) -> Self {
        let name = memory.document.customer_profile_json.get("name").and_then(|field| field.value());
        Self {
            lead: lead.to_string(),
            name: name.map(str::to_owned),
            phone: state.customer.phone.as_ref().map(|phone| phone.expose().to_owned()),
            last_interaction_at: state.last_interaction_at,
            last_channel: state.last_channel,
            mode: state.mode,
            waiting: state.pending,
        }
    }
}

/// A message of either direction.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageDocument {
    /// Its id.
    pub id: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Who wrote it.
    pub by: Speaker,
    /// The channel's type: `text`, `image`, …
    pub kind: String,
    /// The words as they stand now: written, edited, or none.
    pub text: String,
    /// The session it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Its sender took it back: of its content nothing is kept.
    pub revoked: bool,
    /// Why it needs no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// How far an outgoing message got.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sending: Option<Progress>,
    /// The channel's last error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
}

impl From<Message> for MessageDocument {
    fn from(message: Message) -> Self {
        Self {
            id: message.key.id.to_string(),
            at: message.key.sent_at,
            by: message.speaker,
            kind: message.kind,
            text: message.text,
            session: message.session.map(|session| session.to_string()),
            revoked: message.revoked,
            end: message.end,
            sending: message.sending.as_ref().map(|sending| sending.state.into()),
            code: message.sending.and_then(|sending| sending.code),
        }
    }
}

/// How far the sending of a message got.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// Not sent yet: a part that waits for the one before.
    Waiting,
    /// On its way.
    Sending,
    /// The channel took it.
    Sent,
    /// Refused for now: it goes out again.
    Failed,
    /// Refused for good, or taken and then not delivered.
    Refused,
    /// May have been sent; the channel may still say.
    Unknown,
    /// May have been sent, and the channel never said. It is not sent again.
    Uncertain,
}

impl From<SendState> for Progress {
    fn from(state: SendState) -> Self {
        match state {
            SendState::Waiting => Self::Waiting,
            SendState::Sending => Self::Sending,
            SendState::Sent => Self::Sent,
            SendState::Failed { .. } => Self::Failed,
            SendState::Refused => Self::Refused,
            SendState::Unknown => Self::Unknown,
            SendState::Uncertain => Self::Uncertain,
        }
    }
}

/// What was said on the phone.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpokenDocument {
    /// Whose voice it was.
    pub voice: Voice,
    /// What was heard.
    pub text: String,
    /// How many seconds into the call, where the transcript tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second: Option<u32>,
}

/// A phone call.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallDocument {
    /// The provider's id of it.
    pub id: String,
    /// Who carried it.
    pub provider: Provider,
    /// Who called whom.
    pub direction: Direction,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
    /// Nobody answered but a machine.
    pub voicemail: bool,
    /// What was said.
    pub transcript: Vec<SpokenDocument>,
    /// The provider's own summary; ours is a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Where a recording is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording_url: Option<String>,
}

impl From<Call> for CallDocument {
    fn from(call: Call) -> Self {
        let report = call.report;
        let spoken = |said: Spoken| SpokenDocument { voice: said.voice, text: said.text, second: said.second };
        Self {
            id: call.key.name.call_id.to_string(),
            provider: call.key.name.provider,
            direction: report.direction,
            started_at: report.started_at,
            ended_at: call.key.ended_at,
            voicemail: report.voicemail,
            transcript: report.transcript.into_iter().map(spoken).collect(),
            summary: report.summary,
            recording_url: report.recording_url,
        }
    }
}

/// Why the profile is what it is: what became of one offer (spec B, rule 7).
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// The field.
    pub field: String,
    /// What it was weighed against.
    pub old: Option<String>,
    /// What was offered; null is a deletion.
    pub new: Option<String>,
    /// Who offered it.
    pub source: Source,
    /// How sure it was.
    pub confidence: Confidence,
    /// Whether the field said so then.
    pub accepted: bool,
    /// Why.
    pub reason: Reason,
    /// In which session, or by what other act.
    pub session: String,
    /// When it was said.
    pub at: Timestamp,
}

impl From<Verdict> for Change {
    fn from(verdict: Verdict) -> Self {
        Self {
            source: verdict.source,
            confidence: verdict.confidence,
            reason: verdict.reason,
            session: verdict.session.to_string(),
            field: verdict.field,
            old: verdict.old,
            new: verdict.new,
            accepted: verdict.accepted,
            at: verdict.at,
        }
    }
}

/// A number or agent that leads to the business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Route {
    /// The connection (one Meta app, or one account at a call provider).
    pub connection: String,
    /// The WhatsApp `phone_number_id`, business number or voice agent.
    pub number: String,
}
