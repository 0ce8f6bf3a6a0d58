//! How an event reaches a function: directly, or again from the failure queue, after Lambda, EventBridge or the
//! scheduler gave it up.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// What a function is invoked with.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Delivery<T> {
    /// A batch of the failure queue.
    Again {
        /// The messages; template.yaml asks for one at a time, so that a failure concerns only itself.
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    /// The event itself.
    First(T),
}

/// A message of the failure queue.
#[derive(Debug, Deserialize)]
pub struct Record {
    body: String,
}

/// A message of the failure queue is no event of this function. It carries no content.
#[derive(Debug, thiserror::Error)]
#[error("a message of the failure queue is not an event of this function (line {line}, column {column})")]
pub struct NotAnEvent {
    line: usize,
    column: usize,
}

impl<T: DeserializeOwned> Delivery<T> {
    /// The events to handle.
    ///
    /// # Errors
    /// [`NotAnEvent`]: the message goes back to the queue, and in the end among the parked ones.
    pub fn events(self) -> Result<Vec<T>, NotAnEvent> {
        match self {
            Self::First(event) => Ok(vec![event]),
            Self::Again { records } => records.iter().map(|record| given_up(&record.body)).collect(),
        }
    }
}

/// Lambda wraps what it gave up (`requestPayload`); EventBridge and the scheduler queue it as it was.
fn given_up<T: DeserializeOwned>(body: &str) -> Result<T, NotAnEvent> {
    let unreadable = |error: serde_json::Error| NotAnEvent { line: error.line(), column: error.column() };
    let mut body: Value = serde_json::from_str(body).map_err(unreadable)?;
    let event = body.get_mut("requestPayload").map(Value::take).unwrap_or(body);
    serde_json::from_value(event).map_err(unreadable)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use zikaron_protocol::model::event::Event;

    fn events(input: Value) -> Result<Vec<Event>, NotAnEvent> {
        serde_json::from_value::<Delivery<Event>>(input).unwrap().events()
    }

    #[test]
    fn an_event_is_the_same_directly_and_from_the_queue() {
        let event = json!({
            "version": "0",
            "source": "zikaron",
            "detail-type": "turn.due",
            "detail": {"business": "demo-salon", "lead": "01LEAD"},
        });
        let from_lambda = json!({"version": "1.0", "requestPayload": event, "responsePayload": null}).to_string();
        let direct = events(event.clone()).unwrap();
        assert_eq!(direct.len(), 1);
        assert_eq!(events(json!({"Records": [{"messageId": "1", "body": from_lambda}]})).unwrap(), direct);
        assert_eq!(events(json!({"Records": [{"messageId": "1", "body": event.to_string()}]})).unwrap(), direct);
    }

    #[test]
    fn a_foreign_message_is_refused_without_showing_it() {
        for body in ["", "secret words", "{\"requestPayload\": {\"secret\": \"words\"}}"] {
            let refused = events(json!({"Records": [{"body": body}]})).unwrap_err().to_string();
            assert!(!refused.contains("secret"), "{refused}");
        }
    }
}
