//! The index of sessions: those the sweep looks after, and those that were counted, by day.

use super::{DynamoStore, item, key};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::types::AttributeValue;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zikaron_memory::session::SessionId;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{Cursor, OpenPage, OpenSessions};

/// One item, so that an idle sweep reads it once for all shards.
#[derive(Default, Serialize, Deserialize)]
struct Cursors {
    shards: BTreeMap<u8, Cursor>,
}

/// The keys a row of the index holds.
#[derive(Deserialize)]
struct Entry {
    pk: String,
    sk: String,
    open_sk: Cursor,
}

impl OpenSessions for DynamoStore {
    fn shards(&self) -> u8 {
        item::SHARDS
    }

    async fn open_sessions(&self, shard: u8, after: Option<&Cursor>, most: usize) -> Result<OpenPage, Unavailable> {
        self.sessions_listed("Query (open)", key::shard(shard), after, most).await
    }

    async fn cursors(&self) -> Result<BTreeMap<u8, Cursor>, Unavailable> {
        let held: Option<Cursors> = self.get("SWEEP".to_owned(), "CURSORS".to_owned()).await?;
        Ok(held.unwrap_or_default().shards)
    }

    async fn put_cursors(&self, cursors: &BTreeMap<u8, Cursor>) -> Result<(), Unavailable> {
        let held = Cursors { shards: cursors.clone() };
        let mut row: key::Row = serde_dynamo::to_item(held).map_err(|error| unreadable("PutItem", &error))?;
        row.extend(key::row("SWEEP".to_owned(), "CURSORS".to_owned()));
        self.put(row).await
    }
}

impl DynamoStore {
    /// Up to `most` sessions of one place in the index, those opened first before the others, from behind `after` on.
    pub(super) async fn sessions_listed(
        &self,
        what: &'static str,
        place: String,
        after: Option<&Cursor>,
        most: usize,
    ) -> Result<OpenPage, Unavailable> {
        let request = self
            .client
            .query()
            .table_name(&self.table)
            .index_name("open")
            .key_condition_expression("open_pk = :place AND open_sk > :after")
            .expression_attribute_values(":place", AttributeValue::S(place))
            .expression_attribute_values(":after", AttributeValue::S(after.cloned().unwrap_or_else(|| "0".to_owned())))
            .limit(i32::try_from(most).unwrap_or(i32::MAX));
        let answer = request.send().await.map_err(|error| unavailable(what, &error))?;
        let more = answer.last_evaluated_key.is_some();
        let (mut sessions, mut last) = (Vec::new(), None);
        for row in answer.items.unwrap_or_default() {
            let entry: Entry = item::read(what, row)?;
            let found = key::parse_lead(&entry.pk).zip(entry.sk.strip_prefix("SES#"));
            sessions.extend(found.map(|(lead, id)| (lead, SessionId::new(id))));
            last = Some(entry.open_sk);
        }
        Ok((sessions, last.filter(|_| more)))
    }
}
