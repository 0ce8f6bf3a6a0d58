//! Erasure on the table.

use super::key::{self, Row};
use super::rows::PAUSE;
use super::transaction::{Condition, RowWrite, transact};
use super::{DynamoStore, item};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::types::{DeleteRequest, WriteRequest};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use zikaron_protocol::model::figures::standing::erased;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::lead_state::State;
use zikaron_protocol::model::write::Memory;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::{CountedItems, Erasing, ErasureReceipt};
use zikaron_protocol::ports::store::{CommitError, ConflictingItem};

const GRAVE: &str = "ERASED";
/// Longer than anything from before an erasure can still arrive, in days; see [`item::expiring`].
const TOMBSTONE_DAYS: u32 = 90;
/// As many names as one transaction of 100 rows takes, each with its row, its place below the lead and its tombstone,
/// beside the state, the memory, the figures and the receipt.
const NAMES_AT_ONCE: usize = 32;
/// Pages of a partition (1 MB each) that are counted in one call.
const PAGES_AT_ONCE: usize = 20;
/// `BatchWriteItem` takes 25
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html>).
const BATCH: usize = 25;
pub(super) const ROUNDS: u32 = 8;

/// What remains of a name.
#[derive(Serialize, Deserialize)]
struct Tombstone {
    erased_at: Timestamp,
}

impl DynamoStore {
    /// What stands for each of these names.
    async fn hashes(&self, business: &BusinessId, names: &[String]) -> Result<Vec<String>, Unavailable> {
        let Some(tombstone_key) = &self.tombstone_key else {
            return Err(Unavailable {
                what: "tombstones",
                reason: "this program was given no key for them".to_owned(),
            });
        };
        let mut hashes = Vec::with_capacity(names.len());
        for name in names {
            hashes.push(tombstone_key.hash_of(business, name).await?);
        }
        Ok(hashes)
    }

    /// See [`zikaron_protocol::ports::store::Store::erased_at`].
    pub(super) async fn newest_tombstone(
        &self,
        business: &BusinessId,
        names: &[String],
    ) -> Result<Option<Timestamp>, Unavailable> {
        let hashes = self.hashes(business, names).await?;
        let keys = hashes.iter().map(|hash| key::row(key::tombstone(business, hash), GRAVE.to_owned())).collect();
        let mut newest = None;
        for row in self.batch(keys).await? {
            let tombstone: Tombstone = item::read("BatchGetItem", row)?;
            newest = newest.max(Some(tombstone.erased_at));
        }
        Ok(newest)
    }

    /// A tombstone for each hash, in the place of the name it was made of.
    fn tombstones(&self, business: &BusinessId, hashes: &[String], at: Timestamp) -> Result<Vec<Row>, Unavailable> {
        let tombstone = |hash: &String| {
            let row = item::any(&Tombstone { erased_at: at }, key::tombstone(business, hash), GRAVE)?;
            Ok(item::expiring(row, at, Some(TOMBSTONE_DAYS)))
        };
        hashes.iter().map(tombstone).collect()
    }
}

impl Erasing for DynamoStore {
    async fn begin_erasure(
        &self,
        key: &LeadKey,
        state: &State,
        memory: &Memory,
        names: &[String],
        receipt: &ErasureReceipt,
    ) -> Result<(), CommitError> {
        // What one transaction cannot take goes before: whoever dies between finds the rest still leading here.
        let (before, last) = names.split_at(names.len().saturating_sub(NAMES_AT_ONCE));
        for some in before.chunks(NAMES_AT_ONCE) {
            let writes = self.names_gone(key, some, receipt.erased_at).await?;
            transact(&self.client, &self.table, writes).await?;
        }
        let state_row = key::row(key::lead(key), "STATE".to_owned());
        let mut writes = vec![RowWrite::delete(state_row, ConflictingItem::State, Condition::Version(state.version))];
        writes.extend(self.names_gone(key, last, receipt.erased_at).await?);
        let memory_row = key::row(key::lead(key), "MEMORY".to_owned());
        let stands = Condition::stands(memory.version);
        writes.push(RowWrite::check_that(memory_row, ConflictingItem::Memory, stands));
        writes.extend(erased(memory).map(|gone| RowWrite::add(item::count(key, &gone))));
        let receipt = item::any(receipt, key::lead(key), GRAVE)?;
        writes.push(RowWrite::put(receipt, ConflictingItem::State, Condition::None));
        transact(&self.client, &self.table, writes).await
    }

    async fn erasure_receipt(&self, key: &LeadKey) -> Result<Option<ErasureReceipt>, Unavailable> {
        self.get(key::lead(key), GRAVE.to_owned()).await
    }

    async fn put_erasure_receipt(&self, key: &LeadKey, receipt: &ErasureReceipt) -> Result<(), CommitError> {
        let before = Condition::Version(receipt.version.saturating_sub(1));
        self.put_if(RowWrite::put(item::any(receipt, key::lead(key), GRAVE)?, ConflictingItem::State, before)).await
    }

    async fn count_items(&self, key: &LeadKey, counted: &mut CountedItems) -> Result<bool, Unavailable> {
        for _ in 0..PAGES_AT_ONCE {
            let start = counted.up_to.take().map(|sk| key::row(key::lead(key), sk));
            let (rows, next) = self.partition(key, start, true).await?;
            for row in &rows {
                let kind = kind(row);
                // Names are counted where they are taken away.
                if kind != GRAVE && kind != "ALIAS" {
                    *counted.by_kind.entry(kind.to_owned()).or_default() += 1;
                }
            }
            counted.up_to = next.and_then(|row| row.get("sk")?.as_s().ok().cloned());
            if counted.up_to.is_none() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn delete_items(&self, key: &LeadKey) -> Result<(), Unavailable> {
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
fn call(row: &Row) -> Option<String> {
    let name = row.get("sk")?.as_s().ok()?.strip_prefix("CALL#")?.split_once('#')?.1;
    Some(format!("call#{name}"))
}

fn kind(row: &Row) -> &str {
    row.get("sk").and_then(|sk| sk.as_s().ok()).and_then(|sk| sk.split('#').next()).unwrap_or_default()
}

impl DynamoStore {
    /// Names that go, each with its place below the lead, and the tombstones in their stead.
    async fn names_gone(&self, key: &LeadKey, names: &[String], at: Timestamp) -> Result<Vec<RowWrite>, Unavailable> {
        let mut writes = Vec::with_capacity(names.len() * 3);
        for name in names {
            let alias = key::row(key::alias(&key.business, name), "ALIAS".to_owned());
            writes.push(RowWrite::delete(alias, ConflictingItem::State, Condition::leads_to(&key.lead)));
            let place = key::row(key::lead(key), key::name(name));
            writes.push(RowWrite::delete(place, ConflictingItem::State, Condition::None));
        }
        let hashes = self.hashes(&key.business, names).await?;
        let tombstones = self.tombstones(&key.business, &hashes, at)?.into_iter();
        writes.extend(tombstones.map(|row| RowWrite::put(row, ConflictingItem::State, Condition::None)));
        Ok(writes)
    }

    /// See [`LeadCollections::forget_names`](zikaron_protocol::ports::business_store::LeadCollections::forget_names).
    pub(super) async fn names_forgotten(&self, key: &LeadKey) -> Result<(), Unavailable> {
        let names = self.places_of_names(key).await?;
        let gone = |name: &String| {
            RowWrite::delete(key::row(key::lead(key), key::name(name)), ConflictingItem::State, Condition::None)
        };
        for some in names.chunks(NAMES_AT_ONCE) {
            match transact(&self.client, &self.table, some.iter().map(gone).collect()).await {
                Ok(()) => {}
                // Nothing but another transaction on the same rows: who begins again finds the rest.
                Err(CommitError::Conflict(_)) => {
                    return Err(Unavailable { what: "names", reason: "somebody else writes them".to_owned() });
                }
                Err(CommitError::Unavailable(error)) => return Err(error),
            }
        }
        Ok(())
    }

    /// A late report of a call must not bring it back, also where its caller had no name.
    async fn bury_calls(&self, key: &LeadKey, calls: &[String]) -> Result<(), Unavailable> {
        let Some(receipt) = self.erasure_receipt(key).await?.filter(|_| !calls.is_empty()) else { return Ok(()) };
        let hashes = self.hashes(&key.business, calls).await?;
        for row in self.tombstones(&key.business, &hashes, receipt.erased_at)? {
            self.put(row).await?;
        }
        Ok(())
    }

    /// Deletes these rows, as many as a batch takes.
    pub(super) async fn delete(&self, rows: &[Row]) -> Result<(), Unavailable> {
        const WHAT: &str = "BatchWriteItem";
        let request = |row: &Row| {
            let delete = DeleteRequest::builder().set_key(Some(row.clone())).build();
            Ok(WriteRequest::builder().delete_request(delete.map_err(|error| unreadable(WHAT, &error))?).build())
        };
        let mut left = rows.iter().map(request).collect::<Result<Vec<_>, Unavailable>>()?;
        for round in 0..ROUNDS {
            if round > 0 {
                // What is throttled is throttled a moment longer.
                tokio::time::sleep(PAUSE * 2_u32.pow(round)).await;
            }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk;
    use aws_sdk_dynamodb::Client;
    use serde_json::{Value, json};
    use std::time::Duration;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};
    use zikaron_protocol::model::ids::{BusinessId, LeadId};

    /// More than two counts look at.
    const PAGES: usize = 2 * PAGES_AT_ONCE + 5;

    /// A page of one row, of a partition of so many.
    fn page(request: &Request) -> ResponseTemplate {
        let asked: Value = serde_json::from_slice(&request.body).unwrap();
        let last = asked["ExclusiveStartKey"]["sk"]["S"].as_str();
        let place = last.map_or(0, |sk| sk.trim_start_matches("MSG#").parse::<usize>().unwrap() + 1);
        let row = json!({"pk": {"S": "lead"}, "sk": {"S": format!("MSG#{place}")}});
        let next = if place + 1 < PAGES { row.clone() } else { Value::Null };
        ResponseTemplate::new(200).set_body_json(json!({"Items": [row], "Count": 1, "LastEvaluatedKey": next}))
    }

    #[tokio::test]
    async fn a_partition_of_many_pages_is_counted_in_pieces_each_from_where_the_last_one_stopped() {
        let server = MockServer::start().await;
        Mock::given(method("POST")).respond_with(page).mount(&server).await;
        let store = DynamoStore::new(Client::new(&sdk::standing_in(&server.uri())), "table".to_owned(), Duration::ZERO);
        let key = LeadKey { business: BusinessId::parse("salon").unwrap(), lead: LeadId::parse("lead").unwrap() };
        let mut counted = CountedItems::default();
        for (is_over, pages) in [(false, PAGES_AT_ONCE), (false, 2 * PAGES_AT_ONCE), (true, PAGES)] {
            assert_eq!(store.count_items(&key, &mut counted).await.unwrap(), is_over);
            assert_eq!(counted.by_kind.get("MSG").copied(), u64::try_from(pages).ok());
            assert_eq!(counted.up_to.is_none(), is_over);
        }
        assert_eq!(server.received_requests().await.unwrap().len(), PAGES);
    }
}
