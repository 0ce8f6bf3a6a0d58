//! The memory document of a lead.

use crate::Api;
use crate::auth::Viewer;
use crate::json::tagged;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, MemoryDocument};
use axum::extract::{Path, State};
use axum::response::Response;
use std::sync::Arc;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::staff::read_memory;

/// The memory of a lead
///
/// The `ETag` names the version of the memory (profile, summary, notes); it stays while only the conversation goes on.
#[utoipa::path(get, path = "/v1/leads/{lead}", tag = "memory", params(LeadPath),
    responses((status = 200, body = MemoryDocument, headers(("ETag" = String))), LeadPath),
    security(("staff" = ["viewer"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
) -> Result<Response, Problem> {
    show(&api, &caller.lead(&path.lead)?).await
}

/// The document as it stands.
pub(crate) async fn show<P: Ports>(api: &Api<P>, key: &LeadKey) -> Result<Response, Problem> {
    let (state, memory) = read_memory(api.ports.store(), key).await?;
    let state = state.ok_or_else(Problem::no_lead)?;
    Ok(tagged(memory.version, MemoryDocument::new(&key.lead, &state, memory)))
}
