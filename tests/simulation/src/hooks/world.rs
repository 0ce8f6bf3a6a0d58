//! What all processes share: the store, the receiver, the schedules, and the account of what happened.

use super::ENDS;
use crate::cast;
use crate::chance::Chance;
use crate::universe::Broken;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{DeliveryId, SecretId};
use zikaron_protocol::testing::in_memory_store::InMemory;

/// How often each thing goes wrong, as probabilities.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rates {
    /// A call fails, before or after its effect.
    pub(super) fail: f64,
    /// The process dies at a call, before or after its effect.
    pub(super) die: f64,
    /// The receiver answers an error.
    pub(super) refused: f64,
    /// The receiver takes it, and its answer is lost.
    pub(super) lost: f64,
    /// A schedule fires early, late or twice.
    pub(super) schedule: f64,
}

/// A world of one business with a webhook.
pub(super) struct World {
    pub(super) business: BusinessId,
    pub(super) store: InMemory,
    pub(super) rates: Rates,
    /// The receiver takes nothing from and to.
    pub(super) down: (Duration, Duration),
    began: Instant,
    live: Mutex<Live>,
}

/// What changes.
pub(super) struct Live {
    pub(super) chance: Chance,
    pub(super) trace: Option<Vec<String>>,
    pub(super) broken: Vec<Broken>,
    /// The events there are.
    pub(super) published: Vec<Event>,
    /// What the receiver took: how often, by id.
    pub(super) taken: BTreeMap<DeliveryId, u32>,
    /// When it last said that it took something.
    pub(super) answered_at: Option<Timestamp>,
    /// When it was last posted to.
    pub(super) posted_at: Option<Timestamp>,
    /// The secret the receiver believes in.
    pub(super) trusted: SecretId,
    /// Which setting of a schedule holds.
    pub(super) schedules: BTreeMap<String, u64>,
    /// How often staff entered the webhook again.
    pub(super) entered_again: u32,
    /// How often `webhook.disabled` was published.
    pub(super) told: u32,
    /// Events that nobody came to an end with.
    pub(super) parked: BTreeSet<String>,
    pub(super) invocations: u64,
    pub(super) deaths: u64,
    over: bool,
    serial: u64,
}

impl World {
    pub(super) fn new(seed: u64, traced: bool) -> Self {
        let mut chance = Chance::new(seed, 4);
        let rates = Rates {
            fail: chance.rate(&[0.01, 0.05]),
            die: chance.rate(&[0.01, 0.05]),
            refused: chance.rate(&[0.1, 0.4]),
            lost: chance.rate(&[0.1, 0.3]),
            schedule: chance.rate(&[0.1, 0.4]),
        };
        let from = chance.seconds(0, 6 * 3_600);
        let down = match chance.number(0, 9) {
            // Dead for good.
            0 | 1 => (Duration::ZERO, Duration::MAX),
            2..=5 => (from, ENDS),
            _ => (Duration::ZERO, Duration::ZERO),
        };
        let [business, _] = cast::businesses();
        let trusted = SecretId::parse("first").unwrap_or_else(|_| unreachable!("it is a word"));
        let live = Live {
            chance,
            trace: traced.then(Vec::new),
            broken: Vec::new(),
            published: Vec::new(),
            taken: BTreeMap::new(),
            answered_at: None,
            posted_at: None,
            trusted,
            schedules: BTreeMap::new(),
            entered_again: 0,
            told: 0,
            parked: BTreeSet::new(),
            invocations: 0,
            deaths: 0,
            over: false,
            serial: 0,
        };
        Self { business, store: InMemory::default(), rates, down, began: Instant::now(), live: Mutex::new(live) }
    }

    pub(super) fn live(&self) -> MutexGuard<'_, Live> {
        let mut live = self.live.lock().unwrap_or_else(PoisonError::into_inner);
        live.over = self.elapsed() >= ENDS;
        live
    }

    /// How long it has lasted.
    pub(super) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    pub(super) fn now(&self) -> Timestamp {
        cast::epoch() + SignedDuration::try_from(self.elapsed()).unwrap_or_default()
    }

    /// Whether the receiver is dead for good.
    pub(super) fn is_dead(&self) -> bool {
        self.down.1 == Duration::MAX
    }

    pub(super) fn is_down(&self) -> bool {
        self.down.0 <= self.elapsed() && self.elapsed() < self.down.1
    }

    /// A promise was broken.
    pub(super) fn broken(&self, invariant: &'static str, detail: String) {
        self.trace(|| format!("BROKEN {invariant}: {detail}"));
        self.live().broken.push(Broken { invariant, detail });
    }

    pub(super) fn trace(&self, line: impl FnOnce() -> String) {
        let elapsed = self.elapsed();
        if let Some(trace) = &mut self.live().trace {
            trace.push(format!("{:>10.3} {}", elapsed.as_secs_f64(), line()));
        }
    }
}

impl Live {
    /// A number nobody had before.
    pub(super) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// Whether a fault of this rate happens now.
    pub(super) fn strikes(&mut self, rate: f64) -> bool {
        self.chance.is(rate) && !self.over
    }
}
