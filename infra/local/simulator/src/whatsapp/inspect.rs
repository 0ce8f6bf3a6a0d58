//! What tests look at and prepare: what was sent, what was shown as read, which faults are to come and which have come.

use crate::simulator::Simulator;
use crate::state::{FaultScript, FaultStep, FileFault, Typing};
use axum::Json;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::HashMap;

/// `GET /sent`: all of them, oldest first; of one customer with `?to=`, of one number with `?number=`; with
/// `?dropped` those that Meta would silently drop.
pub(crate) async fn sent(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Value> {
    let state = simulator.state();
    let messages = if query.contains_key("dropped") { &state.dropped } else { &state.sent };
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| wanted == value);
    Json(json!(messages.iter().filter(|m| wanted("to", &m.to) && wanted("number", &m.number)).collect::<Vec<_>>()))
}

/// `GET /typing`: all of them, oldest first.
pub(crate) async fn typing(State(simulator): State<Simulator>) -> Json<Vec<Typing>> {
    Json(simulator.state().typing.clone())
}

/// `GET /graph/fetches?holding=`: what went wrong with each fetch of the files in which something is said that holds this.
pub(crate) async fn fetches(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<FileFault>> {
    let holding = query.get("holding").map(String::as_str).unwrap_or_default();
    let state = simulator.state();
    let said = state.files.iter().filter(|file| file.says.as_deref().unwrap_or_default().contains(holding));
    Json(said.flat_map(|file| file.met.iter().copied()).collect())
}

/// `GET /graph/script?to=`: the steps that still wait for the next messages to a customer.
pub(crate) async fn waiting_faults(
    State(simulator): State<Simulator>,
    Query(query): Query<HashMap<String, String>>,
) -> Json<Vec<FaultStep>> {
    Json(simulator.state().faults.waiting(query.get("to").map(String::as_str)))
}

/// `POST /graph/script`.
pub(crate) async fn add_faults(State(simulator): State<Simulator>, Json(script): Json<FaultScript>) -> StatusCode {
    simulator.state().faults.add(script);
    StatusCode::NO_CONTENT
}
