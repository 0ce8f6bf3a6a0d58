//! One run: a seed, its scenario, and silence until nothing moves any more.

use crate::cast;
use crate::counts::Counts;
use crate::invocation;
use crate::people;
use crate::plan::{Limits, Plan};
use crate::universe::{Broken, Hidden, Universe};
use crate::verdict;
use crate::work::Work;
use crate::world::{Part, Place};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::testing::in_memory_store::Lead;

/// How often the sweep runs.
const SWEEP: Duration = Duration::from_secs(300);
/// How long the run goes on after the scenario, at least …
const REST: Duration = Duration::from_secs(14 * 3_600);
/// … and at most.
const MAX_REST: Duration = Duration::from_secs(48 * 3_600);
/// So much longer where the business keeps a day of rest: what was to be done waits for its end, and for that of the quiet
/// hours behind it.
const DAY_OF_REST: Duration = Duration::from_secs(30 * 3_600);

/// How often, and how far apart, one looks for a message that waits, to make it one that cannot be read.
const LOOKS: u32 = 2_000;
const LOOK: Duration = Duration::from_millis(1_800);

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// How many steps its scenario had.
    pub steps: usize,
    /// What happened.
    pub counts: Counts,
    /// The promise broken first, if any was.
    pub broken: Option<Broken>,
    /// Time, instance, call, effect and fault, if asked for.
    pub trace: Vec<String>,
}

/// Runs a seed. The same seed and limits always come to the same report.
#[must_use]
pub fn run(seed: u64, limits: Limits, traced: bool) -> Report {
    played(Plan::new(seed, limits), traced)
}

/// Runs a plan.
pub(crate) fn played(plan: Plan, traced: bool) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let (seed, steps) = (plan.seed, plan.steps.len());
    let Ok(runtime) = runtime else {
        let broken = Broken { invariant: "the simulation runs", detail: "no runtime".to_owned() };
        return Report { seed, steps, counts: Counts::default(), broken: Some(broken), trace: Vec::new() };
    };
    let universe = runtime.block_on(async {
        let universe = Arc::new(Universe::new(plan, traced));
        live(&universe).await;
        universe
    });
    // Tasks that wait for ever hold the universe: they end with the runtime.
    drop(runtime);
    let mut live = universe.live();
    live.counts.seeds = 1;
    Report {
        seed,
        steps,
        counts: live.counts.clone(),
        broken: live.broken.first().cloned(),
        trace: live.trace.take().unwrap_or_default(),
    }
}

/// What happens to a run beside what people do.
fn things_happen(universe: &Arc<Universe>) {
    let world = universe.plan.world;
    if let Place::GivenAway(at) = world.place {
        let universe = Arc::clone(universe);
        tokio::spawn(async move {
            universe.until(at).await;
            let [_, other] = cast::businesses();
            universe.store.put_route(cast::given_line(), other);
            universe.trace(|| "the second number is another business's from now on".to_owned());
        });
    }
    let throttled = world.outage.and_then(|outage| match outage.part {
        Part::Rows(customer) => Some((customer, outage.from)),
        Part::Table | Part::Scheduler | Part::Token => None,
    });
    if let Some((customer, at)) = throttled.or(world.struck()) {
        let universe = Arc::clone(universe);
        tokio::spawn(async move {
            universe.until(at).await;
            let theirs = leads_of(&universe, customer);
            if world.unreadable_message.is_some() {
                hide_a_message(&universe, customer).await;
            } else {
                universe.trace(|| format!("no rows any more of {theirs:?}"));
            }
            universe.live().struck.extend(theirs);
        });
    }
}

fn leads_of(universe: &Universe, customer: usize) -> BTreeSet<LeadKey> {
    let is_theirs = |lead: &Lead| lead.state.as_ref().is_some_and(|state| cast::is_person(&state.customer, customer));
    let business = cast::business_of(customer);
    let leads = universe.store.leads().into_iter();
    leads.filter(|(key, lead)| key.business == business && is_theirs(lead)).map(|(key, _)| key).collect()
}

/// One message of this customer's cannot be read any more: one that waits, if there is such within an hour.
async fn hide_a_message(universe: &Universe, customer: usize) {
    for look in 0..LOOKS {
        let theirs = leads_of(universe, customer);
        let leads = universe.store.leads();
        let messages = theirs.iter().filter_map(|key| Some((key, leads.get(key)?))).flat_map(|(key, lead)| {
            let answered = lead.state.as_ref().map_or(u64::MAX, |state| state.answered);
            lead.messages
                .values()
                .map(move |message| (key, message, message.needs_answer() && message.arrival > answered))
        });
        let is_last = look + 1 == LOOKS;
        let fit: Vec<_> =
            messages.filter(|(_, _, waits)| *waits || is_last).map(|(key, message, _)| (key, message)).collect();
        let chosen = universe.live().chance.one_of(&fit);
        if let Some((lead, message)) = chosen {
            let id = &message.key.id;
            universe.trace(|| format!("{id} cannot be read any more"));
            universe.store.make_message_unreadable(id.clone());
            let mut live = universe.live();
            live.hidden = Some(Hidden { id: id.clone(), lead: lead.clone(), arrival: message.arrival });
            live.struck.extend(theirs);
            return;
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn live(universe: &Arc<Universe>) {
    let settings = universe.plan.settings.clone();
    universe.live().settings.push((Duration::ZERO, settings));
    for number in 0..universe.plan.steps.len() {
        let universe = Arc::clone(universe);
        universe.live().under_way += 1;
        tokio::spawn(async move {
            if let Some(step) = universe.plan.steps.get(number) {
                people::perform(&universe, number, step).await;
            }
            universe.live().under_way -= 1;
        });
    }
    things_happen(universe);
    let ends = universe.plan.ends;
    let more = if universe.plan.rests() { DAY_OF_REST } else { Duration::ZERO };
    loop {
        tokio::time::sleep(SWEEP).await;
        let now = universe.elapsed();
        universe.live().faults_over = now >= ends;
        if now >= ends {
            // The newer code that wrote what could not be read is back.
            universe.store.make_messages_readable();
        }
        if !universe.live().broken.is_empty() {
            return;
        }
        let quiet = universe.live().under_way == 0;
        if now > ends + MAX_REST + more {
            universe.broken("everything comes to rest", format!("{} under way", universe.live().under_way));
            return;
        }
        if now > ends + REST + more && quiet {
            return verdict::judge(universe);
        }
        invocation::start(universe, Work::Sweep);
    }
}
