//! Who answers the customer.

use crate::Api;
use crate::auth::Agent;
use crate::idempotency::IdempotencyContext;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::lead_state::Mode;
use zikaron_protocol::ports::store::Store;

/// Who answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Answering {
    /// Who answers from now on.
    mode: Mode,
}

/// Take a conversation over
///
/// The AI sends nothing more, also in a turn that is under way; what waits is the person's.
#[utoipa::path(post, path = "/v1/leads/{lead}/takeover", tag = "conversation", params(LeadPath),
    responses((status = 200, body = Answering), LeadPath), security(("staff" = ["agent"])))]
pub(crate) async fn take_over<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
) -> Result<Json<Answering>, Problem> {
    let key = caller.lead(&path.lead)?;
    if !context.is_done {
        api.staff(&context).take_over(&key).await?;
    }
    answering(&api, &key).await
}

/// Hand a conversation back
///
/// From the customer's next message on the AI answers again, with everything in view that was said meanwhile.
#[utoipa::path(post, path = "/v1/leads/{lead}/handback", tag = "conversation", params(LeadPath),
    responses((status = 200, body = Answering), LeadPath), security(("staff" = ["agent"])))]
pub(crate) async fn hand_back<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
) -> Result<Json<Answering>, Problem> {
    let key = caller.lead(&path.lead)?;
    if !context.is_done {
        api.staff(&context).hand_back(&key).await?;
    }
    answering(&api, &key).await
}

async fn answering<P: Ports>(api: &Api<P>, key: &LeadKey) -> Result<Json<Answering>, Problem> {
    let state = api.ports.store().state(key).await?.ok_or_else(Problem::no_lead)?;
    Ok(Json(Answering { mode: state.mode }))
}
