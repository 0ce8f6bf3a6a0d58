//! Calls of a part of the cloud that may be out as a whole, or for one lead.

use crate::instance::Instance;
use crate::world::Part;
use std::slice;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::Unavailable;

/// How long the SDK tries before it gives up, at least and at most, in milliseconds.
const PATIENCE: (u64, u64) = (300, 9_000);
/// What reads a state: where its row is of newer code, it cannot be read.
const READS_STATE: [&str; 2] = ["state", "state+memory"];

impl Instance {
    /// A call of the table.
    pub(super) async fn table<T>(
        &self,
        what: &'static str,
        effect: impl Future<Output = T> + Send,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Unavailable> {
        self.rows(&[], what, effect, told).await
    }

    /// A call of the table about one lead.
    pub(super) async fn row<T>(
        &self,
        key: &LeadKey,
        what: &'static str,
        effect: impl Future<Output = T> + Send,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Unavailable> {
        self.rows(slice::from_ref(key), what, effect, told).await
    }

    /// A call of the table about these leads.
    pub(super) async fn rows<T>(
        &self,
        keys: &[LeadKey],
        what: &'static str,
        effect: impl Future<Output = T> + Send,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Unavailable> {
        let world = &self.universe.plan.world;
        let now = self.universe.elapsed();
        let is_struck = |key: &LeadKey| self.universe.live().struck.contains(key);
        if world.is_out(now, |part| part == Part::Table) {
            return self.fails_in_an_outage(what, "the table is out").await;
        }
        if world.is_out(now, |part| matches!(part, Part::Rows(_))) && keys.iter().any(is_struck) {
            return self.fails_in_an_outage(what, "rows throttled").await;
        }
        if world.unreadable.is_some() && READS_STATE.contains(&what) && keys.iter().any(is_struck) {
            return self.fails_in_an_outage(what, "row that cannot be read").await;
        }
        self.call(what, effect, told).await
    }

    /// A call of the scheduler.
    pub(super) async fn scheduler<T>(
        &self,
        what: &'static str,
        effect: impl Future<Output = T> + Send,
        told: impl FnOnce(&T) -> String,
    ) -> Result<T, Unavailable> {
        if self.universe.plan.world.is_out(self.universe.elapsed(), |part| part == Part::Scheduler) {
            return self.fails_in_an_outage(what, "the scheduler is out").await;
        }
        self.call(what, effect, told).await
    }

    async fn fails_in_an_outage<T>(&self, what: &'static str, why: &'static str) -> Result<T, Unavailable> {
        let took = {
            let mut live = self.universe.live();
            *live.counts.faults.entry(why).or_default() += 1;
            live.chance.millis(PATIENCE.0, PATIENCE.1)
        };
        tokio::time::sleep(took).await;
        self.trace(|| format!("{what}: {why}"));
        Err(Unavailable { what, reason: why.to_owned() })
    }
}
