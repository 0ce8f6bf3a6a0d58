//! A phone call: what a provider reports when it ends, and what is stored.

use super::conversation::Speaker;
use super::ids::{CallId, ConnectionId, NumberId, ShownNumber};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zikaron_memory::session::SessionId;

/// Who carried the call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// ElevenLabs Agents.
    ElevenLabs,
    /// Vapi.
    Vapi,
    /// Retell AI.
    Retell,
    /// Bland AI.
    Bland,
    /// Twilio.
    Twilio,
    /// Anybody who signs as `zikaron-channels` describes.
    Generic,
}

impl Provider {
    /// Every provider, in the order they are listed to people.
    pub const ALL: [Self; 6] = [Self::ElevenLabs, Self::Vapi, Self::Retell, Self::Bland, Self::Twilio, Self::Generic];

    /// The name in paths, secrets and data.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ElevenLabs => "elevenlabs",
            Self::Vapi => "vapi",
            Self::Retell => "retell",
            Self::Bland => "bland",
            Self::Twilio => "twilio",
            Self::Generic => "generic",
        }
    }

    /// The provider of a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|provider| provider.as_str() == name)
    }
}

/// Which call: ids are unique within a provider.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallName {
    /// Who carried it.
    pub provider: Provider,
    /// Its id there.
    pub call_id: CallId,
}

impl std::fmt::Display for CallName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.provider.as_str(), self.call_id)
    }
}

/// A call's place among its lead's, in order of time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallKey {
    /// When it ended, as the first report of it said.
    pub ended_at: Timestamp,
    /// Provider and id.
    #[serde(flatten)]
    pub name: CallName,
}

/// Who called whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The customer called.
    Inbound,
    /// The business called.
    Outbound,
}

/// Whose voice it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Voice {
    /// The customer's.
    Customer,
    /// The voice agent's.
    Agent,
    /// A person of the business, to whom the call was handed.
    Staff,
    /// The transcript does not tell: it is shown with the rest, but is nobody's word.
    Unknown,
}

impl Voice {
    /// The speaker the model is shown; whoever is not known counts as staff, so that nothing becomes the customer's
    /// word.
    #[must_use]
    pub fn speaker(self) -> Speaker {
        match self {
            Self::Customer => Speaker::Customer,
            Self::Agent => Speaker::Assistant,
            Self::Staff | Self::Unknown => Speaker::Staff,
        }
    }
}

/// One turn of a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Spoken {
    /// Who speaks.
    pub voice: Voice,
    /// What was heard, as the provider transcribed it.
    pub text: String,
    /// How many seconds into the call, where the transcript tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second: Option<u32>,
}

/// What is known of a call besides where it belongs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// Who called whom.
    pub direction: Direction,
    /// When it began.
    pub started_at: Timestamp,
    /// What was said, at most 256 KB.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub transcript: Vec<Spoken>,
    /// Nobody answered but a machine: what was heard is not the customer.
    #[serde(default)]
    pub voicemail: bool,
    /// The provider's own summary: kept beside ours, never instead of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// The URL of a recording at the provider.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recording_url: Option<String>,
    /// Why it ended, as the provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended_because: Option<String>,
}

impl Report {
    /// Whether there is anything of the customer to remember: not of a machine, not of a call without a word, and not
    /// where the transcript tells of nobody that they are the customer.
    #[must_use]
    pub fn has_customer(&self) -> bool {
        !self.voicemail && self.transcript.iter().any(|said| said.voice == Voice::Customer)
    }

    /// When something was said; never later than the call's end.
    #[must_use]
    pub fn said_at(&self, said: &Spoken, ended_at: Timestamp) -> Timestamp {
        let at = |second: u32| self.started_at.checked_add(SignedDuration::from_secs(second.into())).ok();
        said.second.and_then(at).map_or(ended_at, |at| at.min(ended_at))
    }

    /// This report with what a later one adds: providers report one call more than once, in any order. What is known
    /// stands; a transcript takes the place only of one that held nothing of the customer.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let fuller = !self.has_customer() && other.has_customer() && !self.voicemail;
        Self {
            transcript: if fuller || self.transcript.is_empty() { &other.transcript } else { &self.transcript }.clone(),
            voicemail: self.voicemail || other.voicemail,
            summary: self.summary.clone().or_else(|| other.summary.clone()),
            recording_url: self.recording_url.clone().or_else(|| other.recording_url.clone()),
            ended_because: self.ended_because.clone().or_else(|| other.ended_because.clone()),
            ..self.clone()
        }
    }
}

/// A call that ended, as it travels on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCompleted {
    /// Its place among its lead's calls.
    #[serde(flatten)]
    pub key: CallKey,
    /// The connection its webhook came through.
    pub connection: ConnectionId,
    /// What may name the business: the agent, and the business's number.
    pub routes: Vec<NumberId>,
    /// The business's number, as the provider shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_number: Option<ShownNumber>,
    /// The customer's number, as the provider shows it; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<ShownNumber>,
    /// The tag under which we had it placed; none for a call nobody here asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// What was said, and how the call went.
    pub report: Report,
}

/// Calls that ended and are to be fetched from their provider, which pushes no transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallsDue {
    /// Who carried them.
    pub provider: Provider,
    /// The connection the provider told of them through.
    pub connection: ConnectionId,
    /// The conversation they belong to, by its id there.
    pub conversation: CallId,
}

/// A call as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its place among its lead's calls.
    #[serde(flatten)]
    pub key: CallKey,
    /// Counts the writes of this item; see [`crate::model::write::Write`].
    pub version: u64,
    /// Whether the memory was switched on when it was stored; only then may it be digested.
    pub remembered: bool,
    /// What its digest goes by; none while there is nothing to digest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
    /// What is known of it.
    pub report: Report,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(voices: &[Voice]) -> Report {
        let said = |voice: &Voice| Spoken { voice: *voice, text: "שלום".to_owned(), second: Some(90) };
        Report {
            direction: Direction::Inbound,
            started_at: "2026-11-16T08:00:00Z".parse().unwrap(),
            transcript: voices.iter().map(said).collect(),
            voicemail: false,
            summary: None,
            recording_url: None,
            ended_because: None,
        }
    }

    #[test]
    fn voicemail_and_a_call_without_the_customer_hold_nothing_to_remember() {
        assert!(report(&[Voice::Agent, Voice::Customer]).has_customer());
        assert!(!report(&[Voice::Unknown]).has_customer(), "somebody spoke; who, nobody wrote down");
        assert!(!report(&[]).has_customer());
        assert!(!report(&[Voice::Agent, Voice::Staff]).has_customer());
        assert!(!Report { voicemail: true, ..report(&[Voice::Customer]) }.has_customer());
    }

    #[test]
    fn two_reports_of_a_call_are_one_in_either_order() {
        let ended = Report { ended_because: Some("user_hangup".to_owned()), ..report(&[Voice::Customer]) };
        let analyzed = Report { summary: Some("ok".to_owned()), ..report(&[Voice::Customer]) };
        assert_eq!(ended.with(&analyzed), analyzed.with(&ended));
        assert_eq!(ended.with(&ended), ended);
        let bare = report(&[Voice::Agent]);
        assert_eq!(bare.with(&ended).transcript, ended.transcript);
        assert_eq!(ended.with(&bare).transcript, ended.transcript);
        let unnamed = report(&[Voice::Unknown]);
        assert_eq!(unnamed.with(&ended).transcript, ended.transcript, "a later report may name the customer");
    }

    #[test]
    fn nothing_was_said_after_the_call_ended() {
        let report = report(&[Voice::Customer]);
        let ended_at = "2026-11-16T08:01:00Z".parse().unwrap();
        assert_eq!(report.said_at(&report.transcript[0], ended_at), ended_at);
        let earlier = Spoken { second: Some(10), ..report.transcript[0].clone() };
        assert_eq!(report.said_at(&earlier, ended_at).to_string(), "2026-11-16T08:00:10Z");
    }
}
