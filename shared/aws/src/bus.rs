//! The event bus on EventBridge.

use crate::sdk::LazyClient;
use crate::unavailable::unavailable;
use aws_sdk_eventbridge::Client;
use aws_sdk_eventbridge::types::PutEventsRequestEntry;
use futures_util::stream::{self, StreamExt, TryStreamExt};
use std::time::Duration;
use zikaron_protocol::model::event::{Event, SOURCE};
use zikaron_protocol::ports::{EventBus, Unavailable};

const WHAT: &str = "PutEvents";
/// `PutEvents` takes 10 entries (<https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html>) …
const BATCH_ENTRIES: usize = 10;
/// … and 1 MB; an entry's size is that of its texts in bytes. The rest is room for the envelope.
const BATCH_BYTES: usize = 900_000;
/// How many batches of one webhook are under way at once.
const PARALLEL: usize = 16;
/// How often refused entries are sent again before the caller is told.
const ROUNDS: u32 = 4;
/// The pause before the first of those is twice this, and doubles.
const PAUSE: Duration = Duration::from_millis(50);

/// The bus of a stack.
#[derive(Debug)]
pub struct Bus {
    client: LazyClient<Client>,
    name: String,
}

impl Bus {
    /// The bus `name`.
    #[must_use]
    pub fn new(client: impl Into<LazyClient<Client>>, name: String) -> Self {
        Self { client: client.into(), name }
    }

    async fn put(&self, mut entries: Vec<PutEventsRequestEntry>) -> Result<(), Unavailable> {
        for round in 0..ROUNDS {
            if round > 0 {
                // Refused is what exceeds the account's rate: at once it would be again.
                tokio::time::sleep(PAUSE * 2_u32.pow(round)).await;
            }
            let request = self.client.put_events().set_entries(Some(entries.clone()));
            let answer = request.send().await.map_err(|error| unavailable(WHAT, &error))?;
            if answer.failed_entry_count() == 0 {
                return Ok(());
            }
            // The result stands in the order of the request.
            let refused = answer.entries().iter().map(|entry| entry.error_code().is_some());
            entries =
                entries.into_iter().zip(refused).filter(|(_, refused)| *refused).map(|(entry, _)| entry).collect();
        }
        Err(Unavailable { what: WHAT, reason: format!("{} entries stay refused", entries.len()) })
    }
}

fn batches(entries: Vec<PutEventsRequestEntry>) -> Vec<Vec<PutEventsRequestEntry>> {
    let mut batches: Vec<Vec<_>> = Vec::new();
    let mut bytes = 0;
    for entry in entries {
        let size = entry.detail().map_or(0, str::len) + 100;
        match batches.last_mut() {
            Some(batch) if batch.len() < BATCH_ENTRIES && bytes + size <= BATCH_BYTES => {
                bytes += size;
                batch.push(entry);
            }
            _ => {
                bytes = size;
                batches.push(vec![entry]);
            }
        }
    }
    batches
}

impl EventBus for Bus {
    async fn publish(&self, events: &[Event]) -> Result<(), Unavailable> {
        let entry = |event: &Event| {
            let detail = event.detail().map_err(|error| Unavailable { what: WHAT, reason: error.to_string() })?;
            Ok(PutEventsRequestEntry::builder()
                .source(SOURCE)
                .detail_type(event.name())
                .detail(detail)
                .event_bus_name(&self.name)
                .build())
        };
        let entries = events.iter().map(entry).collect::<Result<Vec<_>, Unavailable>>()?;
        stream::iter(batches(entries)).map(|batch| self.put(batch)).buffer_unordered(PARALLEL).try_collect::<()>().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sdk;
    use serde_json::{Value, json};
    use std::time::Instant;
    use wiremock::matchers::method;
    use wiremock::{Mock, MockServer, Request, ResponseTemplate};

    /// An answer to so many entries, those at the places `refused` being so.
    fn answer(entries: usize, refused: &[usize]) -> ResponseTemplate {
        let result = |place: usize| {
            if refused.contains(&place) {
                json!({"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"})
            } else {
                json!({"EventId": place.to_string()})
            }
        };
        let results: Vec<Value> = (0..entries).map(result).collect();
        ResponseTemplate::new(200).set_body_json(json!({"FailedEntryCount": refused.len(), "Entries": results}))
    }

    fn details(request: &Request) -> Vec<String> {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        let entries = body["Entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["Detail"].as_str().unwrap().to_owned()).collect()
    }

    /// What becomes of ten entries where these are the answers, each given once; and the entries of each request.
    async fn ten_put(answers: Vec<ResponseTemplate>) -> (Result<(), Unavailable>, Vec<Vec<String>>) {
        let server = MockServer::start().await;
        for answer in answers {
            Mock::given(method("POST")).respond_with(answer).up_to_n_times(1).mount(&server).await;
        }
        let bus = Bus::new(Client::new(&sdk::standing_in(&server.uri())), "bus".to_owned());
        let entry = |place: u32| PutEventsRequestEntry::builder().detail(place.to_string()).build();
        let end = bus.put((0..10).map(entry).collect()).await;
        (end, server.received_requests().await.unwrap().iter().map(details).collect())
    }

    #[tokio::test]
    async fn what_is_refused_of_a_batch_is_sent_again_and_nothing_else() {
        let (end, requests) = ten_put(vec![answer(10, &[3, 7]), answer(2, &[1]), answer(1, &[])]).await;
        end.unwrap();
        assert_eq!(requests.iter().map(Vec::len).collect::<Vec<_>>(), [10, 2, 1]);
        assert_eq!(requests[1..], [vec!["3", "7"], vec!["7"]]);
    }

    #[tokio::test]
    async fn what_stays_refused_is_told_to_the_caller_after_pauses_that_grow() {
        let began = Instant::now();
        let refused = [answer(10, &[3, 7]), answer(2, &[0, 1]), answer(2, &[0, 1]), answer(2, &[0, 1])];
        let (end, requests) = ten_put(refused.to_vec()).await;
        assert_eq!(end.unwrap_err().to_string(), "PutEvents: 2 entries stay refused");
        assert_eq!(requests.len(), ROUNDS as usize);
        assert!(began.elapsed() >= PAUSE * (2 + 4 + 8));
    }

    #[test]
    fn a_batch_holds_ten_entries_and_stays_under_its_bytes() {
        let entry = |size: usize| PutEventsRequestEntry::builder().detail("x".repeat(size)).build();
        let sizes = |entries| batches(entries).iter().map(Vec::len).collect::<Vec<_>>();
        assert_eq!(sizes((0..25).map(|_| entry(10)).collect()), [10, 10, 5]);
        assert_eq!(sizes(vec![entry(500_000), entry(500_000), entry(10)]), [1, 2]);
        assert!(batches(Vec::new()).is_empty());
    }
}
