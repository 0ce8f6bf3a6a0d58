//! The language model, as the protocol asks it.

use super::media::MediaFile;
use crate::model::conversation::Utterance;
use crate::model::usage::Usage;
use std::future::Future;
use zikaron_memory::action::commitment::Claimed;
use zikaron_memory::evidence::Extracted;
use zikaron_memory::field::FieldList;
use zikaron_memory::language::Language;
use zikaron_memory::profile::Profile;
use zikaron_memory::zone::Zone;

/// The request for an answer to the customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplyRequest {
    /// The whole system prompt: the business's instructions, the memory block, the resume instruction.
    pub system: String,
    /// When it is at the business, in its language: [`Language::now`]. Apart from the system prompt, whose last line it
    /// becomes, for it changes with every request, and models remember of a prompt what stands before the first change.
    pub now: String,
    /// Oldest first; the last one is the customer's.
    pub conversation: Vec<Utterance>,
    /// What the customer's messages of now hold, in the order they were sent; none where the model is not to see any.
    /// A port whose model cannot see answers without.
    pub pictures: Vec<Picture>,
    /// Whether the customer now answers the question how to go on, and code alone cannot tell what they chose.
    pub may_start_fresh: bool,
    /// Whether it may ask the customer to confirm one of the values that the memory block marks as old
    /// (docs/rules.md#k4).
    pub may_confirm: bool,
    /// Whether a customer who books is asked for their number: then it is to say whether they do (docs/rules.md#h10).
    pub may_ask_number: bool,
}

/// A picture the model is shown beside a message's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// The place of that message in [`ReplyRequest::conversation`].
    pub utterance: usize,
    /// The file; its type is one of [`crate::ports::media::PICTURES`].
    pub file: MediaFile,
}

/// The model's answer to a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// Plain text; empty only where `handover` is set.
    pub text: String,
    /// Whether it finds that a person has to answer.
    pub handover: bool,
    /// Whether it finds that the customer chose to start afresh; says something only where that was asked
    /// ([`ReplyRequest::may_start_fresh`]).
    pub fresh: bool,
    /// Whether it asks the customer to confirm an old value; says something only where it may
    /// ([`ReplyRequest::may_confirm`]).
    pub confirms: bool,
    /// Whether it finds that the customer books; says something only where that was asked
    /// ([`ReplyRequest::may_ask_number`]).
    pub books: bool,
    /// What it used, where the endpoint says so.
    pub usage: Usage,
}

/// The request for what is to be remembered of a conversation.
#[derive(Clone, Debug, PartialEq)]
pub struct DigestRequest {
    /// The language of the summary.
    pub language: Language,
    /// The fields that may be filled.
    pub fields: FieldList,
    /// What is known already, so that only changes are reported.
    pub profile: Profile,
    /// The fields of it that are stale: that the customer says them again is reported too, though it is nothing new.
    pub to_confirm: Vec<String>,
    /// Whether what the customer asked for later is looked for too (docs/rules.md#m1).
    pub commitments: bool,
    /// In which its lines are timed.
    pub zone: Zone,
    /// Everything that was said, oldest first.
    pub transcript: Vec<Utterance>,
}

/// More claims of one digest are not looked at: each becomes a change, and one commit holds at most 100 items.
pub const MAX_CLAIMS: usize = 60;

/// What the model made of a conversation. Nothing in it is trusted yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Digest {
    /// The summary as the model wrote it; none if it wrote nothing readable.
    pub summary: Option<String>,
    /// The claims it makes, each with a quote; see [`zikaron_memory::evidence`].
    pub patch: Vec<Extracted>,
    /// What it says the customer asked for later, where that was looked for; see [`zikaron_memory::action::commitment`].
    pub commitments: Vec<Claimed>,
    /// What it used, where the endpoint says so.
    pub usage: Usage,
}

/// Why the model did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// Time-out, overload, 5xx, connection refused: worth another try.
    #[error("model unavailable: {0}")]
    Unavailable(String),
    /// The request itself was refused (key, model name, bill): trying again changes nothing before somebody acts.
    #[error("model refused: {0}")]
    Refused(String),
    /// It has no answer to this conversation: what it wrote is unreadable, empty or cut short, or was filtered. Trying
    /// again changes nothing soon; for a reply the port has tried twice.
    #[error("model answered nothing usable: {0}")]
    Unusable(Unusable),
}

/// An answer that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Unusable {
    /// Why.
    pub why: String,
    /// What it used, where the endpoint says so: it is paid for all the same.
    pub usage: Usage,
}

impl ModelError {
    /// An answer that is none, of which nobody has said yet what it used.
    #[must_use]
    pub fn unusable(why: impl Into<String>) -> Self {
        Self::Unusable(Unusable { why: why.into(), usage: Usage::default() })
    }

    /// The same, where it is an answer that is none: with what it used.
    #[must_use]
    pub fn having_used(self, usage: Usage) -> Self {
        match self {
            Self::Unusable(none) => Self::Unusable(Unusable { usage, ..none }),
            other => other,
        }
    }

    /// What was used for nothing, where it is known.
    #[must_use]
    pub fn usage(&self) -> Usage {
        if let Self::Unusable(none) = self { none.usage } else { Usage::default() }
    }
}

/// Answers customers and sums up conversations.
pub trait Model: Send + Sync {
    /// The answer to the customer; its text is empty only where a person is needed.
    fn reply(&self, request: &ReplyRequest) -> impl Future<Output = Result<Reply, ModelError>> + Send;
    /// Summary and memory patch in one structured call.
    fn digest(&self, request: &DigestRequest) -> impl Future<Output = Result<Digest, ModelError>> + Send;
}
