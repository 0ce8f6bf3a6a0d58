//! Rows, read and written one by one, in a batch, or by a range of sort keys.

use super::key::{self, Row};
use super::transaction::{RowWrite, put};
use super::{DynamoStore, item};
use crate::unavailable::{unavailable, unreadable};
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde::de::DeserializeOwned;
use std::time::Duration;
use tracing::error;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::store::{CommitError, Reading};

/// How often keys that a batch read left out are asked for again.
const BATCH_ROUNDS: u32 = 4;
/// The pause before what was left out is asked for again is twice this, and doubles.
pub(super) const PAUSE: Duration = Duration::from_millis(10);

impl DynamoStore {
    pub(super) async fn get<T: DeserializeOwned>(&self, pk: String, sk: String) -> Result<Option<T>, Unavailable> {
        const WHAT: &str = "GetItem";
        let request = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("pk", AttributeValue::S(pk))
            .key("sk", AttributeValue::S(sk))
            .consistent_read(true);
        let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
        answer.item.map(|row| item::read(WHAT, row)).transpose()
    }

    /// Several items in one round trip, in no particular order.
    pub(super) async fn batch(&self, keys: Vec<Row>) -> Result<Vec<Row>, Unavailable> {
        const WHAT: &str = "BatchGetItem";
        let mut rows = Vec::with_capacity(keys.len());
        let mut left = KeysAndAttributes::builder()
            .set_keys(Some(keys))
            .consistent_read(true)
            .build()
            .map_err(|error| unreadable(WHAT, &error))?;
        for round in 0..BATCH_ROUNDS {
            if round > 0 {
                // What is throttled is throttled a moment longer.
                tokio::time::sleep(PAUSE * 2_u32.pow(round)).await;
            }
            let request = self.client.batch_get_item().request_items(&self.table, left);
            let mut answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            rows.extend(answer.responses.as_mut().and_then(|tables| tables.remove(&self.table)).unwrap_or_default());
            match answer.unprocessed_keys.and_then(|mut tables| tables.remove(&self.table)) {
                Some(more) if !more.keys.is_empty() => left = more,
                _ => return Ok(rows),
            }
        }
        Err(Unavailable { what: WHAT, reason: "keys stay unprocessed".to_owned() })
    }

    /// Puts one row if its condition holds.
    pub(super) async fn put_if(&self, write: RowWrite) -> Result<(), CommitError> {
        put(&self.client, &self.table, write).await
    }

    pub(super) async fn put(&self, row: Row) -> Result<(), Unavailable> {
        let request = self.client.put_item().table_name(&self.table).set_item(Some(row));
        request.send().await.map(drop).map_err(|error| unavailable("PutItem", &error))
    }

    /// The items of a lead whose sort keys lie between `from` and `to`, read page by page.
    pub(super) async fn range<T: DeserializeOwned>(
        &self,
        key: &LeadKey,
        from: String,
        to: String,
        order: key::Order,
        reading: Reading,
    ) -> Result<Vec<T>, Unavailable> {
        const WHAT: &str = "Query";
        let (Reading::All(most) | Reading::PassOver(most)) = reading;
        let mut found = Vec::new();
        let mut start = None;
        loop {
            let left = i32::try_from(most - found.len()).unwrap_or(i32::MAX);
            let request = self
                .client
                .query()
                .table_name(&self.table)
                .key_condition_expression("pk = :pk AND sk BETWEEN :from AND :to")
                .expression_attribute_values(":pk", AttributeValue::S(key::lead(key)))
                .expression_attribute_values(":from", AttributeValue::S(from.clone()))
                .expression_attribute_values(":to", AttributeValue::S(to.clone()))
                .scan_index_forward(order == key::Order::OldestFirst)
                .consistent_read(true)
                .limit(left)
                .set_exclusive_start_key(start);
            let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            for row in answer.items.unwrap_or_default() {
                match (item::read(WHAT, row), reading) {
                    (Ok(item), _) => found.push(item),
                    (Err(error), Reading::All(_)) => return Err(error),
                    (Err(error), Reading::PassOver(_)) => {
                        error!(lead = %key.lead, %error, metric.unreadable_rows = 1, "a row is passed over: roll forward");
                    }
                }
            }
            start = answer.last_evaluated_key;
            if start.is_none() || found.len() >= most {
                return Ok(found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::erasure;
    use super::*;
    use crate::sdk;
    use aws_sdk_dynamodb::Client;
    use serde_json::{Value, json};
    use std::time::Instant;
    use wiremock::matchers::{header, method};
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    const GET: &str = "BatchGetItem";
    const WRITE: &str = "BatchWriteItem";

    /// A table of the name `table` whose batches get these answers, each once and the last one always.
    async fn table(operation: &str, answers: &[Value]) -> (DynamoStore, MockServer) {
        let server = MockServer::start().await;
        for (place, answer) in answers.iter().enumerate() {
            let target = header("x-amz-target", format!("DynamoDB_20120810.{operation}").as_str());
            let answer = ResponseTemplate::new(200).set_body_json(answer);
            let mock = Mock::given(method("POST")).and(target).respond_with(answer);
            if place + 1 < answers.len() { mock.up_to_n_times(1) } else { mock }.mount(&server).await;
        }
        let client = Client::new(&sdk::standing_in(&server.uri()));
        (DynamoStore::new(client, "table".to_owned(), Duration::ZERO), server)
    }

    fn wire(pk: &str) -> Value {
        json!({"pk": {"S": pk}, "sk": {"S": "s"}})
    }

    fn rows(names: &[&str]) -> Vec<Row> {
        names.iter().map(|name| key::row((*name).to_owned(), "s".to_owned())).collect()
    }

    /// What each request asks for of the table.
    async fn asked(server: &MockServer) -> Vec<Value> {
        let of = |request: &Request| {
            let body: Value = serde_json::from_slice(&request.body).unwrap();
            body["RequestItems"]["table"].clone()
        };
        server.received_requests().await.unwrap().iter().map(of).collect()
    }

    #[tokio::test]
    async fn keys_a_batch_leaves_out_are_asked_for_again_and_nothing_is_read_twice() {
        let left = json!({"table": {"Keys": [wire("b"), wire("c")], "ConsistentRead": true}});
        let first = json!({"Responses": {"table": [wire("a")]}, "UnprocessedKeys": left});
        let second = json!({"Responses": {"table": [wire("c"), wire("b")]}, "UnprocessedKeys": {}});
        let (store, server) = table(GET, &[first, second]).await;
        assert_eq!(store.batch(rows(&["a", "b", "c"])).await.unwrap(), rows(&["a", "c", "b"]));
        let asked = asked(&server).await;
        assert_eq!((asked.len(), &asked[1]), (2, &left["table"]));
    }

    #[tokio::test]
    async fn keys_that_stay_left_out_after_pauses_that_grow_are_no_rows_that_are_not_there() {
        let left = json!({"table": {"Keys": [wire("b")], "ConsistentRead": true}});
        let answer = json!({"Responses": {"table": [wire("a")]}, "UnprocessedKeys": left});
        let (store, server) = table(GET, &[answer]).await;
        let began = Instant::now();
        let end = store.batch(rows(&["a", "b"])).await;
        assert_eq!(end.unwrap_err().to_string(), "BatchGetItem: keys stay unprocessed");
        assert_eq!(asked(&server).await.len(), BATCH_ROUNDS as usize);
        assert!(began.elapsed() >= pauses(BATCH_ROUNDS));
    }

    fn pauses(rounds: u32) -> Duration {
        (1..rounds).map(|round| PAUSE * 2_u32.pow(round)).sum()
    }

    #[tokio::test]
    async fn rows_a_batch_does_not_delete_are_deleted_again_until_none_is_left() {
        let deletes = |names: &[&str]| names.iter().map(|pk| json!({"DeleteRequest": {"Key": wire(pk)}})).collect();
        let left = |names: &[&str]| json!({"UnprocessedItems": {"table": Value::Array(deletes(names))}});
        let answers = [left(&["b", "c"]), left(&["c"]), json!({"UnprocessedItems": {}})];
        let (store, server) = table(WRITE, &answers).await;
        store.delete(&rows(&["a", "b", "c"])).await.unwrap();
        let wanted = [&["a", "b", "c"][..], &["b", "c"], &["c"]].map(|names| Value::Array(deletes(names)));
        assert_eq!(asked(&server).await, wanted);
    }

    #[tokio::test]
    async fn an_erasure_does_not_pass_over_rows_that_stay_after_pauses_that_grow() {
        let stays = json!({"UnprocessedItems": {"table": [{"DeleteRequest": {"Key": wire("a")}}]}});
        let (store, _server) = table(WRITE, &[stays]).await;
        let began = Instant::now();
        let end = store.delete(&rows(&["a"])).await;
        assert_eq!(end.unwrap_err().to_string(), "BatchWriteItem: items stay unprocessed");
        assert!(began.elapsed() >= pauses(erasure::ROUNDS));
    }
}
