//! A process of the function, which can die at any call, and what starts it again.

use super::world::World;
use crate::instance::{Fate, LOST};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadKey};
use zikaron_protocol::model::webhook::{Delivery, DeliveryDue, DeliveryId, Webhook};
use zikaron_protocol::model::write::Memory;
use zikaron_protocol::ports::business_store::Page;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Cursor};
use zikaron_protocol::ports::{Clock, DeliveryTimer, EventBus, Unavailable, WebhookStore};
use zikaron_protocol::webhook::courier::{Announced, Courier, CourierConfig, Handled};

/// How often Lambda, and then the failure queue, starts a function again, and after how many seconds.
const AGAIN: [u64; 26] = {
    let mut waits = [1_080; 26];
    (waits[0], waits[1]) = (60, 120);
    waits
};

/// What a process is started with.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nearly all of it is events")]
pub(super) enum Started {
    Announced(Announced),
    Due(DeliveryDue),
}

/// A process: it stands in for every port of the courier.
#[derive(Clone)]
pub(super) struct Process {
    pub(super) world: Arc<World>,
    pub(super) number: u64,
    kill: Arc<Notify>,
}

/// Starts the function after a while, and again until it ends well.
pub(super) fn invoke(world: &Arc<World>, started: Started, delay: Duration) {
    let world = Arc::clone(world);
    tokio::spawn(async move {
        tokio::time::sleep(delay).await;
        for wait in AGAIN {
            if ends_well(&world, &started).await {
                return;
            }
            tokio::time::sleep(Duration::from_secs(wait)).await;
        }
        world.live().parked.insert(format!("{started:?}"));
    });
}

async fn ends_well(world: &Arc<World>, started: &Started) -> bool {
    let number = world.live().serial();
    world.live().invocations += 1;
    let process = Process { world: Arc::clone(world), number, kill: Arc::new(Notify::new()) };
    let port = || process.clone();
    let courier = Courier {
        store: port(),
        bus: port(),
        timer: port(),
        receiver: port(),
        clock: port(),
        config: CourierConfig::default(),
    };
    let handled = async {
        match started {
            Started::Announced(announced) => courier.announced(announced).await,
            Started::Due(due) => courier.due(due).await,
        }
    };
    tokio::select! {
        biased;
        () = process.kill.notified() => {
            world.live().deaths += 1;
            false
        }
        handled = Box::pin(handled) => {
            world.trace(|| format!("#{number} ends: {handled:?}"));
            // A run has a webhook from its beginning on.
            if matches!(handled, Ok(Handled::NotWanted)) && !world.is_dead() {
                world.broken("an event that is wanted is posted", format!("{started:?}"));
            }
            handled.is_ok()
        }
    }
}

impl Process {
    fn fate(&self) -> Fate {
        let rates = self.world.rates;
        let mut live = self.world.live();
        let after = live.chance.is(0.5);
        match (live.strikes(rates.die), live.strikes(rates.fail)) {
            (true, _) => {
                if after {
                    Fate::DiesAfter
                } else {
                    Fate::DiesBefore
                }
            }
            (_, true) => {
                if after {
                    Fate::FailsAfter
                } else {
                    Fate::FailsBefore
                }
            }
            _ => Fate::Fine,
        }
    }

    /// A call that takes effect at one moment, if it does.
    pub(super) async fn call<T>(
        &self,
        what: &'static str,
        effect: impl Future<Output = T> + Send,
    ) -> Result<T, Unavailable> {
        let fate = self.fate();
        let (before, after) = {
            let mut live = self.world.live();
            (live.chance.millis(1, 25), live.chance.millis(1, 25))
        };
        tokio::time::sleep(before).await;
        match fate {
            Fate::FailsBefore => return Err(Unavailable { what, reason: "simulated".to_owned() }),
            Fate::DiesBefore => return self.die(what).await,
            Fate::Fine | Fate::FailsAfter | Fate::DiesAfter => {}
        }
        let done = effect.await;
        tokio::time::sleep(after).await;
        match fate {
            Fate::FailsAfter => Err(Unavailable { what, reason: LOST.to_owned() }),
            Fate::DiesAfter => self.die(what).await,
            Fate::Fine | Fate::FailsBefore | Fate::DiesBefore => Ok(done),
        }
    }

    async fn die<T>(&self, what: &'static str) -> T {
        self.world.trace(|| format!("#{} DIES at {what}", self.number));
        self.kill.notify_one();
        std::future::pending().await
    }

    /// A write of one item: the SDK sends it again where its answer is lost, and it may meet itself.
    async fn write(
        &self,
        what: &'static str,
        effect: impl Future<Output = Result<(), CommitError>> + Send,
    ) -> Result<(), CommitError> {
        match self.call(what, effect).await {
            Ok(done) => done,
            Err(lost) if lost.reason == LOST && self.world.live().chance.is(0.5) => {
                Err(CommitError::Conflict(ConflictingItem::State))
            }
            Err(error) => Err(error.into()),
        }
    }
}

impl Clock for Process {
    fn now(&self) -> Timestamp {
        self.world.now()
    }

    async fn sleep(&self, duration: SignedDuration) {
        tokio::time::sleep(duration.unsigned_abs()).await;
    }
}

impl EventBus for Process {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        let many = u32::try_from(events.len()).unwrap_or(0);
        self.call("publish", async { self.world.live().told += many }).await
    }
}

impl DeliveryTimer for Process {
    async fn start(&self, due: &DeliveryDue, at: Timestamp) -> Result<(), Unavailable> {
        self.call("schedule", async { set(&self.world, due, at) }).await
    }
}

/// Makes the schedule, or moves the one of this name: it fires within the minute after its time, early, late, or twice.
fn set(world: &Arc<World>, due: &DeliveryDue, at: Timestamp) {
    let left = Duration::try_from(at.duration_since(world.now())).unwrap_or_default();
    let name = format!("{}/{}", due.delivery, due.version);
    let (stamp, wait, twice) = {
        let mut live = world.live();
        let stamp = live.serial();
        live.schedules.insert(name.clone(), stamp);
        let mut wait = left + live.chance.millis(0, 59_999);
        if live.strikes(world.rates.schedule) {
            wait = if live.chance.is(0.5) { left / 2 } else { wait + live.chance.seconds(60, 3_600) };
        }
        (stamp, wait, live.strikes(world.rates.schedule))
    };
    let (world, due) = (Arc::clone(world), due.clone());
    tokio::spawn(async move {
        tokio::time::sleep(wait).await;
        if world.live().schedules.get(&name) != Some(&stamp) {
            return;
        }
        world.live().schedules.remove(&name);
        for _ in 0..=u8::from(twice) {
            invoke(&world, Started::Due(due.clone()), Duration::ZERO);
        }
    });
}

impl WebhookStore for Process {
    async fn webhook(&self, business: &BusinessId) -> Result<Option<Webhook>, Unavailable> {
        self.call("webhook", self.world.store.webhook(business)).await?
    }

    async fn put_webhook(&self, business: &BusinessId, webhook: &Webhook) -> Result<(), CommitError> {
        self.write("put webhook", self.world.store.put_webhook(business, webhook)).await
    }

    async fn delivery(&self, business: &BusinessId, id: &DeliveryId) -> Result<Option<Delivery>, Unavailable> {
        self.call("delivery", self.world.store.delivery(business, id)).await?
    }

    async fn put_delivery(&self, business: &BusinessId, delivery: &Delivery) -> Result<(), CommitError> {
        self.write("put delivery", self.world.store.put_delivery(business, delivery)).await
    }

    async fn memory_of(&self, key: &LeadKey) -> Result<Option<(CustomerAddress, Memory)>, Unavailable> {
        self.call("memory", self.world.store.memory_of(key)).await?
    }

    async fn deliveries(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Delivery>, Unavailable> {
        self.call("deliveries", self.world.store.deliveries(business, before, most)).await?
    }
}
