//! Who answers the customer.

use crate::Api;
use crate::auth::Agent;
use crate::occasion::Occasion;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// Who answers.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Answering {
    /// `ai` or `human`.
    mode: &'static str,
}

/// Take a conversation over
///
/// The AI sends nothing more, also in a turn that is under way; what waits is the person's.
#[utoipa::path(post, path = "/v1/leads/{lead}/takeover", tag = "conversation", params(LeadPath),
    responses((status = 200, body = Answering)), security(("staff" = ["agent"])))]
pub(crate) async fn take_over<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    occasion: Occasion,
) -> Result<Json<Answering>, Problem> {
    api.desk(&occasion).take_over(&caller.lead(&path.lead)?).await?;
    Ok(Json(Answering { mode: "human" }))
}

/// Hand a conversation back
///
/// From the customer's next message on the AI answers again, with everything in view that was said meanwhile.
#[utoipa::path(post, path = "/v1/leads/{lead}/handback", tag = "conversation", params(LeadPath),
    responses((status = 200, body = Answering)), security(("staff" = ["agent"])))]
pub(crate) async fn hand_back<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    occasion: Occasion,
) -> Result<Json<Answering>, Problem> {
    api.desk(&occasion).hand_back(&caller.lead(&path.lead)?).await?;
    Ok(Json(Answering { mode: "ai" }))
}
