//! Everything the instances of a run share: the time, the store behind their stores, the channel, the schedules, and
//! the account of what happened.

mod channel_log;
mod live;
mod records;
mod recount;
mod shadow;

use crate::cast;
use crate::plan::Plan;
pub(crate) use channel_log::{Answer, AskedCall, DEAD_TOKEN, FOR_GOOD, Post, Taken, UNDELIVERABLE, WINDOW_CLOSED};
use jiff::{SignedDuration, Timestamp};
pub(crate) use live::Live;
pub use records::Broken;
pub(crate) use records::{Accepted, Edit, Hidden, Placed, Truth};
pub(crate) use recount::{OfSession, Recount};
pub(crate) use shadow::{Seen, last_of, note_last};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::testing::in_memory_store::InMemory;

/// The shared world of a run.
pub(crate) struct Universe {
    pub(crate) plan: Plan,
    pub(crate) config: Config,
    pub(crate) store: InMemory,
    began: Instant,
    live: Mutex<Live>,
}

impl Universe {
    pub(crate) fn new(plan: Plan, traced: bool) -> Self {
        let store = InMemory::default();
        cast::routes().into_iter().for_each(|(line, business)| store.put_route(line, business));
        store.put_route(cast::calling_line(), cast::business_of(0));
        // Half of the runs are never done with the first page.
        let page = if plan.seed.is_multiple_of(2) { Config::default().page } else { 1 };
        let config = Config { page, ..Config::default() };
        let live = Mutex::new(Live::new(&plan, traced));
        Self { plan, config, store, began: Instant::now(), live }
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
        self.live().serial()
    }
}
