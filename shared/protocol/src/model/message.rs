//! A stored message of either direction, and the life of an outgoing one.

use super::amendment::Amends;
use super::conversation::{Body, Speaker};
use super::ids::{LeadId, MessageId};
use super::pricing::Pricing;
use super::usage::Usage;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_memory::content::{Attachments, Content, Told};
use zikaron_memory::session::SessionId;

/// Where a message stands among its lead's: derived from what the channel says of it, so that a repeated delivery finds
/// the same place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct MessageKey {
    /// When it was sent: the channel's clock for incoming, ours (at the claim) for outgoing.
    pub sent_at: Timestamp,
    /// The channel's id, or for an outgoing message a ULID of ours.
    pub id: MessageId,
}

/// A message as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Its place among its lead's messages.
    #[serde(flatten)]
    pub key: MessageKey,
    /// Counts the writes of this item; see [`crate::model::write::Write`].
    pub version: u64,
    /// Its place in the order of storing, shared by both directions.
    pub arrival: u64,
    /// The lead it was stored with, where that was merged into this one later. `arrival`, and the numbers it answers,
    /// are that lead's then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_from: Option<LeadId>,
    /// Who wrote it.
    pub speaker: Speaker,
    /// The channel's type: `text`, `image`, …
    pub kind: String,
    /// The words as they stand now: written, edited, or none. What else there is stands in `enclosed`.
    pub text: String,
    /// What came beside or instead of words.
    #[serde(default, skip_serializing_if = "Attachments::is_nothing")]
    pub enclosed: Attachments,
    /// The channel's id of the message this one replies to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<MessageId>,
    /// Of an edit, a revocation or a reaction: what it changes. Its words stand in the changed message once it does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amends: Option<Amends>,
    /// The edit that gave it the words it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_by: Option<MessageKey>,
    /// Its sender took it back: of its content nothing is kept.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub revoked: bool,
    /// The last reaction to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reaction: Option<Reaction>,
    /// The session it belongs to: the one open when it arrived. None for a reaction, an edit or a notice outside of
    /// any: those open none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// Whether the memory was switched on when it arrived; only then may a digest read it.
    pub remembered: bool,
    /// Why it ended without an answer; none while it waits for one and after it got one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<End>,
    /// For outgoing messages: what is to be sent and how far that got.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sending: Option<Sending>,
    /// What the model used for an answer, on the first of its messages; of requests that were void too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spent: Option<Usage>,
    /// What the channel charges it as, where that is not the usual and was told before its session closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pricing: Option<Pricing>,
}

impl Message {
    /// An incoming message, without words yet.
    #[must_use]
    pub fn incoming(key: MessageKey, speaker: Speaker, kind: String) -> Self {
        Self {
            key,
            version: 1,
            arrival: 0,
            joined_from: None,
            speaker,
            kind,
            text: String::new(),
            enclosed: Attachments::default(),
            quotes: None,
            amends: None,
            edited_by: None,
            revoked: false,
            reaction: None,
            session: None,
            remembered: false,
            end: None,
            sending: None,
            spent: None,
            pricing: None,
        }
    }

    /// An outgoing message with what is to be sent.
    #[must_use]
    pub fn outgoing(key: MessageKey, speaker: Speaker, arrival: u64, sending: Sending) -> Self {
        let kind = match sending.body {
            Body::Text(_) => "text",
            Body::Buttons { .. } | Body::NumberRequest { .. } => "interactive",
            Body::Template { .. } => "template",
        };
        let text = sending.body.text().to_owned();
        Self { arrival, text, sending: Some(sending), ..Self::incoming(key, speaker, kind.to_owned()) }
    }

    /// Whether it is a customer's and has no end of its own. One that came from another lead needs none: it is moved
    /// only when nothing of that lead waits any more.
    #[must_use]
    pub fn needs_answer(&self) -> bool {
        self.speaker == Speaker::Customer && self.end.is_none() && !self.revoked && self.joined_from.is_none()
    }

    /// The customer's own words, written or recorded: nothing that was passed on, nothing that is only described. Of
    /// recorded ones a machine says what they are ([`Self::is_heard`]).
    #[must_use]
    pub fn own_words(&self) -> Option<&str> {
        let is_own = self.speaker == Speaker::Customer && !self.enclosed.forwarded;
        let written = Some(self.text.as_str()).filter(|text| !text.trim().is_empty());
        written.or_else(|| self.recorded()).filter(|_| is_own)
    }

    /// Whether it is a sound of the customer's that nobody has listened to yet.
    #[must_use]
    pub fn is_unheard(&self) -> bool {
        let is_unheard = self.enclosed.sound().is_some() && self.enclosed.transcript.is_none();
        self.speaker == Speaker::Customer && is_unheard && !self.revoked
    }

    /// Whether the words were heard by a machine, not written.
    #[must_use]
    pub fn is_heard(&self) -> bool {
        self.text.trim().is_empty() && self.recorded().is_some()
    }

    /// What was heard in a voice note. Of any other sound nobody knows who speaks.
    fn recorded(&self) -> Option<&str> {
        let is_voice = self.enclosed.content == Some(Content::Voice);
        self.enclosed.transcript.as_ref().filter(|_| is_voice)?.text()
    }

    /// The answers of a form the customer filled in, each behind its question; empty for every other message.
    #[must_use]
    pub fn form(&self) -> &[(String, String)] {
        match &self.enclosed.content {
            Some(Content::Form { answers }) if self.speaker == Speaker::Customer && !self.enclosed.forwarded => answers,
            _ => &[],
        }
    }

    /// The channel's id of it; none for an outgoing one that was not accepted yet.
    #[must_use]
    pub fn channel_id(&self) -> Option<&MessageId> {
        match &self.sending {
            Some(sending) => sending.channel_id.as_ref(),
            None => Some(&self.key.id),
        }
    }

    /// Whether the customer called and nobody answered: nobody waits for words, and yet they wanted something.
    #[must_use]
    pub fn is_missed_call(&self) -> bool {
        self.enclosed.told == Some(Told::MissedCall)
    }

    /// Whether it was said: not a reaction or a notice (but for a missed call), not taken back before anybody answered it, and not an answer of
    /// ours that certainly never went out.
    #[must_use]
    pub fn is_part_of_conversation(&self) -> bool {
        match &self.sending {
            Some(sending) => matches!(
                sending.state,
                SendState::Sending | SendState::Sent | SendState::Unknown | SendState::Uncertain
            ),
            None => self.is_missed_call() || !matches!(self.end, Some(End::NotNeeded | End::Revoked)),
        }
    }

    /// Whether it is a part that certainly did not go out yet.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.sending.as_ref().is_some_and(|sending| sending.state == SendState::Waiting)
    }

    /// Whether the customer may not have got it.
    #[must_use]
    pub fn is_unconfirmed(&self) -> bool {
        self.sending.as_ref().is_some_and(|sending| sending.state != SendState::Sent)
    }
}

/// A reaction to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji; none: taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// The message that brought it: an earlier one that comes later changes nothing.
    pub by: MessageKey,
}

/// Why an incoming message is at its end without an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Older than [`crate::model::config::Config::stale_after`] on arrival.
    Stale,
    /// A reaction, an edit, a system notice: nothing to answer.
    NotNeeded,
    /// A person has taken the conversation over, or another application.
    HumanMode,
    /// The customer took it back before it was answered.
    Revoked,
    /// Not answered within [`crate::model::config::Config::stale_after`]: a person was asked to look.
    Escalated,
}

/// The sending side of an outgoing message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sending {
    /// What is sent.
    pub body: Body,
    /// The message of the customer it is shown under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quotes: Option<MessageId>,
    /// How far it got.
    pub state: SendState,
    /// The arrival numbers of the messages it answers, rising.
    pub answers: Vec<u64>,
    /// The arrival number of its answer's first part.
    pub answer: u64,
    /// How often it was refused for now.
    #[serde(default)]
    pub refusals: u32,
    /// The channel's id, once known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel_id: Option<MessageId>,
    /// The provider's last error code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<i64>,
}

/// How far the sending of a message got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SendState {
    /// Claimed, certainly not sent yet: a part that waits for the one before.
    Waiting,
    /// Claimed; the request may be on its way.
    Sending,
    /// Accepted by the channel.
    Sent,
    /// Refused before processing; the same message goes out again at this time.
    Failed {
        /// Not before, by the clock of who recorded the refusal.
        retry_at: Timestamp,
    },
    /// Refused for good, or accepted and then not delivered.
    Refused,
    /// May have been sent; a status may still settle it.
    Unknown,
    /// May have been sent, and no status came. Never sent again.
    Uncertain,
}

impl SendState {
    /// Whether it is known what became of the message.
    #[must_use]
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Sent | Self::Refused | Self::Uncertain)
    }
}

/// Our own id of an outgoing message as the channel carries it (`biz_opaque_callback_data`) and echoes it in every
/// status: enough to find the item, and nothing personal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tag {
    /// The lead it was sent to.
    pub lead: LeadId,
    /// Its place among that lead's messages.
    pub key: MessageKey,
    /// Whether the customer's user id was not known when it was sent: then a status that names one is worth a look.
    pub asks_user_id: bool,
}

/// How a tag begins.
const KNOWING: &str = "zk1:";
/// How it begins where a user id is looked for.
const ASKING: &str = "zk1u:";

impl Tag {
    /// Reads what [`std::fmt::Display`] wrote; none for a tag of somebody else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (asks_user_id, rest) = match text.strip_prefix(ASKING) {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix(KNOWING)?),
        };
        let mut parts = rest.splitn(3, ':');
        let lead = LeadId::parse(parts.next()?).ok()?;
        let sent_at = Timestamp::from_millisecond(parts.next()?.parse().ok()?).ok()?;
        let id = MessageId::parse(parts.next()?).ok()?;
        Some(Self { lead, key: MessageKey { sent_at, id }, asks_user_id })
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let prefix = if self.asks_user_id { ASKING } else { KNOWING };
        write!(f, "{prefix}{}:{}:{}", self.lead, self.key.sent_at.as_millisecond(), self.key.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_reads_back_and_a_foreign_one_is_none() {
        let tag = Tag {
            lead: LeadId::parse("01JD0000000000000000000001").unwrap(),
            key: MessageKey {
                sent_at: Timestamp::from_millisecond(1_700_000_000_123).unwrap(),
                id: MessageId::parse("01JD0000000000000000000002").unwrap(),
            },
            asks_user_id: false,
        };
        for tag in [Tag { asks_user_id: true, ..tag.clone() }, tag] {
            assert_eq!(Tag::parse(&tag.to_string()), Some(tag));
        }
        for foreign in ["", "zk1:", "zk1u:", "zk1u:a", "campaign-7", "zk1:a:b:c", "zk1:lead:170:"] {
            assert_eq!(Tag::parse(foreign), None, "{foreign}");
        }
    }
}
