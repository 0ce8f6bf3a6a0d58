//! Whether a customer wants messages they do not ask for (docs/rules.md#m5).

use crate::Api;
use crate::auth::Agent;
use crate::idempotency::IdempotencyContext;
use crate::json::Body;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::ToSchema;

/// What the customer wants.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"wanted": false}))]
pub(crate) struct Wanted {
    /// Whether they want messages they do not ask for.
    wanted: bool,
}

/// Note whether a customer wants messages they do not ask for
///
/// As if they had said so now: nothing of the kind is sent to who wants none, be it on its way out already.
#[utoipa::path(put, path = "/v1/leads/{lead}/marketing", tag = "actions", operation_id = "set_marketing",
    params(LeadPath), request_body = Wanted, responses((status = 200, body = Wanted), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn set<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(body): Body<Wanted>,
) -> Result<Json<Wanted>, Problem> {
    api.staff(&context).set_marketing(&caller.lead(&path.lead)?, body.wanted).await?;
    Ok(Json(body))
}
