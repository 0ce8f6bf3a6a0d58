//! Everything the instances of a run share: the time, the store behind their stores, the channel, the schedules, and
//! the account of what happened.

use crate::calls::Placed;
use crate::cast;
use crate::chance::Chance;
use crate::channel::Log;
use crate::counts::Counts;
use crate::customer::Accepted;
use crate::plan::Plan;
use crate::witness::Shadow;
use jiff::{SignedDuration, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{LeadKey, MessageId};
use zikaron_protocol::model::message::MessageKey;
use zikaron_protocol::testing::in_memory_store::InMemory;

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// Which.
    pub invariant: &'static str,
    /// By what.
    pub detail: String,
}

/// An edit of staff that was answered with success.
#[derive(Clone, Debug)]
pub(crate) struct Edit {
    pub(crate) key: LeadKey,
    pub(crate) field: String,
    /// The session its candidate names.
    pub(crate) occasion: String,
}

/// What a message of a customer is by now, whatever of it has come in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Truth {
    /// Its words can be changed: nothing was learnt from them.
    pub(crate) plain: bool,
    /// The last edit, and its mark.
    pub(crate) edit: Option<(MessageKey, String)>,
    pub(crate) revoked: bool,
    /// The last reaction to it.
    pub(crate) reaction: Option<(MessageKey, Option<String>)>,
}

/// The shared world of a run.
pub(crate) struct Universe {
    pub(crate) plan: Plan,
    pub(crate) config: Config,
    pub(crate) store: InMemory,
    began: Instant,
    live: Mutex<Live>,
}

/// What changes while it runs.
pub(crate) struct Live {
    pub(crate) chance: Chance,
    /// The scenario is over: nothing fails any more.
    pub(crate) faults_over: bool,
    pub(crate) counts: Counts,
    pub(crate) broken: Vec<Broken>,
    pub(crate) trace: Option<Vec<String>>,
    pub(crate) shadow: Shadow,
    pub(crate) channel: Log,
    /// What each answer and each summary of the model had seen: the marks of the customers' messages.
    pub(crate) seen: BTreeMap<String, BTreeSet<String>>,
    /// The names of the summaries each answer was made with.
    pub(crate) known: BTreeMap<String, BTreeSet<String>>,
    /// Which setting of a schedule holds.
    pub(crate) schedules: BTreeMap<String, u64>,
    /// The settings and since when, the newest last.
    pub(crate) settings: Vec<(Duration, Settings)>,
    /// What the product published.
    pub(crate) events: Vec<(Duration, Event)>,
    pub(crate) accepted: Vec<Accepted>,
    /// Customers who have another number by now.
    pub(crate) moved: BTreeSet<usize>,
    /// What persons wrote from the phone app.
    pub(crate) echoed: Vec<MessageId>,
    /// What was edited, taken back or reacted to, by the channel's id.
    pub(crate) truth: BTreeMap<MessageId, Truth>,
    pub(crate) calls: Vec<Placed>,
    pub(crate) edits: Vec<Edit>,
    /// Leads that were erased: when, and up to when by the erasure's own clock.
    pub(crate) erased_customers: Vec<(Duration, LeadKey, Timestamp)>,
    /// The customer each of them was.
    pub(crate) erased: BTreeMap<LeadKey, usize>,
    /// Deliveries, schedules and statuses under way.
    pub(crate) under_way: u64,
    serial: u64,
}

impl Universe {
    pub(crate) fn new(plan: Plan, traced: bool) -> Self {
        let store = InMemory::default();
        store.put_route(cast::line(), cast::business());
        let live = Live {
            chance: Chance::new(plan.seed, 2),
            faults_over: false,
            counts: Counts::default(),
            broken: Vec::new(),
            trace: traced.then(Vec::new),
            shadow: Shadow::default(),
            channel: Log::default(),
            seen: BTreeMap::new(),
            known: BTreeMap::new(),
            schedules: BTreeMap::new(),
            settings: vec![(Duration::ZERO, plan.settings.clone())],
            events: Vec::new(),
            accepted: Vec::new(),
            moved: BTreeSet::new(),
            echoed: Vec::new(),
            truth: BTreeMap::new(),
            calls: Vec::new(),
            edits: Vec::new(),
            erased_customers: Vec::new(),
            erased: BTreeMap::new(),
            under_way: 0,
            serial: 0,
        };
        // Half of the runs are never done with the first page.
        let page = if plan.seed.is_multiple_of(2) { Config::default().page } else { 1 };
        let config = Config { page, ..Config::default() };
        Self { plan, config, store, began: Instant::now(), live: Mutex::new(live) }
    }

    pub(crate) fn live(&self) -> MutexGuard<'_, Live> {
        self.live.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long the run has lasted.
    pub(crate) fn elapsed(&self) -> Duration {
        self.began.elapsed()
    }

    /// The true time, which is the channel's.
    pub(crate) fn now(&self) -> Timestamp {
        let elapsed = self.elapsed();
        cast::epoch() + SignedDuration::try_from(elapsed).unwrap_or_default()
    }

    /// Until this moment of the run.
    pub(crate) async fn until(&self, at: Duration) {
        tokio::time::sleep_until(self.began + at).await;
    }

    /// A promise was broken.
    pub(crate) fn broken(&self, invariant: &'static str, detail: String) {
        self.trace(|| format!("BROKEN {invariant}: {detail}"));
        self.live().broken.push(Broken { invariant, detail });
    }

    /// Notes a line of the trace, if one is kept.
    pub(crate) fn trace(&self, line: impl FnOnce() -> String) {
        let elapsed = self.elapsed();
        let mut live = self.live();
        if let Some(trace) = &mut live.trace {
            trace.push(format!("{:>10.3} {}", elapsed.as_secs_f64(), line()));
        }
    }

    /// A number nobody had before.
    pub(crate) fn serial(&self) -> u64 {
        let mut live = self.live();
        live.serial += 1;
        live.serial
    }
}

impl Live {
    /// How often a customer has moved.
    pub(crate) fn moves_of(&self, customer: usize) -> usize {
        usize::from(self.moved.contains(&customer))
    }

    /// The erasures of a customer: when each took place, and up to when by its own clock.
    pub(crate) fn erasures_of(&self, customer: usize) -> impl Iterator<Item = (Duration, Timestamp)> {
        let of_him = move |key: &LeadKey| self.erased.get(key) == Some(&customer);
        self.erased_customers.iter().filter(move |(_, key, _)| of_him(key)).map(|(at, _, until)| (*at, *until))
    }

    /// Whether this fault happens now; counts it.
    pub(crate) fn strikes(&mut self, plan: &Plan, name: &'static str, rate: f64) -> bool {
        let left = self.counts.faults.values().sum::<u64>() < plan.limits.faults;
        // Drawn in any case: a run with fewer faults is the same run up to the first one left out.
        let drawn = self.chance.is(rate);
        let strikes = drawn && left && !self.faults_over;
        if strikes {
            *self.counts.faults.entry(name).or_default() += 1;
        }
        strikes
    }
}
