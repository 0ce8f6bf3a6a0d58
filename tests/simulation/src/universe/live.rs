//! What changes while a run goes on.

use super::channel_log::Log;
use super::records::{Accepted, Broken, Edit, Hidden, Placed, Truth};
use super::shadow::Shadow;
use crate::chance::Chance;
use crate::counts::Counts;
use crate::plan::Plan;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_memory::settings::Settings;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::figures::Counted;
use zikaron_protocol::model::ids::{LeadKey, MessageId};

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
    /// How often each voice note was heard to its end, by what is said in it.
    pub(crate) transcribed: BTreeMap<String, u64>,
    /// When it was stored with a lead what is said in a voice note, or that nobody can hear it, by the id of its file; none
    /// where it is stored without.
    pub(crate) settled: BTreeMap<String, BTreeMap<LeadKey, Option<Duration>>>,
    /// Those the transcriber once did not hear to their end, though nothing failed.
    pub(crate) unheard: BTreeSet<String>,
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
    pub(crate) erasures: Vec<(Duration, LeadKey, Timestamp)>,
    /// What the sessions of leads that were erased were counted as.
    pub(crate) counted_of_erased: BTreeMap<LeadKey, Vec<Counted>>,
    /// The customer each of them was.
    pub(crate) erased: BTreeMap<LeadKey, usize>,
    /// Leads whose rows are throttled or cannot be read.
    pub(crate) struck: BTreeSet<LeadKey>,
    /// The message that cannot be read.
    pub(crate) hidden: Option<Hidden>,
    /// Deliveries, schedules and statuses under way.
    pub(crate) under_way: u64,
    serial: u64,
}

impl Live {
    /// Before anything has happened.
    pub(super) fn new(plan: &Plan, traced: bool) -> Self {
        Self {
            chance: Chance::new(plan.seed, 2),
            faults_over: false,
            counts: Counts::default(),
            broken: Vec::new(),
            trace: traced.then(Vec::new),
            shadow: Shadow::default(),
            channel: Log::default(),
            seen: BTreeMap::new(),
            known: BTreeMap::new(),
            transcribed: BTreeMap::new(),
            settled: BTreeMap::new(),
            unheard: BTreeSet::new(),
            schedules: BTreeMap::new(),
            settings: vec![(Duration::ZERO, plan.settings.clone())],
            events: Vec::new(),
            accepted: Vec::new(),
            moved: BTreeSet::new(),
            echoed: Vec::new(),
            truth: BTreeMap::new(),
            calls: Vec::new(),
            edits: Vec::new(),
            erasures: Vec::new(),
            counted_of_erased: BTreeMap::new(),
            erased: BTreeMap::new(),
            struck: BTreeSet::new(),
            hidden: None,
            under_way: 0,
            serial: 0,
        }
    }

    /// A number nobody had before.
    pub(super) fn serial(&mut self) -> u64 {
        self.serial += 1;
        self.serial
    }

    /// How often a customer has moved.
    pub(crate) fn moves_of(&self, customer: usize) -> usize {
        usize::from(self.moved.contains(&customer))
    }

    /// The erasures of a customer: when each took place, and up to when by its own clock.
    pub(crate) fn erasures_of(&self, customer: usize) -> impl Iterator<Item = (Duration, Timestamp)> {
        let is_of_customer = move |key: &LeadKey| self.erased.get(key) == Some(&customer);
        self.erasures.iter().filter(move |(_, key, _)| is_of_customer(key)).map(|(at, _, until)| (*at, *until))
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
