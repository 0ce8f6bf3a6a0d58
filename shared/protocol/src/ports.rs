//! What the protocol needs from the world: narrow traits, used by static dispatch. Their implementations live in
//! `zikaron-aws`, `zikaron-channels` and `zikaron-ai`; [`crate::store`] is a file of its own.

use crate::config::Config;
use crate::event::{Event, Fire};
use crate::ids::{CustomerAddress, Line, MessageId};
use crate::store::Store;
use crate::store::staff::Shelves;
use jiff::{SignedDuration, Timestamp};
use std::future::Future;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::profile::Profile;

/// Time, so that a test can own it.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;
    /// Comes back after `duration`; at once when it is not positive.
    fn sleep(&self, duration: SignedDuration) -> impl Future<Output = ()> + Send;
}

/// Fresh identifiers, so that a test can own them.
pub trait Ids: Send + Sync {
    /// A new ULID: 26 characters that sort by time of making.
    fn ulid(&self) -> String;
}

/// A dependency did not do what it was asked; whether it took effect is unknown. Carries no personal data.
#[derive(Debug, thiserror::Error)]
#[error("{what}: {reason}")]
pub struct Unavailable {
    /// The operation.
    pub what: &'static str,
    /// What the dependency said.
    pub reason: String,
}

/// The event bus.
pub trait EventBus: Send + Sync {
    /// Publishes all events or says that some may be missing; publishing again is harmless.
    fn publish(&self, events: &[Event]) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// One-shot schedules, named after lead, session and generation: one schedule each. Both verbs end in that schedule
/// firing at `at`, or as soon after it as the scheduler can; they differ in what they expect to find, and so in the
/// number of calls.
pub trait IdleTimer: Send + Sync {
    /// Makes the schedule.
    fn start(&self, fire: &Fire, at: Timestamp) -> impl Future<Output = Result<(), Unavailable>> + Send;
    /// Moves the schedule.
    fn restart(&self, fire: &Fire, at: Timestamp) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// Takes one-shot schedules away.
pub trait Schedules: Send + Sync {
    /// Deletes the schedule of a fire; whether there was one.
    fn cancel(&self, fire: &Fire) -> impl Future<Output = Result<bool, Unavailable>> + Send;
}

/// What the customer gets.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Plain text, at most 4096 characters.
    Text(String),
    /// Text, at most 1024 characters, with reply buttons.
    Buttons {
        /// What stands above the buttons.
        text: String,
        /// At most three.
        buttons: Vec<Button>,
    },
}

impl Body {
    /// The text the customer reads.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Buttons { text, .. } => text,
        }
    }
}

/// A reply button.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Button {
    /// What comes back when it is tapped.
    pub id: String,
    /// What stands on it, at most 20 characters.
    pub title: String,
}

/// Why a send did not answer with the channel's id of the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Refused before processing: certainly not sent, may be sent again later (rate limits).
    #[error("refused for now (code {code})")]
    RefusedForNow {
        /// The provider's error code.
        code: i64,
    },
    /// Refused for good: certainly not sent, and never will be.
    #[error("refused for good (code {code})")]
    RefusedForGood {
        /// The provider's error code.
        code: i64,
    },
    /// It may have been sent: never send it again blindly (time-outs, resets, 5xx).
    #[error("may have been sent ({reason})")]
    Unknown {
        /// What happened, without content.
        reason: String,
    },
}

/// A message to be sent, once.
#[derive(Clone, Debug)]
pub struct Outgoing<'a> {
    /// From where.
    pub line: &'a Line,
    /// To whom.
    pub to: &'a CustomerAddress,
    /// What.
    pub body: &'a Body,
    /// The message of the customer it is shown under.
    pub quotes: Option<&'a MessageId>,
    /// Our own id, which every status of it echoes; at most 512 characters.
    pub tag: &'a str,
}

/// The channel's sending side.
pub trait Messenger: Send + Sync {
    /// Sends once; never repeats by itself. Answers the channel's id.
    fn send(&self, outgoing: Outgoing<'_>) -> impl Future<Output = Result<MessageId, SendError>> + Send;
    /// Shows the customer that the message was read and an answer is being written. Best effort.
    fn show_typing(&self, line: &Line, message: &MessageId) -> impl Future<Output = Result<(), SendError>> + Send;
}

/// Who said something, as the model is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Speaker {
    /// The customer.
    Customer,
    /// The AI.
    Assistant,
    /// A person of the business.
    Staff,
}

/// One message of a conversation, as the model is shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Utterance {
    /// Who.
    pub speaker: Speaker,
    /// What; for media a short description.
    pub text: String,
}

/// A question to the model: answer the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyRequest {
    /// The whole system prompt: the business's instructions, the memory block, the resume instruction.
    pub system: String,
    /// Oldest first; the last one is the customer's.
    pub conversation: Vec<Utterance>,
}

/// The model's answer to a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Plain text.
    pub text: String,
    /// It finds that a person is needed.
    pub handover: bool,
}

/// A question to the model: what is to be remembered of this conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct DigestRequest {
    /// The language of the summary.
    pub language: Language,
    /// The fields that may be filled.
    pub fields: FieldList,
    /// What is known already, so that only changes are reported.
    pub profile: Profile,
    /// Oldest first.
    pub transcript: Vec<Utterance>,
}

/// What the model made of a conversation. Nothing in it is trusted yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// The summary as the model wrote it; none if it wrote nothing readable.
    pub summary: Option<String>,
    /// What it says to have learnt.
    pub patch: Vec<Extracted>,
}

/// Why the model did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Time-out, overload, 5xx, connection refused: worth another try.
    #[error("model unavailable: {0}")]
    Unavailable(String),
    /// The request itself was refused (key, model name, content): trying again changes nothing soon.
    #[error("model refused: {0}")]
    Refused(String),
    /// It answered something unreadable or empty.
    #[error("model answered nothing usable: {0}")]
    Unusable(String),
}

/// The language model.
pub trait Model: Send + Sync {
    /// The answer to the customer; its text is empty only where a person is needed.
    fn reply(&self, request: &ReplyRequest) -> impl Future<Output = Result<Reply, ModelError>> + Send;
    /// Summary and memory patch in one structured call.
    fn digest(&self, request: &DigestRequest) -> impl Future<Output = Result<Digest, ModelError>> + Send;
}

/// The ports a session's end needs, and the times it goes by.
pub trait Ports: Send + Sync {
    /// The store.
    type Store: Store + Shelves;
    /// The bus.
    type Bus: EventBus;
    /// The schedules.
    type Timer: IdleTimer;
    /// The language model.
    type Model: Model;
    /// Time.
    type Clock: Clock;
    /// Identifiers.
    type Ids: Ids;

    /// The store.
    fn store(&self) -> &Self::Store;
    /// The bus.
    fn bus(&self) -> &Self::Bus;
    /// The schedules.
    fn timer(&self) -> &Self::Timer;
    /// The language model.
    fn model(&self) -> &Self::Model;
    /// Time.
    fn clock(&self) -> &Self::Clock;
    /// Identifiers.
    fn ids(&self) -> &Self::Ids;
    /// Times and bounds.
    fn config(&self) -> &Config;
}

/// The ports a turn needs: those, and the channel.
pub trait TurnPorts: Ports {
    /// The channel.
    type Messenger: Messenger;
    /// The channel.
    fn messenger(&self) -> &Self::Messenger;
}
