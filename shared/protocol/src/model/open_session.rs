//! The session that is open, as a part of its lead's state.

use super::ids::MessageId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::session::SessionId;

/// The part of an open session that changes with every message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OpenSession {
    /// Id of the session's own item.
    pub id: SessionId,
    /// When it was opened, by our clock.
    pub opened_at: Timestamp,
    /// No message of it was sent before this.
    pub first_sent_at: Timestamp,
    /// When its last message was sent; phone calls do not touch it (docs/rules.md#c1).
    pub last_at: Timestamp,
    /// The number of the current schedule.
    pub generation: u32,
    /// Whether a schedule was asked for.
    pub armed: bool,
    /// How many of its customer messages arrived with the memory switched on.
    pub remembered: u32,
    /// The arrival number of the message that opened it.
    pub opened_by: u64,
    /// Whether the customer is to be asked how to go on.
    pub resume: Resume,
    /// A fresh start was chosen at this message: what came before it is hidden from the model (docs/rules.md#e5).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh_from: Option<u64>,
    /// Whether the customer was asked in it to confirm an old value: once a session (docs/rules.md#k4).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirm_asked: bool,
    /// Whether a message that no turn writes went into it with the memory switched on: it costs, whoever answers.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sent: bool,
}

impl OpenSession {
    /// One that opens now, with a message that was sent at `sent_at` and has the arrival number `opened_by`.
    #[must_use]
    pub fn begin(id: SessionId, now: Timestamp, sent_at: Timestamp, opened_by: u64) -> Self {
        Self {
            id,
            opened_at: now,
            first_sent_at: sent_at,
            last_at: sent_at,
            generation: 0,
            armed: false,
            remembered: 0,
            opened_by,
            resume: Resume::No,
            fresh_from: None,
            confirm_asked: false,
            sent: false,
        }
    }
}

/// The question put to a returning customer (docs/rules.md#e1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Resume {
    /// Not to be asked in this session.
    #[default]
    No,
    /// To be asked with the next answer, if there is a memory.
    Due,
    /// It was asked.
    Asked,
}

/// A question put to a returning customer. It stays after it was answered: a tap on its button or a reply that quotes
/// it counts however late.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ResumeQuestion {
    /// When it was asked, by our clock.
    pub at: Timestamp,
    /// The outgoing message it stands in, until the channel's id of it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<MessageId>,
    /// The channel's id of that message, once known: what a reply quotes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<MessageId>,
    /// Whether the customer's next message answers it.
    pub open: bool,
    /// The arrival of the message that answered it in words of which code alone could not tell a choice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_by: Option<u64>,
}
