//! Events on their way to a business's webhook: the courier under faults. Apart from the rest, which publishes them: here
//! only that there are some, published once or twice, and what becomes of each.

mod process;
mod receiver;
mod verdict;
mod world;

use crate::counts::Counts;
use crate::run::Report;
use jiff::SignedDuration;
use process::{Started, invoke};
use std::sync::Arc;
use std::time::Duration;
use world::World;
use zikaron_protocol::model::event::{CallMissed, Event};
use zikaron_protocol::model::ids::{LeadId, LeadKey, MessageId};
use zikaron_protocol::model::webhook::{DeliveryDue, SecretId};
use zikaron_protocol::ports::{Unavailable, WebhookStore};
use zikaron_protocol::webhook::courier::Announced;
use zikaron_protocol::webhook::edit::{self, Wanted};

/// After this time nothing fails any more, but for a receiver that is dead.
const ENDS: Duration = Duration::from_secs(12 * 3_600);
/// When everything must be at rest: longer than a dead webhook is tried.
const OVER: Duration = Duration::from_secs(12 * 24 * 3_600);

/// Plays a seed. The same seed always comes to the same report.
#[must_use]
pub fn webhooks(seed: u64, traced: bool) -> Report {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let Ok(runtime) = runtime else {
        return Report {
            seed,
            steps: 0,
            counts: Counts::default(),
            broken: None,
            trace: vec!["no runtime".to_owned()],
        };
    };
    let world = runtime.block_on(async {
        let world = Arc::new(World::new(seed, traced));
        play(&world).await;
        world
    });
    drop(runtime);
    let mut live = world.live();
    let counts = Counts { seeds: 1, invocations: live.invocations, deaths: live.deaths, ..Counts::default() };
    let broken = live.broken.first().cloned();
    Report { seed, steps: live.published.len(), counts, broken, trace: live.trace.take().unwrap_or_default() }
}

async fn play(world: &Arc<World>) {
    if enter(world).await.is_err() {
        return world.broken("the webhook is entered", String::new());
    }
    let (events, rotates, asks) = {
        let mut live = world.live();
        let many = live.chance.number(1, 8);
        (many, live.chance.is(0.5), live.chance.is(0.3))
    };
    for number in 0..events {
        tokio::spawn(publish(Arc::clone(world), number));
    }
    if rotates {
        tokio::spawn(rotate(Arc::clone(world)));
    }
    if asks {
        tokio::spawn(ask_again(Arc::clone(world)));
    }
    if world.live().chance.is(0.3) {
        tokio::spawn(enter_again(Arc::clone(world)));
    }
    tokio::time::sleep(OVER).await;
    verdict::judge(world).await;
}

async fn enter(world: &World) -> Result<(), edit::WebhookError> {
    let url = "https://hooks.example.com".to_owned();
    let wanted = Wanted { url, events: Vec::new(), include: Default::default(), crm: None };
    let first = SecretId::parse("first").map_err(|error| Unavailable::unreadable("id", &error))?;
    edit::enter(&world.store, &world.business, &wanted, &first, world.now()).await.map(drop)
}

/// An event, published once, or twice by who died before it was struck out; a bus delivers each once or twice.
async fn publish(world: Arc<World>, number: u64) {
    let (at, again) = {
        let mut live = world.live();
        let again = live.chance.is(0.4).then(|| live.chance.seconds(1, 3_600));
        // A dead webhook is off only where something is posted to it for days.
        let within = if world.is_dead() { 8 * 24 } else { 8 };
        (live.chance.seconds(0, within * 3_600), again)
    };
    tokio::time::sleep(at).await;
    let Some(event) = event(&world, number) else { return world.broken("an event is made", String::new()) };
    world.live().published.push(event.clone());
    announce(&world, &event);
    if let Some(again) = again {
        tokio::time::sleep(again).await;
        announce(&world, &event);
    }
}

fn event(world: &World, number: u64) -> Option<Event> {
    let key = LeadKey { business: world.business.clone(), lead: LeadId::parse("lead").ok()? };
    Some(Event::CallMissed(CallMissed {
        key,
        message: MessageId::parse(format!("call{number}")).ok()?,
        at: world.now(),
    }))
}

fn announce(world: &Arc<World>, event: &Event) {
    let id = format!("bus-{}", world.live().serial());
    let announced = Announced { id, time: world.now(), event: event.clone() };
    let copies = if world.live().strikes(0.2) { 2 } else { 1 };
    for _ in 0..copies {
        let delay = world.live().chance.millis(20, 5_000);
        invoke(world, Started::Announced(announced.clone()), delay);
    }
}

/// Staff change the secret; whoever receives changes over at some time until the old one is void.
async fn rotate(world: Arc<World>) {
    let (at, takes) = {
        let mut live = world.live();
        (live.chance.seconds(60, 10 * 3_600), live.chance.seconds(60, 23 * 3_600))
    };
    tokio::time::sleep(at).await;
    let until = world.now() + SignedDuration::from_hours(24);
    let Ok(second) = SecretId::parse("second") else { return };
    if edit::rotate(&world.store, &world.business, &second, until).await.is_err() {
        return world.broken("the secret is changed", String::new());
    }
    world.trace(|| "the secret is changed".to_owned());
    tokio::time::sleep(takes).await;
    world.live().trusted = second;
    world.trace(|| "the receiver has changed over".to_owned());
}

/// Staff enter it again at the same address, as who has mended the receiver does.
async fn enter_again(world: Arc<World>) {
    let within = if world.is_dead() { 6 * 24 } else { 11 };
    let at = world.live().chance.seconds(600, within * 3_600);
    tokio::time::sleep(at).await;
    if enter(&world).await.is_err() {
        return world.broken("the webhook is entered", String::new());
    }
    world.live().entered_again += 1;
    world.trace(|| "the webhook is entered again".to_owned());
}

/// Staff have an event posted again.
async fn ask_again(world: Arc<World>) {
    let at = world.live().chance.seconds(600, 11 * 3_600);
    tokio::time::sleep(at).await;
    let Ok((known, _)) = world.store.deliveries(&world.business, None, 100).await else { return };
    let ids: Vec<_> = known.iter().map(|delivery| &delivery.id).collect();
    let chosen = world.live().chance.one_of(&ids).cloned();
    let Some(delivery) = chosen else { return };
    if let Ok(again) = edit::redeliver(&world.store, &world.business, &delivery, world.now()).await {
        world.trace(|| format!("staff want {delivery} again"));
        let version = again.version;
        let due = DeliveryDue { business: world.business.clone(), delivery, version };
        invoke(&world, Started::Due(due), Duration::from_millis(100));
    }
}
