//! What posting events to the webhooks of businesses needs.

use super::error::Unavailable;
use super::store::{CommitError, Cursor, Page};
use crate::model::ids::{BusinessId, CustomerAddress, LeadKey};
use crate::model::webhook::{Crm, Delivery, DeliveryDue, DeliveryId, Outcome, SecretId, Webhook};
use crate::model::write::Memory;
use jiff::Timestamp;
use std::future::Future;

/// The webhooks of businesses, and what became of the events that were posted to them.
pub trait WebhookStore: Send + Sync {
    /// The webhook of a business, also one that was removed; none where there never was one.
    fn webhook(&self, business: &BusinessId) -> impl Future<Output = Result<Option<Webhook>, Unavailable>> + Send;

    /// Writes a webhook if the version before stands.
    fn put_webhook(
        &self,
        business: &BusinessId,
        webhook: &Webhook,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// An event that was to be posted; none where it never was, or longer ago than deliveries are kept.
    fn delivery(
        &self,
        business: &BusinessId,
        id: &DeliveryId,
    ) -> impl Future<Output = Result<Option<Delivery>, Unavailable>> + Send;

    /// Writes how far an event is, if the version before stands.
    fn put_delivery(
        &self,
        business: &BusinessId,
        delivery: &Delivery,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;

    /// The names and the memory of a lead as they stand, for what a webhook is told of them; none where there is no such
    /// lead any more.
    fn memory_of(
        &self,
        key: &LeadKey,
    ) -> impl Future<Output = Result<Option<(CustomerAddress, Memory)>, Unavailable>> + Send;

    /// Up to `most` of a business's deliveries, those published last first; may be a moment behind.
    fn deliveries(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> impl Future<Output = Result<Page<Delivery>, Unavailable>> + Send;
}

/// One-shot schedules of retries, one for each write of a delivery that waits.
pub trait DeliveryTimer: Send + Sync {
    /// Has [`DeliveryDue`] come at `at`, or as soon after it as the scheduler can; a schedule that stands is moved.
    fn start(&self, due: &DeliveryDue, at: Timestamp) -> impl Future<Output = Result<(), Unavailable>> + Send;
}

/// What is posted to a webhook.
#[derive(Clone, Copy, Debug)]
pub struct Post<'a> {
    /// Whose webhook.
    pub business: &'a BusinessId,
    /// Where it is.
    pub url: &'a str,
    /// The event's id.
    pub id: &'a DeliveryId,
    /// When it is posted.
    pub at: Timestamp,
    /// What, as JSON.
    pub body: &'a str,
    /// What it is signed with.
    pub secrets: &'a [SecretId],
    /// The CRM that is told of it there; none where it is posted as it is.
    pub crm: Option<&'a Crm>,
}

/// Whoever stands behind a webhook.
pub trait Receiver: Send + Sync {
    /// Posts, signed, or tells a CRM. Whatever the other side does is an outcome; an error is ours: the secrets could not
    /// be had, and nothing was sent.
    fn post(&self, post: Post<'_>) -> impl Future<Output = Result<Outcome, Unavailable>> + Send;
}
