//! Erasure on the table.

use super::{DynamoStore, commit, item, key};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::error::BuildError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Delete, DeleteRequest, Put, TransactWriteItem, WriteRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zikaron_protocol::ids::{BusinessId, LeadKey};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::state::State;
use zikaron_protocol::store::staff::{Erasing, Grave};
use zikaron_protocol::store::{CommitError, Part};

const GRAVE: &str = "ERASED";
/// Longer than anything from before an erasure can still arrive; see [`item::expiring`].
const TOMBSTONE_DAYS: u32 = 90;
/// As many names as one transaction takes, each with its tombstone, beside the state and the grave.
pub(super) const NAMES_MOST: usize = 45;
/// `BatchWriteItem` takes 25.
const BATCH: usize = 25;
const ROUNDS: usize = 8;
const TRANSACT: &str = "TransactWriteItems";

/// What remains of a name.
#[derive(Serialize, Deserialize)]
struct Tombstone {
    erased_at: Timestamp,
}

impl DynamoStore {
    async fn seals(&self, business: &BusinessId, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let Some(seal) = &self.seal else {
            return Err(Unavailable {
                what: "tombstones",
                reason: "this program was given no key for them".to_owned(),
            });
        };
        let mut seals = Vec::with_capacity(names.len());
        for name in names {
            seals.push(seal.of(business, name).await?);
        }
        Ok(seals)
    }

    /// See [`zikaron_protocol::store::Store::erased_at`].
    pub(super) async fn newest_tombstone(
        &self,
        business: &BusinessId,
        names: &[String],
    ) -> Result<Option<Timestamp>, Unavailable> {
        let seals = self.seals(business, names).await?;
        let keys = seals.iter().map(|seal| key::row(key::tombstone(business, seal), GRAVE.to_owned())).collect();
        let mut newest = None;
        for row in self.batch(keys).await? {
            let tombstone: Tombstone = item::read("BatchGetItem", row)?;
            newest = newest.max(Some(tombstone.erased_at));
        }
        Ok(newest)
    }

    fn burial(
        &self,
        key: &LeadKey,
        state: &State,
        names: &[String],
        seals: &[String],
        grave: &Grave,
    ) -> Result<Vec<TransactWriteItem>, Unavailable> {
        let malformed = |error: BuildError| Unavailable { what: TRANSACT, reason: error.to_string() };
        let delete =
            |pk, sk: &str| Delete::builder().table_name(&self.table).set_key(Some(key::row(pk, sk.to_owned())));
        let put = |row| {
            let put = Put::builder().table_name(&self.table).set_item(Some(row)).build().map_err(malformed)?;
            Ok::<_, Unavailable>(TransactWriteItem::builder().put(put).build())
        };
        let gone = delete(key::lead(key), "STATE")
            .condition_expression("version = :version")
            .expression_attribute_values(":version", AttributeValue::N(state.version.to_string()))
            .build();
        let mut items = vec![TransactWriteItem::builder().delete(gone.map_err(malformed)?).build()];
        for name in names {
            // Only while it leads here.
            let gone = delete(key::alias(&key.business, name), "ALIAS")
                // A reserved word.
                .condition_expression("#lead = :lead")
                .expression_attribute_names("#lead", "lead")
                .expression_attribute_values(":lead", AttributeValue::S(key.lead.to_string()))
                .build();
            items.push(TransactWriteItem::builder().delete(gone.map_err(malformed)?).build());
        }
        for seal in seals {
            let tombstone = Tombstone { erased_at: grave.erased_at };
            let row = item::any(&tombstone, key::tombstone(&key.business, seal), GRAVE)?;
            items.push(put(item::expiring(row, grave.erased_at, Some(TOMBSTONE_DAYS)))?);
        }
        items.push(put(item::any(grave, key::lead(key), GRAVE)?)?);
        Ok(items)
    }
}

impl Erasing for DynamoStore {
    async fn bury(&self, key: &LeadKey, state: &State, names: &[String], grave: &Grave) -> Result<(), CommitError> {
        if names.len() > NAMES_MOST {
            let reason = "the lead has more names than one transaction takes".to_owned();
            return Err(Unavailable { what: TRANSACT, reason }.into());
        }
        let seals = self.seals(&key.business, names).await?;
        let items = self.burial(key, state, names, &seals, grave)?;
        let parts = vec![Part::State; items.len()];
        let request = self.client.transact_write_items().set_transact_items(Some(items));
        let Err(error) = request.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
                Err(commit::conflict(&parts, cancelled.cancellation_reasons()))
            }
            _ => Err(unavailable(TRANSACT, &error).into()),
        }
    }

    async fn grave(&self, key: &LeadKey) -> Result<Option<Grave>, Unavailable> {
        self.get(key::lead(key), GRAVE.to_owned()).await
    }

    async fn put_grave(&self, key: &LeadKey, grave: &Grave) -> Result<(), CommitError> {
        let put = self
            .client
            .put_item()
            .table_name(&self.table)
            .set_item(Some(item::any(grave, key::lead(key), GRAVE)?))
            .condition_expression("version = :before")
            .expression_attribute_values(":before", AttributeValue::N(grave.version.saturating_sub(1).to_string()));
        let Err(error) = put.send().await else { return Ok(()) };
        match error.as_service_error() {
            Some(PutItemError::ConditionalCheckFailedException(_)) => Err(CommitError::Conflict(Part::State)),
            _ => Err(unavailable("PutItem", &error).into()),
        }
    }

    async fn remains(&self, key: &LeadKey) -> Result<BTreeMap<String, u64>, Unavailable> {
        let (mut counts, mut start) = (BTreeMap::new(), None);
        loop {
            let (rows, next) = self.partition(key, start, true).await?;
            for row in &rows {
                let kind = kind(row);
                // Names are counted where they are taken away.
                if kind != GRAVE && kind != "ALIAS" {
                    *counts.entry(kind.to_owned()).or_default() += 1;
                }
            }
            start = next;
            if start.is_none() {
                return Ok(counts);
            }
        }
    }

    async fn shred(&self, key: &LeadKey) -> Result<(), Unavailable> {
        let mut start = None;
        loop {
            let (rows, next) = self.partition(key, start, true).await?;
            let rows: Vec<_> = rows.into_iter().filter(|row| kind(row) != GRAVE).collect();
            let calls: Vec<String> = rows.iter().filter_map(call).collect();
            self.bury_calls(key, &calls).await?;
            let place = |name: &String| key::row(key::alias(&key.business, name), "ALIAS".to_owned());
            // Their places first: without the calls nothing finds them.
            let going: Vec<_> = calls.iter().map(place).chain(rows).collect();
            for some in going.chunks(BATCH) {
                self.delete(some).await?;
            }
            start = next;
            if start.is_none() {
                return Ok(());
            }
        }
    }
}

/// The name of a call, as it stands in its row's key.
fn call(row: &key::Row) -> Option<String> {
    let name = row.get("sk")?.as_s().ok()?.strip_prefix("CALL#")?.split_once('#')?.1;
    Some(format!("call#{name}"))
}

fn kind(row: &key::Row) -> &str {
    row.get("sk").and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.split('#').next()).unwrap_or_default()
}

impl DynamoStore {
    /// A late report of a call must not bring it back, also where its caller had no name.
    async fn bury_calls(&self, key: &LeadKey, calls: &[String]) -> Result<(), Unavailable> {
        let Some(grave) = self.grave(key).await?.filter(|_| !calls.is_empty()) else { return Ok(()) };
        for seal in self.seals(&key.business, calls).await? {
            let tombstone = Tombstone { erased_at: grave.erased_at };
            let row = item::any(&tombstone, key::tombstone(&key.business, &seal), GRAVE)?;
            self.put(item::expiring(row, grave.erased_at, Some(TOMBSTONE_DAYS))).await?;
        }
        Ok(())
    }

    async fn delete(&self, rows: &[key::Row]) -> Result<(), Unavailable> {
        const WHAT: &str = "BatchWriteItem";
        let request = |row: &key::Row| {
            let delete = DeleteRequest::builder().set_key(Some(row.clone())).build();
            Ok(WriteRequest::builder().delete_request(delete.map_err(|error| unreadable(WHAT, &error))?).build())
        };
        let mut left = rows.iter().map(request).collect::<Result<Vec<_>, Unavailable>>()?;
        for _ in 0..ROUNDS {
            let request = self.client.batch_write_item().request_items(&self.table, left);
            let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            match answer.unprocessed_items.and_then(|mut tables| tables.remove(&self.table)) {
                Some(more) if !more.is_empty() => left = more,
                _ => return Ok(()),
            }
        }
        Err(Unavailable { what: WHAT, reason: "items stay unprocessed".to_owned() })
    }
}
