//! How a test wants WhatsApp to misbehave towards one customer.

use super::refusal::Refusal;
use crate::world::World;
use axum::Json;
use axum::body::Body;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, VecDeque};
use std::time::Duration;

/// Misbehaviour to come, each used for one send, in this order.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GraphScript {
    /// The customer: digits of the phone number, or the user id.
    pub to: String,
    /// What happens to his next messages.
    pub steps: Vec<GraphStep>,
}

/// What happens to one send.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GraphStep {
    /// Whether the message reaches the customer, whatever is answered.
    pub accept: bool,
    /// The connection breaks in place of an answer.
    pub cut: bool,
    /// The HTTP status of an error that is answered.
    pub status: Option<u16>,
    /// Meta's code in that error.
    pub code: i64,
    /// How long the answer takes, in milliseconds.
    pub delay_ms: u64,
    /// The statuses that follow, in this order; the connection's if none are given.
    pub statuses: Option<Vec<String>>,
    /// How long they are late, in milliseconds.
    pub statuses_delay_ms: u64,
}

impl Default for GraphStep {
    fn default() -> Self {
        Self { accept: true, cut: false, status: None, code: 1, delay_ms: 0, statuses: None, statuses_delay_ms: 0 }
    }
}

impl GraphStep {
    /// Answers late, not at all, or with an error, as the step says; `answer` is what good behaviour would answer.
    pub(crate) async fn spoil(&self, answer: Response) -> Response {
        tokio::time::sleep(Duration::from_millis(self.delay_ms)).await;
        if self.cut {
            let broken = futures_util::stream::iter([Err::<Vec<u8>, _>(std::io::Error::other("cut by a script"))]);
            return Body::from_stream(broken).into_response();
        }
        self.status.map_or(answer, |status| Refusal::scripted(status, self.code).into_response())
    }

    /// The statuses that follow the message.
    pub(crate) fn statuses(&self, usual: &[String]) -> Vec<String> {
        self.statuses.clone().unwrap_or_else(|| usual.to_vec())
    }
}

/// The steps that wait for their send.
#[derive(Default)]
pub(crate) struct Misbehaviour(VecDeque<(String, GraphStep)>);

impl Misbehaviour {
    fn add(&mut self, script: GraphScript) {
        self.0.extend(script.steps.into_iter().map(|step| (script.to.clone(), step)));
    }

    pub(crate) fn take(&mut self, to: &str) -> Option<GraphStep> {
        let place = self.0.iter().position(|(customer, _)| customer == to)?;
        self.0.remove(place).map(|(_, step)| step)
    }
}

/// `GET /graph/script?to=`: the steps that still wait for a customer's next messages.
pub(crate) async fn waiting(
    State(world): State<World>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<GraphStep>> {
    let wanted = |to: &String| query.get("to").is_none_or(|wanted| wanted == to);
    let book = world.book();
    Json(book.misbehaviour.0.iter().filter(|(to, _)| wanted(to)).map(|(_, step)| step.clone()).collect())
}

/// `POST /graph/script`.
pub(crate) async fn add(State(world): State<World>, Json(script): Json<GraphScript>) -> StatusCode {
    world.book().misbehaviour.add(script);
    StatusCode::NO_CONTENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_step_is_used_once_and_only_for_its_customer() {
        let script = json!({"to": "972555000001", "steps": [{"status": 500}, {"cut": true, "accept": false}]});
        let mut queue = Misbehaviour::default();
        queue.add(serde_json::from_value(script).unwrap());
        assert_eq!(queue.take("972555000002"), None);
        assert!(queue.take("972555000001").is_some_and(|step| step.status == Some(500) && step.accept));
        assert!(queue.take("972555000001").is_some_and(|step| step.cut && !step.accept));
        assert_eq!(queue.take("972555000001"), None);
        assert!(serde_json::from_value::<GraphStep>(json!({"oops": 1})).is_err());
    }
}
