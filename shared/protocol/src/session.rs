//! A session as an item of its own: what remains of it after the state has moved on. A phone call is digested as one
//! that was closed when it was stored.

use crate::call::CallKey;
use crate::ids::LeadId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::session::{Channel, SessionId};

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Counts the writes of this item; see [`crate::store::Item`].
    pub version: u64,
    /// How far it is.
    pub stage: Stage,
    /// When it was opened, by our clock.
    pub opened_at: Timestamp,
    /// Set when it closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// The phone call it is; none for a WhatsApp conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub call: Option<CallKey>,
    /// The lead it joins into this one: no conversation, but work that is retried and swept like a digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joins: Option<LeadId>,
    /// How often its digest failed.
    #[serde(default)]
    pub tries: u32,
    /// Not to be digested before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// The fields of the profile its digest changed, until the business was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub untold: Option<Vec<String>>,
}

impl Session {
    /// Whether something is still to be done about it: then it stands in the sweep's index.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.stage != Stage::Digested || self.untold.is_some()
    }
}

impl Session {
    /// Where it took place.
    #[must_use]
    pub fn channel(&self) -> Channel {
        if self.call.is_some() { Channel::Call } else { Channel::Whatsapp }
    }
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Messages may still join it.
    Open,
    /// No message joins it any more; its digest is due.
    Closing,
    /// Its digest is written, or there was nothing to digest.
    Digested,
}

/// The bounds of a closed session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// No message of it was sent before this …
    pub first_sent_at: Timestamp,
    /// … or after this. The time the session ended.
    pub last_at: Timestamp,
    /// No message with a higher arrival number belongs to it.
    pub cut_off: u64,
    /// The number of its last schedule while it was open; retries of the digest count on from it.
    pub generation: u32,
}
