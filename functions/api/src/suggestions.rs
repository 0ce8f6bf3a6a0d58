//! What people say to suggestions.

use crate::auth::Agent;
use crate::idempotency::IdempotencyContext;
use crate::json::Body;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, MemoryDocument};
use crate::{Api, memory};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::ToSchema;

/// A suggestion of the memory document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"field": "city", "value": "חיפה"}))]
pub(crate) struct Meant {
    /// The field it stands beside.
    #[schema(max_length = 40)]
    field: String,
    /// Its value; null for one that says that the customer took back what stands.
    #[schema(max_length = 2000, required = true)]
    #[serde(deserialize_with = "Option::deserialize")]
    value: Option<String>,
}

/// Accept a suggestion
///
/// Its value is a person's word from now on. Without a value, what stands is deleted.
#[utoipa::path(post, path = "/v1/leads/{lead}/suggestions/accept", tag = "memory", params(LeadPath),
    request_body = Meant, responses((status = 200, body = MemoryDocument, headers(("ETag" = String))), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn accept<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(meant): Body<Meant>,
) -> Result<Response, Problem> {
    let key = caller.lead(&path.lead)?;
    if !context.is_done {
        api.staff(&context).accept(&key, &meant.field, meant.value.as_deref()).await?;
    }
    memory::show(&api, &key).await
}

/// Dismiss a suggestion
///
/// It returns only with newer evidence.
#[utoipa::path(post, path = "/v1/leads/{lead}/suggestions/dismiss", tag = "memory", params(LeadPath),
    request_body = Meant, responses((status = 200, body = MemoryDocument, headers(("ETag" = String))), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn dismiss<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(meant): Body<Meant>,
) -> Result<Response, Problem> {
    let key = caller.lead(&path.lead)?;
    if !context.is_done {
        api.staff(&context).dismiss(&key, &meant.field, meant.value.as_deref()).await?;
    }
    memory::show(&api, &key).await
}
