//! One run: a seed, its scenario, and silence until nothing moves any more.

use crate::cast;
use crate::counts::Counts;
use crate::invocation;
use crate::people;
use crate::plan::{Limits, Plan};
use crate::universe::{Broken, Universe};
use crate::verdict;
use crate::work::Work;
use crate::world::{Part, Place};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::Message;
use zikaron_protocol::testing::in_memory_store::Lead;

/// How often the sweep runs.
const SWEEP: Duration = Duration::from_secs(300);
/// How long the run goes on after the scenario, at least …
const REST: Duration = Duration::from_secs(14 * 3_600);
/// … and at most.
const MAX_REST: Duration = Duration::from_secs(48 * 3_600);

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
            let leads = universe.store.leads().into_iter();
            let is_theirs =
                |lead: &Lead| lead.state.as_ref().is_some_and(|state| cast::is_person(&state.customer, customer));
            let business = cast::business_of(customer);
            let theirs = leads.filter(|(key, lead)| key.business == business && is_theirs(lead)).map(|(key, _)| key);
            let theirs: BTreeSet<_> = theirs.collect();
            if world.unreadable_message.is_some() {
                hide_a_message(&universe, &theirs);
            } else {
                universe.trace(|| format!("no rows any more of {theirs:?}"));
            }
            universe.live().struck = theirs;
        });
    }
}

/// One message of these leads cannot be read any more: one that waits, if there is such.
fn hide_a_message(universe: &Universe, theirs: &BTreeSet<LeadKey>) {
    let leads: Vec<_> =
        universe.store.leads().into_iter().filter(|(key, _)| theirs.contains(key)).map(|(_, lead)| lead).collect();
    let all = || leads.iter().flat_map(|lead| lead.messages.values().map(move |message| (lead, message)));
    let waits = |lead: &Lead, message: &Message| {
        message.needs_answer() && lead.state.as_ref().is_some_and(|state| message.arrival > state.answered)
    };
    let waiting: Vec<_> = all().filter(|(lead, message)| waits(lead, message)).map(|(_, message)| message).collect();
    let any: Vec<_> = all().map(|(_, message)| message).collect();
    let mut live = universe.live();
    let Some(message) = live.chance.one_of(&waiting).or_else(|| live.chance.one_of(&any)) else { return };
    drop(live);
    universe.trace(|| format!("{} cannot be read any more", message.key.id));
    universe.store.make_message_unreadable(message.key.id.clone());
    universe.live().hidden = Some(message.key.id.clone());
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
    loop {
        tokio::time::sleep(SWEEP).await;
        let now = universe.elapsed();
        universe.live().faults_over = now >= ends;
        if !universe.live().broken.is_empty() {
            return;
        }
        let quiet = universe.live().under_way == 0;
        if now > ends + MAX_REST {
            universe.broken("everything comes to rest", format!("{} under way", universe.live().under_way));
            return;
        }
        if now > ends + REST && quiet {
            return verdict::judge(universe);
        }
        invocation::start(universe, Work::Sweep);
    }
}
