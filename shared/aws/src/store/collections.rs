//! What a lead has many of, page by page; and all of it.

use super::{DynamoStore, item, key};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use zikaron_memory::note::Note;
use zikaron_protocol::model::alias::AliasRecord;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::listed::Listed;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::{LeadCollections, Page};
use zikaron_protocol::ports::store::{Cursor, Reading};

/// More names than anybody ever has.
const MAX_NAMES: usize = 1_000;
/// `BatchGetItem` takes 100.
const NAMES_AT_ONCE: usize = 100;
const INDEX_KEYS: [&str; 7] = ["pk", "leads_pk", "leads_sk", "open_pk", "open_sk", "name_pk", "name_sk"];

impl LeadCollections for DynamoStore {
    async fn page<T: Listed>(
        &self,
        key: &LeadKey,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<T>, Unavailable> {
        const WHAT: &str = "Query (page)";
        let shelf = T::KIND.prefix();
        // `~` sorts behind every character of a place; the bound itself is left out below.
        let to = before.map_or_else(|| format!("{shelf}#~"), |before| format!("{shelf}#{before}"));
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(key::lead(key)))
                .expression_attribute_values(":from", AttributeValue::S(format!("{shelf}#")))
                .expression_attribute_values(":to", AttributeValue::S(to.clone()))
                .scan_index_forward(false)
                .consistent_read(true)
                .limit(i32::try_from(most + 2).unwrap_or(i32::MAX))
                .set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            for row in answer.items.unwrap_or_default() {
                let place = row.get("sk").and_then(|sk| sk.as_s().ok()).cloned().unwrap_or_default();
                if place != to {
                    found.push((place, item::read::<T>(WHAT, row)?));
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() || found.len() > most {
                break;
            }
        }
        let more = found.len() > most;
        found.truncate(most);
        let last = found.last().and_then(|(place, _)| place.split_once('#')).map(|(_, place)| place.to_owned());
        Ok((found.into_iter().map(|(_, item)| item).collect(), last.filter(|_| more)))
    }

    async fn names_of(&self, key: &LeadKey) -> Result<BTreeMap<String, AliasRecord>, Unavailable> {
        let names = self.places_of_names(key).await?;
        let places: BTreeMap<_, _> = names.into_iter().map(|name| (key::alias(&key.business, &name), name)).collect();
        let keys: Vec<_> = places.keys().map(|pk| key::row(pk.clone(), "ALIAS".to_owned())).collect();
        let mut found = BTreeMap::new();
        for some in keys.chunks(NAMES_AT_ONCE) {
            for row in self.batch(some.to_vec()).await? {
                let name = row.get("pk").and_then(|pk| places.get(pk.as_s().ok()?)).cloned();
                let alias: item::Alias = item::read("BatchGetItem", row)?;
                // Another lead may have got the name since.
                found.extend(name.filter(|_| alias.named.lead == key.lead).map(|name| (name, alias.named)));
            }
        }
        Ok(found)
    }

    async fn forget_names(&self, key: &LeadKey) -> Result<(), Unavailable> {
        self.names_forgotten(key).await
    }

    async fn note(&self, key: &LeadKey, at: Timestamp, id: &str) -> Result<Option<Note>, Unavailable> {
        self.get(key::lead(key), key::note(at, id)).await
    }

    async fn everything(&self, key: &LeadKey, most: usize) -> Result<Option<BTreeMap<String, Value>>, Unavailable> {
        let (mut all, mut bytes, mut start) = (BTreeMap::new(), 0, None);
        loop {
            let (rows, next) = self.partition(key, start, false).await?;
            for mut row in rows {
                let place = row.remove("sk").and_then(|sk| sk.as_s().ok().cloned()).unwrap_or_default();
                // Keys of indexes and the like say nothing of the person.
                row.retain(|key, _| !INDEX_KEYS.contains(&key.as_str()));
                let item: Value = serde_dynamo::from_item(row).map_err(|error| unreadable("Query (all)", &error))?;
                bytes += item.to_string().len();
                all.insert(place, item);
            }
            if bytes > most {
                return Ok(None);
            }
            start = next;
            if start.is_none() {
                return Ok(Some(all));
            }
        }
    }
}

type Start = Option<HashMap<String, AttributeValue>>;

impl DynamoStore {
    /// The names that led to a lead at some time, as the rows below it say.
    pub(super) async fn places_of_names(&self, key: &LeadKey) -> Result<Vec<String>, Unavailable> {
        #[derive(Deserialize)]
        struct Name {
            name: String,
        }
        let (from, to) = ("ALIAS#".to_owned(), "ALIAS#~".to_owned());
        let names = self.range::<Name>(key, from, to, key::Order::NewestFirst, Reading::All(MAX_NAMES)).await?;
        Ok(names.into_iter().map(|held| held.name).collect())
    }

    /// A page of all there is below a lead: the rows, or their keys only.
    pub(super) async fn partition(
        &self,
        key: &LeadKey,
        start: Start,
        keys_only: bool,
    ) -> Result<(Vec<key::Row>, Start), Unavailable> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(key::lead(key)))
            .set_projection_expression(keys_only.then(|| "pk, sk".to_owned()))
            .consistent_read(true)
            .set_exclusive_start_key(start);
        let answer = request.send().await.map_err(|error| unavailable("Query (all)", &error))?;
        Ok((answer.items.unwrap_or_default(), answer.last_evaluated_key))
    }
}
