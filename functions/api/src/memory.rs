//! The memory document of a lead.

use crate::Api;
use crate::auth::Viewer;
use crate::json::tagged;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, MemoryDocument};
use axum::extract::{Path, State};
use axum::response::Response;
use futures_util::future::try_join;
use std::sync::Arc;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::Clock;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::staff::read_memory;

/// The memory of a lead
///
/// The `ETag` names the version of the memory (profile, summary, notes); it stays while only the conversation goes on, and
/// while values age.
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
    let store = api.ports.store();
    let ((state, memory), settings) = try_join(read_memory(store, key), store.settings(&key.business)).await?;
    let state = state.ok_or_else(Problem::no_lead)?;
    let (version, now) = (memory.version, api.ports.clock().now());
    Ok(tagged(version, MemoryDocument::new(&key.lead, &state, memory, &settings.fields(), now)))
}
