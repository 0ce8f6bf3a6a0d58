//! A business with a webhook: a receiver that answers as it is told, and a clock that jumps to the next schedule.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Mutex;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::{Delivery, DeliveryDue, Include, Outcome, SecretId, Webhook};
use zikaron_protocol::ports::{Clock, DeliveryTimer, Post, Receiver, Unavailable, WebhookStore};
use zikaron_protocol::testing::in_memory_store::InMemory;
use zikaron_protocol::webhook::courier::{Announced, Courier, CourierConfig, Handled};
use zikaron_protocol::webhook::edit::{self, Wanted};
use zikaron_testing::bus::RecordingBus;
use zikaron_testing::clock::ManualClock;

/// Where the receiver is.
pub(crate) const HOME: &str = "https://hooks.example.com/";

/// A post as it was received.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) at: Timestamp,
    pub(crate) id: String,
    pub(crate) body: Value,
    pub(crate) secrets: Vec<String>,
}

/// Answers with the statuses it was given, one after the other, then always with the last.
#[derive(Debug, Default)]
pub(crate) struct Scripted {
    statuses: Mutex<Vec<u16>>,
    received: Mutex<Vec<Received>>,
}

impl Receiver for Scripted {
    async fn post(&self, post: Post<'_>) -> Result<Outcome, Unavailable> {
        let body = serde_json::from_str(post.body).unwrap();
        let secrets = post.secrets.iter().map(ToString::to_string).collect();
        let received = Received { at: post.at, id: post.id.to_string(), body, secrets };
        self.received.lock().unwrap().push(received);
        let mut statuses = self.statuses.lock().unwrap();
        let status = if statuses.len() > 1 { statuses.remove(0) } else { statuses.first().copied().unwrap_or(204) };
        // As a CRM's mapping has it.
        let is_final = post.crm.is_some() && status == 400;
        Ok(if is_final { Outcome::Refused(status) } else { Outcome::Answered(status) })
    }
}

/// The schedules that stand, by their names.
#[derive(Debug, Default)]
pub(crate) struct Schedules(Mutex<BTreeMap<(String, u64), (Timestamp, DeliveryDue)>>);

impl DeliveryTimer for Schedules {
    async fn start(&self, due: &DeliveryDue, at: Timestamp) -> Result<(), Unavailable> {
        let name = (due.delivery.to_string(), due.version);
        self.0.lock().unwrap().insert(name, (at, due.clone()));
        Ok(())
    }
}

pub(crate) struct Hooked {
    pub(crate) business: BusinessId,
    pub(crate) courier: Courier<InMemory, RecordingBus, Schedules, Scripted, ManualClock>,
}

impl Hooked {
    /// A business whose receiver answers with these statuses.
    pub(crate) async fn answering(statuses: &[u16]) -> Self {
        Self::including(statuses, Include::default()).await
    }

    pub(crate) async fn including(statuses: &[u16], include: Include) -> Self {
        let hooked = Self {
            business: BusinessId::parse("salon").unwrap(),
            courier: Courier {
                store: InMemory::default(),
                bus: RecordingBus::default(),
                timer: Schedules::default(),
                receiver: Scripted { statuses: Mutex::new(statuses.to_vec()), ..Scripted::default() },
                clock: ManualClock::frozen_at_second(1_790_000_000),
                config: CourierConfig::default(),
            },
        };
        hooked.enter(&[], include).await;
        hooked
    }

    pub(crate) async fn enter(&self, events: &[&str], include: Include) -> Webhook {
        self.enter_at(HOME, events, include).await
    }

    pub(crate) async fn enter_at(&self, url: &str, events: &[&str], include: Include) -> Webhook {
        let events = events.iter().map(|name| (*name).to_owned()).collect();
        let wanted = Wanted { url: url.to_owned(), events, include, crm: None };
        let (store, first) = (&self.courier.store, SecretId::parse("first").unwrap());
        edit::enter(store, &self.business, &wanted, &first, self.now()).await.unwrap()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.courier.clock.now()
    }

    /// The bus delivers an event under an id of its own.
    pub(crate) async fn announce(&self, event: &Event, bus_id: &str) -> Handled {
        let announced = Announced { id: bus_id.to_owned(), time: self.now(), event: event.clone() };
        self.courier.announced(&announced).await.unwrap()
    }

    /// The next schedule fires: time goes on until then. None where none stands.
    pub(crate) async fn next(&self) -> Option<Handled> {
        let next = {
            let mut schedules = self.courier.timer.0.lock().unwrap();
            let name = schedules.iter().min_by_key(|(_, (at, _))| *at).map(|(name, _)| name.clone())?;
            schedules.remove(&name)?
        };
        self.courier.clock.set_second(next.0.as_second() + 1);
        Some(self.courier.due(&next.1).await.unwrap())
    }

    pub(crate) fn pass(&self, time: SignedDuration) {
        self.courier.clock.set_second((self.now() + time).as_second());
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.courier.receiver.received.lock().unwrap().clone()
    }

    /// The one delivery there is.
    pub(crate) async fn delivery(&self) -> Delivery {
        let (mut all, _) = self.courier.store.deliveries(&self.business, None, 10).await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    pub(crate) async fn webhook(&self) -> Webhook {
        self.courier.store.webhook(&self.business).await.unwrap().unwrap()
    }
}
