//! A session as an item of its own: what remains of it after the state has moved on. A phone call is digested as one
//! that was closed when it was stored.

use super::action::{Action, Ended};
use super::call::CallKey;
use super::figures::{Counted, Course};
use super::ids::LeadId;
use super::usage::Usage;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use zikaron_memory::action::ActionEnd;
use zikaron_memory::session::{Channel, SessionId};

pub use super::open_session::{OpenSession, Resume, ResumeQuestion};

/// By so much the clocks of two instances may differ: a schedule that fired by the one is not waited for by the other.
const CLOCKS: SignedDuration = SignedDuration::from_secs(30);

/// So long after a change of one of its messages a session is digested anew: who takes back one message often takes
/// back the next.
const ANEW_AFTER: SignedDuration = SignedDuration::from_mins(1);

/// A session as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Session {
    /// A ULID of ours; of an action it begins with "action.".
    pub id: SessionId,
    /// Counts the writes of this item; see [`crate::model::write::Write`].
    pub version: u64,
    /// How far it is.
    pub stage: Stage,
    /// When it was opened, by our clock.
    pub opened_at: Timestamp,
    /// Its bounds, from the commit that closes it on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed: Option<Closed>,
    /// What it stands for.
    #[serde(flatten)]
    pub job: Job,
    /// How often its digest failed; of an action and a merge it counts schedules.
    #[serde(default)]
    pub tries: u32,
    /// Not to be looked at before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_at: Option<Timestamp>,
    /// The profile fields its digest changed, from the digest until `memory.updated` is published.
    #[serde(default, rename = "untold", skip_serializing_if = "Option::is_none")]
    pub unpublished_changes: Option<Vec<String>>,
    /// When a message of it was changed or taken back after it was digested: what that digest wrote is to go, and the
    /// session is digested anew (docs/rules.md#c10).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed_at: Option<Timestamp>,
    /// What was noted of it while it was open, for the figures.
    #[serde(default, skip_serializing_if = "Course::is_nothing")]
    pub course: Course,
    /// What it was counted as, from the first digest on; one that is made anew adds the difference.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub counted: Option<Counted>,
    /// What the digests of it used, also those that could not be used: more than one where it was made anew.
    #[serde(default, skip_serializing_if = "Usage::is_nothing")]
    pub spent: Usage,
}

/// What a session stands for, and so what is to be done when it is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "StoredJob", into = "StoredJob")]
pub enum Job {
    /// A WhatsApp conversation: it is digested.
    #[default]
    Conversation,
    /// A phone call, closed when it was stored: it is digested.
    Call(CallKey),
    /// A lead that is merged into this one: no conversation, but work that is retried and swept like a digest.
    Merge(LeadId),
    /// Something to be done at a time: likewise no conversation. `Closing` while it waits, `Digested` once it has ended;
    /// `retry_at` is when it is looked at next, `tries` counts its schedules.
    Action(Box<Action>),
}

/// A job as the session's item holds it: one member or none.
#[derive(Serialize, Deserialize)]
struct StoredJob {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    call: Option<CallKey>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    joins: Option<LeadId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    action: Option<Box<Action>>,
}

impl From<StoredJob> for Job {
    fn from(stored: StoredJob) -> Self {
        match (stored.joins, stored.call, stored.action) {
            (Some(lead), ..) => Self::Merge(lead),
            (None, Some(call), _) => Self::Call(call),
            (None, None, Some(action)) => Self::Action(action),
            (None, None, None) => Self::Conversation,
        }
    }
}

impl From<Job> for StoredJob {
    fn from(job: Job) -> Self {
        let nothing = Self { call: None, joins: None, action: None };
        match job {
            Job::Conversation => nothing,
            Job::Call(call) => Self { call: Some(call), ..nothing },
            Job::Merge(lead) => Self { joins: Some(lead), ..nothing },
            Job::Action(action) => Self { action: Some(action), ..nothing },
        }
    }
}

impl Session {
    /// A WhatsApp conversation that opens now.
    #[must_use]
    pub fn open(id: SessionId, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            stage: Stage::Open,
            opened_at: now,
            closed: None,
            job: Job::Conversation,
            tries: 0,
            retry_at: None,
            unpublished_changes: None,
            changed_at: None,
            course: Course::default(),
            counted: None,
            spent: Usage::default(),
        }
    }

    /// Closed work whose digest or merge is due at `at`: it was never open.
    #[must_use]
    pub fn due(id: SessionId, job: Job, closed: Option<Closed>, now: Timestamp, at: Timestamp) -> Self {
        Self { stage: Stage::Closing, closed, job, retry_at: Some(at), ..Self::open(id, now) }
    }

    /// Whether a schedule that was made for it is still to fire: another one would have one of its own after it, and so on
    /// for as long as it waits.
    #[must_use]
    pub fn is_scheduled(&self, now: Timestamp) -> bool {
        self.retry_at.is_some_and(|at| at > now + CLOCKS)
    }

    /// Whether something is still to be done about it: then it stands in the sweep's index.
    #[must_use]
    pub fn is_unfinished(&self) -> bool {
        self.stage != Stage::Digested || self.unpublished_changes.is_some()
    }

    /// The same after one of its messages was changed or taken back: a digest that is being made of the old words is
    /// not written, and one that was is made anew. None where no digest is concerned.
    #[must_use]
    pub fn with_changed_message(self, now: Timestamp) -> Option<Self> {
        let next = Self { version: self.version + 1, ..self };
        match next.stage {
            Stage::Open => None,
            Stage::Closing => Some(next),
            Stage::Digested => Some(Self {
                stage: Stage::Closing,
                // Counts on, so that the schedule has a number of its own.
                tries: next.tries + 1,
                retry_at: Some(now + ANEW_AFTER),
                changed_at: Some(now),
                ..next
            }),
        }
    }

    /// Whether it was written or spoken.
    #[must_use]
    pub fn channel(&self) -> Channel {
        if self.is_call() { Channel::Call } else { Channel::Whatsapp }
    }

    /// Its place in the sweep's index: when it was opened, and of an action when it is looked at next. So the sweep meets
    /// only those that are due, however many wait.
    #[must_use]
    pub fn swept_from(&self) -> Timestamp {
        match self.job {
            Job::Action(_) => self.retry_at.unwrap_or(self.opened_at),
            _ => self.opened_at,
        }
    }

    /// The action it is the job of.
    #[must_use]
    pub fn action(&self) -> Option<&Action> {
        if let Job::Action(action) = &self.job { Some(action) } else { None }
    }

    /// The same as the next write of it, looked at again at `at` by a schedule with a number of its own.
    #[must_use]
    pub fn again(self, at: Timestamp) -> Self {
        Self { version: self.version + 1, tries: self.tries + 1, retry_at: Some(at), ..self }
    }

    /// The action it is the job of, as it ends now. The end is published at once; the sweep looks after it from here on.
    #[must_use]
    pub fn ended(self, action: Action, how: ActionEnd, now: Timestamp) -> Self {
        Self {
            version: self.version + 1,
            stage: Stage::Digested,
            retry_at: Some(now),
            unpublished_changes: Some(Vec::new()),
            job: Job::Action(Box::new(Action { ended: Some(Ended { at: now, how }), ..action })),
            ..self
        }
    }

    /// Whether it is a phone call.
    #[must_use]
    pub fn is_call(&self) -> bool {
        matches!(self.job, Job::Call(_))
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

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_stored_already_reads_back() {
        let stages = [(Stage::Open, "open"), (Stage::Closing, "closing"), (Stage::Digested, "digested")];
        for (stage, stored) in stages {
            assert_eq!(serde_json::from_value::<Stage>(json!(stored)).unwrap(), stage);
        }
        for (resume, stored) in [(Resume::No, "no"), (Resume::Due, "due"), (Resume::Asked, "asked")] {
            assert_eq!(serde_json::from_value::<Resume>(json!(stored)).unwrap(), resume);
        }
        let session = json!({
            "id": "s", "version": 3, "stage": "digested", "opened_at": "2026-11-16T08:00:00Z", "joins": "lead",
            "untold": ["city"],
        });
        let session: Session = serde_json::from_value(session).unwrap();
        assert_eq!(session.job, Job::Merge(LeadId::parse("lead").unwrap()));
        assert_eq!(session.unpublished_changes, Some(vec!["city".to_owned()]));
    }
}
