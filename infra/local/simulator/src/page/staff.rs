//! What the page lets one do as the business: what the operator's command does, and nothing else.

use super::customer_query::{CustomerQuery, admin_flag};
use crate::api_error::ApiError;
use crate::simulator::Simulator;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

/// Who answers a customer.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    Ai,
    Human,
}

#[derive(Debug, Deserialize)]
pub(crate) struct ModeChange {
    #[serde(flatten)]
    customer: CustomerQuery,
    mode: Mode,
}

/// `POST /page/close`: the open session closes as soon as no turn is under way.
pub(crate) async fn close(
    State(simulator): State<Simulator>,
    Json(query): Json<CustomerQuery>,
) -> Result<StatusCode, ApiError> {
    operate(&simulator, &query, "close").await
}

/// `POST /page/mode`: a person takes the conversation over, or hands it back to the AI.
pub(crate) async fn mode(
    State(simulator): State<Simulator>,
    Json(change): Json<ModeChange>,
) -> Result<StatusCode, ApiError> {
    let command = match change.mode {
        Mode::Human => "take-over",
        Mode::Ai => "hand-back",
    };
    operate(&simulator, &change.customer, command).await
}

async fn operate(simulator: &Simulator, query: &CustomerQuery, command: &str) -> Result<StatusCode, ApiError> {
    let (_, customer) = query.customer(simulator)?;
    let operator = simulator.operator.as_ref().as_ref();
    let operator = operator.ok_or_else(|| ApiError::not_found("the simulator was started without a stack"))?;
    let [flag, value] = admin_flag(&customer);
    let done = operator.admin.run(&[command, &flag, &value]).await;
    done.map_err(|error| ApiError::bad_gateway(error.to_string()))?;
    // The change is in the stack and not in the simulator's state, but the open pages should read it.
    simulator.announce();
    Ok(StatusCode::NO_CONTENT)
}
