//! Posts an event, and tries again until the receiver has it or a day is over.
//!
//! Whoever was started for a delivery is responsible for it until a schedule stands or it has come to its end; what dies
//! before that, or is answered an error, is started again with the same event, finds in the table how far it is, and goes
//! on there. So nothing is lost, and a receiver may get an event twice, with the same id.

use super::health::Refusal;
use super::{body, health};
use crate::model::action::LATEST;
use crate::model::event::Event;
use crate::model::ids::{BusinessId, LeadKey};
use crate::model::webhook::{Attempt, Delivery, DeliveryDue, DeliveryId, DeliveryState, Webhook};
use crate::ports::bus::EventBus;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::CommitError;
use crate::ports::webhook::{DeliveryTimer, Post, Receiver, WebhookStore};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use tracing::{error, info, warn};

/// By how much a schedule may come before its time: the scheduler's clock is not ours.
const EARLY: SignedDuration = SignedDuration::from_secs(2);

/// An event as the bus delivers it (<https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>).
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Announced {
    /// The bus's id of it.
    pub id: String,
    /// When it was published, in whole seconds.
    pub time: Timestamp,
    /// The event.
    #[serde(flatten)]
    pub event: Event,
}

impl Announced {
    /// Whether it tells of a conversation that was long past when it was digested, such as an imported one: by the bound
    /// beyond which a digest finds nothing that is to be done.
    fn is_of_long_ago(&self) -> bool {
        matches!(&self.event, Event::SessionClosed(closed) if self.time.duration_since(closed.ended_at) > LATEST)
    }
}

/// Times of the courier.
#[derive(Clone, Copy, Debug)]
pub struct CourierConfig {
    /// How long an event waits for its second post; the later waits are multiples of it (WAITS in model/webhook.rs).
    pub first_wait: SignedDuration,
    /// How far ahead a schedule is set at least.
    pub timer_lead: SignedDuration,
}

impl Default for CourierConfig {
    fn default() -> Self {
        Self { first_wait: SignedDuration::from_secs(60), timer_lead: SignedDuration::from_secs(60) }
    }
}

/// What came of a start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handled {
    /// The business has no webhook, or none for this event, or a CRM that is not told of what is long past.
    NotWanted,
    /// The receiver has the event.
    Delivered,
    /// It is posted again later: a schedule stands.
    Later,
    /// It is not posted any more.
    GivenUp,
}

/// Posts events, over its ports.
#[derive(Debug)]
pub struct Courier<S, B, T, R, C> {
    /// Webhooks, deliveries, and the memory that may be told.
    pub store: S,
    /// Where it is told that a webhook is dead.
    pub bus: B,
    /// The schedules of retries.
    pub timer: T,
    /// The other side.
    pub receiver: R,
    /// Time.
    pub clock: C,
    /// Times.
    pub config: CourierConfig,
}

impl<S, B, T, R, C> Courier<S, B, T, R, C>
where
    S: WebhookStore,
    B: EventBus,
    T: DeliveryTimer,
    R: Receiver,
    C: Clock,
{
    /// An event came by the bus.
    ///
    /// # Errors
    /// It is to be delivered again.
    pub async fn announced(&self, announced: &Announced) -> Result<Handled, Unavailable> {
        let Some(business) = announced.event.business() else { return Ok(Handled::NotWanted) };
        let Some(webhook) = self.webhook(business).await? else { return Ok(Handled::NotWanted) };
        if webhook.removed || !webhook.wants(announced.event.name()) {
            return Ok(Handled::NotWanted);
        }
        let id = announced.event.delivery_id(business, &announced.id);
        match self.store.delivery(business, &id).await? {
            Some(stands) => self.go_on(business, &webhook, stands).await,
            None if !webhook.is_on() => Ok(Handled::NotWanted),
            // What a CRM was told a moment ago it does not find yet: the conversations of one import, told at once, would
            // make a contact each.
            None if webhook.crm.is_some() && announced.is_of_long_ago() => Ok(Handled::NotWanted),
            None => self.go_on(business, &webhook, fresh(id, announced)?).await,
        }
    }

    /// A retry is due, or staff asked for an event to be posted again.
    ///
    /// # Errors
    /// It is to be delivered again.
    pub async fn due(&self, due: &DeliveryDue) -> Result<Handled, Unavailable> {
        let Some(webhook) = self.webhook(&due.business).await? else { return Ok(Handled::NotWanted) };
        match self.store.delivery(&due.business, &due.delivery).await? {
            Some(delivery) => self.go_on(&due.business, &webhook, delivery).await,
            None => Ok(Handled::NotWanted),
        }
    }

    /// The webhook, whose end is told where whoever noticed it died before it was.
    async fn webhook(&self, business: &BusinessId) -> Result<Option<Webhook>, Unavailable> {
        let webhook = self.store.webhook(business).await?;
        if let Some(webhook) = &webhook {
            health::tell(&self.store, &self.bus, business, webhook).await?;
        }
        Ok(webhook)
    }

    /// From wherever it stands.
    async fn go_on(
        &self,
        business: &BusinessId,
        webhook: &Webhook,
        delivery: Delivery,
    ) -> Result<Handled, Unavailable> {
        match delivery.state {
            DeliveryState::Delivered => {
                // Whoever delivered it may have died before it said that the webhook is well again.
                if let Some(last) = delivery.attempts.last() {
                    health::is_well(&self.store, business, webhook, last.ended_at()).await?;
                }
                Ok(Handled::Delivered)
            }
            DeliveryState::Failed => Ok(Handled::GivenUp),
            // It went off meanwhile, or elsewhere. Staff see it in the log, and can have it posted again.
            DeliveryState::Waiting { .. } if !webhook.is_on() || webhook.came_after(&delivery) => {
                self.record(business, &delivery.next(DeliveryState::Failed)).await?;
                Ok(Handled::GivenUp)
            }
            DeliveryState::Waiting { next_at } if next_at > self.clock.now() + EARLY => {
                self.arm(business, &delivery, next_at).await
            }
            DeliveryState::Waiting { .. } => self.post(business, webhook, delivery).await,
        }
    }

    async fn post(&self, business: &BusinessId, webhook: &Webhook, delivery: Delivery) -> Result<Handled, Unavailable> {
        let key = body::lead(&delivery).map(|lead| LeadKey { business: business.clone(), lead });
        let body = body::body(&self.store, key, webhook, &delivery).await?;
        let at = self.clock.now();
        let (url, id, secrets, crm) = (&webhook.url, &delivery.id, &webhook.secrets(at), webhook.crm.as_ref());
        let outcome = self.receiver.post(Post { business, url, id, at, body: &body, secrets, crm }).await?;
        let now = self.clock.now();
        let took_ms = u64::try_from(now.duration_since(at).as_millis()).unwrap_or(0);
        let next = delivery.after(Attempt { at, took_ms, outcome }, now, self.config.first_wait);
        let (kind, failures) = (&delivery.kind, next.failures);
        if outcome.is_success() {
            info!(%business, delivery = %id, kind, failures, took_ms, metric.webhooks_delivered = 1, "an event was posted");
        } else {
            warn!(%business, delivery = %id, kind, failures, ?outcome, metric.webhook_failures = 1, "an event was not taken");
        }
        let stands = self.record(business, &next).await?;
        if outcome.is_success() {
            health::is_well(&self.store, business, webhook, now).await?;
        } else if stands == next {
            let refusal = Refusal { began: at, at: now, outcome, failures };
            health::failed(&self.store, &self.bus, business, webhook, refusal).await?;
        }
        match stands.state {
            DeliveryState::Delivered => Ok(Handled::Delivered),
            DeliveryState::Waiting { next_at } => self.arm(business, &stands, next_at).await,
            DeliveryState::Failed => {
                error!(%business, delivery = %id, kind, metric.webhooks_given_up = 1, "an event is not posted any more");
                Ok(Handled::GivenUp)
            }
        }
    }

    /// Writes how far it is, and answers what stands: where somebody else posted it at the same moment, what they wrote,
    /// unless only ours was taken.
    async fn record(&self, business: &BusinessId, next: &Delivery) -> Result<Delivery, Unavailable> {
        let mut next = next.clone();
        loop {
            match self.store.put_delivery(business, &next).await {
                Ok(()) => return Ok(next),
                Err(CommitError::Unavailable(error)) => return Err(error),
                Err(CommitError::Conflict(_)) => {}
            }
            match self.store.delivery(business, &next.id).await? {
                Some(stands) if next.state != DeliveryState::Delivered || stands.state == next.state => {
                    return Ok(stands);
                }
                stands => next.version = stands.map_or(0, |stands| stands.version) + 1,
            }
        }
    }

    /// Has it posted at `at`.
    async fn arm(&self, business: &BusinessId, delivery: &Delivery, at: Timestamp) -> Result<Handled, Unavailable> {
        let (business, id) = (business.clone(), delivery.id.clone());
        let due = DeliveryDue { business, delivery: id, version: delivery.version };
        self.timer.start(&due, at.max(self.clock.now() + self.config.timer_lead)).await?;
        Ok(Handled::Later)
    }
}

fn fresh(id: DeliveryId, announced: &Announced) -> Result<Delivery, Unavailable> {
    let unreadable = |error: serde_json::Error| Unavailable::unreadable("event", &error);
    let detail = announced.event.detail().map_err(unreadable)?;
    let data = serde_json::from_str(&detail).map_err(unreadable)?;
    Ok(Delivery::new(id, announced.event.name().to_owned(), announced.time, data))
}
