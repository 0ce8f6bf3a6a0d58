//! What goes over the wire. Apart from the domain's types, so that those can change without breaking anybody.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_protocol::model::call::{Call, Spoken};
use zikaron_protocol::model::ids::LeadId;
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::model::write::Memory;

/// Which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct LeadPath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    pub(crate) lead: String,
}

/// A domain value by its name on the wire.
fn named(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(name)) => name,
        Ok(Value::Object(tagged)) => tagged.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        _ => String::new(),
    }
}

/// What is known of one field of the profile (spec B).
#[derive(Debug, Serialize, ToSchema)]
pub struct Field {
    /// What stands; null if a person deleted it.
    pub value: Option<String>,
    /// `manual`, `customer`, `import` or `ai_extraction`.
    pub source: String,
    /// `high`, `medium` or `low`.
    pub confidence: String,
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
    pub source: String,
    /// How sure it is.
    pub confidence: String,
    /// When it was said last.
    pub at: Timestamp,
    /// On what occasion.
    pub session: String,
    /// Why it lost.
    pub reason: String,
}

/// A note.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoteDocument {
    /// Its id.
    pub id: String,
    /// `note` (of a person), `conversation_summary` or `call_summary`.
    pub kind: String,
    /// What it says.
    pub text: String,
    /// When it was written, or when the conversation it sums up ended.
    pub at: Timestamp,
}

impl From<Note> for NoteDocument {
    fn from(note: Note) -> Self {
        let id = format!("{}-{}", note.at.as_millisecond(), note.id);
        Self { id, kind: named(&note.kind), text: note.text, at: note.at }
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
    /// `whatsapp` or `call`.
    pub last_channel: Option<String>,
    /// The five newest notes, newest first.
    pub notes: Vec<NoteDocument>,
    /// The session that is open.
    pub session: Option<SessionDocument>,
    /// Who answers: `ai` or `human`.
    pub mode: String,
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
            last_channel: state.last_channel.map(|channel| channel.as_str().to_owned()),
            notes: document.notes.into_iter().map(NoteDocument::from).collect(),
            session,
            mode: named(&state.mode),
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
    /// `whatsapp` or `call`.
    pub last_channel: Option<String>,
    /// Who answers: `ai` or `human`.
    pub mode: String,
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
            last_channel: state.last_channel.map(|channel| channel.as_str().to_owned()),
            mode: named(&state.mode),
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
    /// `customer`, `assistant` (the AI) or `staff`.
    pub by: String,
    /// The channel's type: `text`, `image`, …
    pub kind: String,
    /// The words as they stand now: written, edited, or none.
    pub text: String,
    /// The session it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Its sender took it back: of its content nothing is kept.
    pub revoked: bool,
    /// Why it needs no answer: `stale`, `not_needed`, `human_mode`, `revoked`, `escalated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub end: Option<String>,
    /// How far an outgoing message got: `waiting`, `sending`, `sent`, `failed` (goes out again), `refused`, `unknown`,
    /// `uncertain`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sending: Option<String>,
    /// The channel's last error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
}

impl From<Message> for MessageDocument {
    fn from(message: Message) -> Self {
        Self {
            id: message.key.id.to_string(),
            at: message.key.sent_at,
            by: named(&message.speaker),
            kind: message.kind,
            text: message.text,
            session: message.session.map(|session| session.to_string()),
            revoked: message.revoked,
            end: message.end.as_ref().map(named),
            sending: message.sending.as_ref().map(|sending| named(&sending.state)),
            code: message.sending.and_then(|sending| sending.code),
        }
    }
}

/// What was said on the phone.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpokenDocument {
    /// `customer`, `agent`, `staff` or `unknown`.
    pub voice: String,
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
    /// `elevenlabs`, `vapi`, `retell`, `bland` or `generic`.
    pub provider: String,
    /// `inbound` (the customer called) or `outbound`.
    pub direction: String,
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
        let spoken = |said: Spoken| SpokenDocument { voice: named(&said.voice), text: said.text, second: said.second };
        Self {
            id: call.key.name.call_id.to_string(),
            provider: call.key.name.provider.as_str().to_owned(),
            direction: named(&report.direction),
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
    pub source: String,
    /// How sure it was.
    pub confidence: String,
    /// Whether the field said so then.
    pub accepted: bool,
    /// Why.
    pub reason: String,
    /// On what occasion.
    pub session: String,
    /// When it was said.
    pub at: Timestamp,
}

impl From<Verdict> for Change {
    fn from(verdict: Verdict) -> Self {
        Self {
            source: named(&verdict.source),
            confidence: named(&verdict.confidence),
            reason: named(&verdict.reason),
            session: verdict.session.to_string(),
            field: verdict.field,
            old: verdict.old,
            new: verdict.new,
            accepted: verdict.accepted,
            at: verdict.at,
        }
    }
}

/// A language.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LanguageName {
    /// Hebrew.
    He,
    /// English.
    En,
}

/// How a returning customer is asked.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResumePromptName {
    /// With reply buttons.
    Buttons,
    /// As plain text.
    Text,
}

/// A field of the profile.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldDocument {
    /// Its name in the profile; each once.
    #[schema(pattern = "^[a-z0-9_]{1,40}$")]
    pub name: String,
    /// What staff see.
    pub label: String,
    /// What the AI is told about it.
    pub description: String,
    /// The longest value, in characters.
    #[schema(minimum = 1, maximum = 2000)]
    pub max_chars: u32,
    /// A list of distinct items instead of one value.
    #[serde(default)]
    pub list: bool,
}

/// Settings to be changed; what is left out stays, null is the default, and an unknown one is refused.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[schema(example = json!({"enable_customer_service": true, "language": "he"}))]
pub struct SettingsPatch {
    /// The switch: off, the AI answers from the conversation alone and nothing is remembered.
    pub enable_customer_service: Option<bool>,
    /// The name of the business.
    #[schema(max_length = 100)]
    pub name: Option<String>,
    /// The business's own instructions to the AI.
    #[schema(max_length = 20000)]
    pub instructions: Option<String>,
    /// The language of the memory and of the product's own sentences.
    pub language: Option<LanguageName>,
    /// The fields of the profile; null: the standard ones of the language.
    #[schema(max_items = 30)]
    pub fields: Option<Vec<FieldDocument>>,
    /// How old a conversation a returning customer is asked about, in days; 0: never asked.
    #[schema(minimum = 0, maximum = 3650)]
    pub resume_max_gap_days: Option<u32>,
    /// How that is asked.
    pub resume_prompt: Option<ResumePromptName>,
    /// How long the customer must be quiet before an answer is written, in milliseconds; at most `max_wait_ms`.
    #[schema(minimum = 0, maximum = 15000)]
    pub quiet_ms: Option<u32>,
    /// How long an answer waits for quiet at most, in milliseconds.
    #[schema(minimum = 0, maximum = 15000)]
    pub max_wait_ms: Option<u32>,
    /// In whose national form callers' numbers may be shown (`IL`); null: that of the business's number.
    #[schema(value_type = Option<String>, pattern = "^[A-Z]{2}$")]
    pub country: Option<String>,
    /// How long the AI leaves a conversation alone after a person wrote in it from the phone app, in minutes.
    #[schema(minimum = 0, maximum = 10080)]
    pub step_back_minutes: Option<u32>,
    /// Whether an answer to several messages quotes the last of them.
    pub quote_answered: Option<bool>,
    /// Whether every message that was sent is told on the event bus.
    pub publish_reply_sent: Option<bool>,
}

/// A number or agent that leads to the business.
#[derive(Debug, Serialize, ToSchema)]
pub struct Route {
    /// The connection (one Meta app, or one account at a call provider).
    pub connection: String,
    /// The WhatsApp `phone_number_id`, business number or voice agent.
    pub number: String,
}
