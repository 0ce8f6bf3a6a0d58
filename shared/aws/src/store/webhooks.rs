//! Webhooks of businesses, and what became of the events that were posted to them.

use super::transaction::{Condition, RowWrite};
use super::{DynamoStore, item, key};
use crate::unavailable::unavailable;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use zikaron_protocol::model::ids::{BusinessId, CustomerAddress, LeadKey};
use zikaron_protocol::model::webhook::{Delivery, DeliveryId, Webhook};
use zikaron_protocol::model::write::Memory;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::Page;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Cursor, Store};
use zikaron_protocol::ports::webhook::WebhookStore;

/// How many days a delivery is kept after its event: as long as somebody may ask what became of it.
const DELIVERY_DAYS: u32 = 30;
/// The sort key of a business's webhook.
const WEBHOOK: &str = "WEBHOOK";

/// The keys a row of the index holds.
#[derive(Deserialize)]
struct Entry {
    pk: String,
    sk: String,
    open_sk: Cursor,
}

impl WebhookStore for DynamoStore {
    async fn webhook(&self, business: &BusinessId) -> Result<Option<Webhook>, Unavailable> {
        self.get(key::business(business), WEBHOOK.to_owned()).await
    }

    async fn put_webhook(&self, business: &BusinessId, webhook: &Webhook) -> Result<(), CommitError> {
        let row = item::any(webhook, key::business(business), WEBHOOK)?;
        self.put_if(RowWrite::put(row, ConflictingItem::State, Condition::before(webhook.version))).await
    }

    async fn delivery(&self, business: &BusinessId, id: &DeliveryId) -> Result<Option<Delivery>, Unavailable> {
        self.get(key::deliveries_of(business), id.to_string()).await
    }

    async fn put_delivery(&self, business: &BusinessId, delivery: &Delivery) -> Result<(), CommitError> {
        let pk = key::deliveries_of(business);
        let mut row = item::any(delivery, pk.clone(), delivery.id.as_str())?;
        // It never changes, and so costs nothing but with the first write.
        let place = format!("{}#{}", key::time(delivery.at), delivery.id);
        row.extend([("open_pk", pk), ("open_sk", place)].map(|(k, v)| (k.to_owned(), AttributeValue::S(v))));
        let row = item::expiring(row, delivery.at, Some(DELIVERY_DAYS));
        self.put_if(RowWrite::put(row, ConflictingItem::State, Condition::before(delivery.version))).await
    }

    async fn memory_of(&self, key: &LeadKey) -> Result<Option<(CustomerAddress, Memory)>, Unavailable> {
        let (state, memory) = self.state_and_memory(key).await?;
        Ok(state.map(|state| (state.customer, memory)))
    }

    async fn deliveries(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<Delivery>, Unavailable> {
        const WHAT: &str = "Query (deliveries)";
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("open")
            .key_condition_expression("open_pk = :pk AND open_sk < :before")
            .expression_attribute_values(":pk", AttributeValue::S(key::deliveries_of(business)))
            // `~` sorts behind every time.
            .expression_attribute_values(
                ":before",
                AttributeValue::S(before.cloned().unwrap_or_else(|| "~".to_owned())),
            )
            .scan_index_forward(false)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
        let more = answer.last_evaluated_key.is_some();
        let entries = answer.items.unwrap_or_default().into_iter().map(|row| item::read(WHAT, row));
        let entries = entries.collect::<Result<Vec<Entry>, _>>()?;
        let next = entries.last().map(|entry| entry.open_sk.clone()).filter(|_| more);
        if entries.is_empty() {
            return Ok((Vec::new(), None));
        }
        let rows = self.batch(entries.into_iter().map(|entry| key::row(entry.pk, entry.sk)).collect()).await?;
        let found = rows.into_iter().map(|row| item::read(WHAT, row));
        let mut found = found.collect::<Result<Vec<Delivery>, _>>()?;
        found.sort_by(|a, b| (b.at, &b.id).cmp(&(a.at, &a.id)));
        Ok((found, next))
    }
}
