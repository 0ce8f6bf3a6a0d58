//! The one-shot schedules: they fire within the minute after their time, or early, twice, hours late, or never.

use crate::instance::Instance;
use crate::invocation;
use crate::universe::Universe;
use crate::work::Work;
use jiff::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::{IdleTimer, Unavailable};

impl IdleTimer for Instance {
    async fn start(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.scheduler("timer start", async { set(&self.universe, fire, at) }, |()| format!("{at:.0}")).await
    }

    async fn restart(&self, fire: &TimerFired, at: Timestamp) -> Result<(), Unavailable> {
        self.scheduler("timer restart", async { set(&self.universe, fire, at) }, |()| format!("{at:.0}")).await
    }
}

/// Makes the schedule, or moves the one of this name.
fn set(universe: &Arc<Universe>, fire: &TimerFired, at: Timestamp) {
    let name = format!("{}/{}/{}", fire.key.lead, fire.session, fire.generation);
    let stamp = universe.serial();
    let left = Duration::try_from(at.duration_since(universe.now())).unwrap_or_default();
    let plan = &universe.plan;
    let mut live = universe.live();
    live.schedules.insert(name.clone(), stamp);
    if live.strikes(plan, "schedule never fires", plan.rates.never) {
        return;
    }
    let mut wait = left + live.chance.millis(0, 59_999);
    if live.strikes(plan, "schedule fires early", plan.rates.early) {
        let early = live.chance.seconds(1, 900);
        wait = left.saturating_sub(early);
    } else if live.strikes(plan, "schedule fires late", plan.rates.late) {
        wait += live.chance.seconds(300, 18_000);
    }
    let again = live.strikes(plan, "schedule fires twice", plan.rates.twice).then(|| live.chance.millis(0, 3_000));
    live.under_way += 1;
    drop(live);
    tokio::spawn(fires(Arc::clone(universe), name, stamp, fire.clone(), wait, again));
}

async fn fires(
    universe: Arc<Universe>,
    name: String,
    stamp: u64,
    fire: TimerFired,
    wait: Duration,
    again: Option<Duration>,
) {
    tokio::time::sleep(wait).await;
    let holds = universe.live().schedules.get(&name) == Some(&stamp);
    if holds {
        universe.live().schedules.remove(&name);
        universe.trace(|| format!("schedule …{} fires", name.get(20..).unwrap_or_default()));
        invocation::start(&universe, Work::TimerFired(fire.clone()));
        if let Some(again) = again {
            tokio::time::sleep(again).await;
            invocation::start(&universe, Work::TimerFired(fire));
        }
    }
    universe.live().under_way -= 1;
}
