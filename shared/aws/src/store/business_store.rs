//! Settings, lines, lists of leads, requests that take effect once.

use super::transaction::{Condition, RowWrite, transact};
use super::{DynamoStore, item, key};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Deserialize;
use zikaron_protocol::model::ids::{BusinessId, ConnectionId, LeadId, Line};
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::business_store::{
    BusinessStore, HeldSettings, IdempotencyRecord, IdempotencyStore, LeadIndex, Page,
};
use zikaron_protocol::ports::store::{CommitError, ConflictingItem, Cursor};

/// More lines than this are not listed.
const MAX_LINES: i32 = 100;
/// How long a request is remembered, in days.
const REQUEST_DAYS: u32 = 1;

impl BusinessStore for DynamoStore {
    async fn held_settings(&self, business: &BusinessId) -> Result<HeldSettings, Unavailable> {
        let held: Option<item::Held> = self.get(key::business(business), "SETTINGS".to_owned()).await?;
        Ok(held.map(|held| HeldSettings { version: held.version, settings: held.settings }).unwrap_or_default())
    }

    async fn write_settings(&self, business: &BusinessId, held: &HeldSettings) -> Result<(), CommitError> {
        let condition = Condition::before(held.version);
        self.put_if(RowWrite::put(item::settings(business, held)?, ConflictingItem::State, condition)).await
    }

    async fn lines(&self, business: &BusinessId) -> Result<Vec<Line>, Unavailable> {
        const WHAT: &str = "Query (lines)";
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .key_condition_expression("pk = :pk AND begins_with(sk, :line)")
            .expression_attribute_values(":pk", AttributeValue::S(key::business(business)))
            .expression_attribute_values(":line", AttributeValue::S("LINE#".to_owned()))
            .consistent_read(true)
            .limit(MAX_LINES);
        let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
        answer.items.unwrap_or_default().into_iter().map(|row| item::read(WHAT, row)).collect()
    }

    async fn owner(&self, connection: &ConnectionId) -> Result<Option<BusinessId>, Unavailable> {
        let owner: Option<item::Route> = self.get(key::connection(connection), "OWNER".to_owned()).await?;
        Ok(owner.map(|owner| owner.business))
    }

    async fn put_line(&self, line: &Line, business: &BusinessId) -> Result<bool, Unavailable> {
        let own_or_new = Condition::AbsentOrHas("business", business.to_string());
        self.route(vec![
            RowWrite::put(item::route(line, business), ROUTE, own_or_new),
            RowWrite::put(item::line(line, business), ConflictingItem::State, Condition::None),
        ])
        .await
    }

    async fn drop_line(&self, line: &Line, business: &BusinessId) -> Result<bool, Unavailable> {
        let route = key::row(key::route(line), "ROUTE".to_owned());
        let back = key::row(key::business(business), key::line(line));
        self.route(vec![
            RowWrite::delete(route, ROUTE, Condition::Has("business", business.to_string())),
            RowWrite::delete(back, ConflictingItem::State, Condition::None),
        ])
        .await
    }
}

/// A route leads where an alias does.
const ROUTE: ConflictingItem = ConflictingItem::Alias;

impl DynamoStore {
    /// A line that led to one business leads to another.
    pub(super) async fn move_line(&self, line: &Line, from: &BusinessId, to: &BusinessId) -> Result<bool, Unavailable> {
        let back = key::row(key::business(from), key::line(line));
        self.route(vec![
            RowWrite::put(item::route(line, to), ROUTE, Condition::Has("business", from.to_string())),
            RowWrite::put(item::line(line, to), ConflictingItem::State, Condition::None),
            RowWrite::delete(back, ConflictingItem::State, Condition::None),
        ])
        .await
    }

    /// All of them, if the condition of the route holds.
    async fn route(&self, writes: Vec<RowWrite>) -> Result<bool, Unavailable> {
        match transact(&self.client, &self.table, writes).await {
            Ok(()) => Ok(true),
            Err(CommitError::Conflict(ROUTE)) => Ok(false),
            // Somebody writes the same route at this moment.
            Err(CommitError::Conflict(_)) => {
                Err(Unavailable { what: "routes", reason: "TransactionConflict".to_owned() })
            }
            Err(CommitError::Unavailable(error)) => Err(error),
        }
    }

    /// A page of an index of leads.
    async fn index(&self, index: Index<'_>, most: usize) -> Result<Page<LeadId>, Unavailable> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(index.name)
            .key_condition_expression(index.condition)
            .expression_attribute_values(":pk", AttributeValue::S(index.pk))
            .expression_attribute_values(":place", AttributeValue::S(index.place))
            .scan_index_forward(!index.newest_first)
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let answer = request.send().await.map_err(|error| unavailable(index.what, &error))?;
        let more = answer.last_evaluated_key.is_some();
        let (mut leads, mut last) = (Vec::new(), None);
        for row in answer.items.unwrap_or_default() {
            let entry: Entry = item::read(index.what, row)?;
            leads.extend(key::parse_lead(&entry.pk).map(|key| key.lead));
            last = entry.leads_sk.or(entry.name_sk);
        }
        Ok((leads, last.filter(|_| more)))
    }
}

/// What a page of an index is asked for by.
struct Index<'a> {
    name: &'a str,
    what: &'static str,
    condition: &'a str,
    pk: String,
    place: String,
    newest_first: bool,
}

/// The keys a row of an index of leads holds.
#[derive(Deserialize)]
struct Entry {
    pk: String,
    #[serde(default)]
    leads_sk: Option<Cursor>,
    #[serde(default)]
    name_sk: Option<Cursor>,
}

impl LeadIndex for DynamoStore {
    async fn leads(
        &self,
        business: &BusinessId,
        before: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<LeadId>, Unavailable> {
        let index = Index {
            name: "leads",
            what: "Query (leads)",
            condition: "leads_pk = :pk AND leads_sk < :place",
            pk: key::business(business),
            // `~` sorts behind every time.
            place: before.cloned().unwrap_or_else(|| "~".to_owned()),
            newest_first: true,
        };
        self.index(index, most).await
    }

    async fn named(
        &self,
        business: &BusinessId,
        name: &str,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<Page<LeadId>, Unavailable> {
        let index = Index {
            name: "names",
            what: "Query (names)",
            condition: "name_pk = :pk AND name_sk > :place",
            pk: key::named(business, name),
            // `!` sorts before every id.
            place: after.cloned().unwrap_or_else(|| "!".to_owned()),
            newest_first: false,
        };
        self.index(index, most).await
    }
}

impl IdempotencyStore for DynamoStore {
    async fn first(
        &self,
        business: &BusinessId,
        name: &str,
        request: &IdempotencyRecord,
    ) -> Result<IdempotencyRecord, Unavailable> {
        let (pk, sk) = (key::request(business, name), "ONCE");
        let row = item::expiring(item::any(request, pk.clone(), sk)?, request.at, Some(REQUEST_DAYS));
        match self.put_if(RowWrite::put(row, ConflictingItem::State, Condition::Absent)).await {
            Ok(()) => Ok(request.clone()),
            Err(CommitError::Conflict(_)) => self
                .get(pk, sk.to_owned())
                .await?
                .ok_or_else(|| unreadable("GetItem", &"a request that was there is gone")),
            Err(CommitError::Unavailable(error)) => Err(error),
        }
    }

    async fn done(&self, business: &BusinessId, name: &str, request: &IdempotencyRecord) -> Result<(), Unavailable> {
        let done = IdempotencyRecord { done: true, ..request.clone() };
        let row = item::any(&done, key::request(business, name), "ONCE")?;
        self.put(item::expiring(row, request.at, Some(REQUEST_DAYS))).await
    }
}
