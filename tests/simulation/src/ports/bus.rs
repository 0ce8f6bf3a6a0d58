//! The event bus: at least once, in any order.

use crate::instance::Instance;
use crate::invocation;
use crate::work::Work;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::{EventBus, Unavailable};

impl EventBus for Instance {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        if events.is_empty() {
            return Ok(());
        }
        let effect = async { events.iter().for_each(|event| self.published(event)) };
        let told = |(): &()| events.iter().map(Event::name).collect::<Vec<_>>().join(", ");
        self.call("publish", effect, told).await
    }
}

impl Instance {
    fn published(&self, event: &Event) {
        let universe = &self.universe;
        let at = universe.elapsed();
        let plan = &universe.plan;
        let mut live = universe.live();
        live.events.push((at, event.clone()));
        if !matches!(event, Event::TurnDue(_) | Event::SessionDue(_)) {
            return;
        }
        live.counts.hints += 1;
        let mut delays: Vec<Duration> = vec![live.chance.millis(20, 500)];
        if live.strikes(plan, "bus delivers twice", plan.rates.bus) {
            delays.push(live.chance.millis(20, 5_000));
        }
        if live.strikes(plan, "bus delivers late", plan.rates.bus) {
            delays = vec![live.chance.seconds(30, 1_800)];
        }
        drop(live);
        for delay in delays {
            invocation::start_after(Arc::clone(universe), Work::Event(event.clone()), delay);
        }
    }
}
