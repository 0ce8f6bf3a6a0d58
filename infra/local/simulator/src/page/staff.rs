//! What the page lets one do as the business: what the operator's command does, and nothing else.

use super::{Who, named};
use crate::fault::Fault;
use crate::world::World;
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
    who: Who,
    mode: Mode,
}

/// `POST /page/close`: the open session closes as soon as no turn is under way.
pub(crate) async fn close(State(world): State<World>, Json(who): Json<Who>) -> Result<StatusCode, Fault> {
    operate(&world, &who, "close").await
}

/// `POST /page/mode`: a person takes the conversation over, or hands it back to the AI.
pub(crate) async fn mode(State(world): State<World>, Json(change): Json<ModeChange>) -> Result<StatusCode, Fault> {
    let command = match change.mode {
        Mode::Human => "take-over",
        Mode::Ai => "hand-back",
    };
    operate(&world, &change.who, command).await
}

async fn operate(world: &World, who: &Who, command: &str) -> Result<StatusCode, Fault> {
    let (_, customer) = who.customer(world)?;
    let backstage = world.backstage.as_ref().as_ref();
    let backstage = backstage.ok_or_else(|| Fault::not_found("the simulator was started without a stack"))?;
    let [flag, value] = named(&customer);
    let done = backstage.admin.run(&[command, &flag, &value]).await;
    done.map_err(|error| Fault::bad_gateway(error.to_string()))?;
    // It is not in the book, but whoever watches the customer should look.
    world.announce();
    Ok(StatusCode::NO_CONTENT)
}
