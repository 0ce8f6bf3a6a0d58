//! A business's webhook, and what became of each event that was to be posted to it. Names are those of Standard Webhooks
//! where it has one: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

pub use super::attempt::{Attempt, Outcome};
use super::ids::{BusinessId, InvalidId, identifier};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

fn is_word(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

identifier!(
    /// Which secret a webhook is signed with: the secret itself follows from it and from a key that is kept elsewhere.
    SecretId, is_word, "1 to 64 letters, digits and '_'"
);
identifier!(
    /// An event on its way to a webhook: the `webhook-id` of every post of it, by which a receiver counts it once.
    DeliveryId, is_word, "1 to 64 letters, digits and '_'"
);

impl DeliveryId {
    /// That of an event of this kind (`detail-type`) and identity: published twice, it has the same one.
    #[must_use]
    pub fn of(business: &BusinessId, kind: &str, identity: &str) -> Self {
        let mut hash = Sha256::new();
        for part in [business.as_str(), kind, identity] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        Self(format!("msg_{}", hex::encode(&hash.finalize()[..16])))
    }
}

/// What a business wants beside ids.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Include {
    /// The summary of the last interaction, in `memory.updated` and `session.closed`. A CRM is told that of the
    /// conversation that ended.
    #[serde(default)]
    pub summary: bool,
    /// The values of the fields that changed, in `memory.updated`. For a CRM all that stand, of which its mapping takes some.
    #[serde(default)]
    pub values: bool,
}

/// The secret before, while receivers change over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviousSecret {
    /// Which.
    pub id: SecretId,
    /// Until then every post is signed with it too.
    pub until: Timestamp,
}

/// Why nothing is posted any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum DisabledCause {
    /// No post has succeeded for days.
    Failing,
    /// The receiver answered 410: it is gone for good.
    Gone,
}

/// That nothing is posted any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disabled {
    /// Since when.
    pub at: Timestamp,
    /// Why.
    pub cause: DisabledCause,
    /// Whether `webhook.disabled` was published.
    #[serde(default)]
    pub told: bool,
}

/// A token of somebody else's, as it is kept: only what follows from a key that is kept elsewhere opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedToken {
    /// The secret that opens it. It has sealed nothing else.
    pub key: SecretId,
    /// The token under it, in Base64.
    pub text: String,
}

/// The CRM that stands behind a webhook's address in place of a receiver.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crm {
    /// The mapping that says what it is told of each event, by name.
    pub mapping: String,
    /// What lets us in.
    pub token: SealedToken,
}

/// Where a business has its events posted, and how.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Webhook {
    /// Counts the writes of this item. It goes on when a webhook is removed and another one entered: a write that is
    /// decided on the old one must not meet the new one.
    pub version: u64,
    /// Where to.
    pub url: String,
    /// The events that are wanted, by `detail-type`; all where it is empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// What is wanted beside ids.
    #[serde(default)]
    pub include: Include,
    /// The CRM that is told in its own words; none where events are posted as they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crm: Option<Crm>,
    /// What it is signed with.
    pub secret: SecretId,
    /// What it was signed with before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<PreviousSecret>,
    /// When staff entered it last, be it at the same address: a post that began before says nothing of who is there
    /// now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entered_at: Option<Timestamp>,
    /// Since when it is at this address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url_since: Option<Timestamp>,
    /// Since when no post has succeeded; none while all is well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing_since: Option<Timestamp>,
    /// That nothing is posted any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
    /// Whether staff took it away.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

impl Webhook {
    /// Whether anything is posted to it.
    #[must_use]
    pub fn is_on(&self) -> bool {
        !self.removed && self.disabled.is_none()
    }

    /// Whether it asks for events of this `detail-type`. A test is posted to every one.
    #[must_use]
    pub fn wants(&self, name: &str) -> bool {
        name == "webhook.test" || self.events.is_empty() || self.events.iter().any(|wanted| wanted == name)
    }

    /// Whether an event waits since another address refused it. It is not posted to this one unless staff ask for it:
    /// whoever is here now may be somebody else.
    #[must_use]
    pub fn came_after(&self, delivery: &Delivery) -> bool {
        let refused = delivery.attempts.last().filter(|_| delivery.failures > 0);
        refused.zip(self.url_since).is_some_and(|(refused, since)| refused.at < since)
    }

    /// What a post at this time is signed with: two secrets while receivers change over.
    #[must_use]
    pub fn secrets(&self, now: Timestamp) -> Vec<SecretId> {
        let previous = self.previous.iter().filter(|previous| now < previous.until).map(|previous| &previous.id);
        [&self.secret].into_iter().chain(previous).cloned().collect()
    }

    /// The same webhook as the next write of it.
    #[must_use]
    pub fn next(&self) -> Self {
        Self { version: self.version + 1, ..self.clone() }
    }
}

/// How far an event is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryState {
    /// It is to be posted at this time.
    Waiting {
        /// Not before.
        next_at: Timestamp,
    },
    /// The receiver has it.
    Delivered,
    /// It was tried for a day or refused for good, or the webhook is off or elsewhere now: only staff have it posted again.
    Failed,
}

/// An event that is to be posted to a business's webhook. It holds what the bus held, and so no value of a profile.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Counts the writes of this item.
    pub version: u64,
    /// Its id.
    pub id: DeliveryId,
    /// The event's `detail-type`.
    pub kind: String,
    /// When it was published.
    pub at: Timestamp,
    /// The event's `detail`.
    pub data: Map<String, Value>,
    /// How far it is.
    pub state: DeliveryState,
    /// Posts that failed since it was published, or since staff asked for it again.
    pub failures: u32,
    /// The last posts, oldest first.
    pub attempts: Vec<Attempt>,
}

/// So many posts of one event are remembered.
const MAX_ATTEMPTS: usize = 20;

/// How long an event waits for its next post, in units of the first wait: a minute makes it a day. Standard Webhooks
/// ("Deliverability and reliability") wants a back-off over days that gives a receiver time to come back.
const WAITS: [i32; 8] = [1, 5, 15, 60, 120, 240, 420, 579];

impl Delivery {
    /// An event that is to be posted now.
    #[must_use]
    pub fn new(id: DeliveryId, kind: String, at: Timestamp, data: Map<String, Value>) -> Self {
        let state = DeliveryState::Waiting { next_at: at };
        Self { version: 0, id, kind, at, data, state, failures: 0, attempts: Vec::new() }
    }

    /// The same as the next write of it, in another state.
    #[must_use]
    pub fn next(&self, state: DeliveryState) -> Self {
        Self { version: self.version + 1, state, ..self.clone() }
    }

    /// What it is after a post that ended at `now`.
    #[must_use]
    pub fn after(&self, attempt: Attempt, now: Timestamp, first_wait: SignedDuration) -> Self {
        let state = if attempt.outcome.is_success() {
            DeliveryState::Delivered
        } else {
            let again = WAITS.get(usize::try_from(self.failures).unwrap_or(usize::MAX));
            match again.filter(|_| !attempt.outcome.is_final()) {
                Some(wait) => DeliveryState::Waiting { next_at: now + self.spread(first_wait * *wait) },
                None => DeliveryState::Failed,
            }
        };
        let failures = self.failures + u32::from(!attempt.outcome.is_success());
        let kept = self.attempts.len().saturating_sub(MAX_ATTEMPTS - 1);
        let attempts = self.attempts.iter().skip(kept).cloned().chain([attempt]).collect();
        Self { failures, attempts, ..self.next(state) }
    }

    /// Up to a tenth more, by its id: what failed in one moment does not come back in one.
    fn spread(&self, wait: SignedDuration) -> SignedDuration {
        let part = self.id.as_str().bytes().fold(self.failures, |sum, byte| sum.wrapping_mul(31) + u32::from(byte));
        wait + wait * i32::try_from(part % 100).unwrap_or(0) / 1_000
    }
}

/// That an event is to be posted: what the schedule of a retry fires with, and what staff publish.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeliveryDue {
    /// The business.
    pub business: BusinessId,
    /// Which event.
    pub delivery: DeliveryId,
    /// The write of the delivery that asks for it: each has a schedule of its own.
    #[serde(default)]
    pub version: u64,
}
