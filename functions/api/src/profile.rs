//! What people enter into a profile.

use crate::auth::Agent;
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Expected};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, MemoryDocument};
use crate::{Api, memory};
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::field::MAX_FIELDS;

/// Values by field: a text is entered as a person's word, null deletes the field for good.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(example = json!({"city": "חיפה", "preferences": null}))]
pub(crate) struct ProfilePatch(BTreeMap<String, Option<String>>);

/// Correct the profile
///
/// All of it or nothing. What a person enters or deletes is never overwritten by the AI, which may only suggest.
#[utoipa::path(patch, path = "/v1/leads/{lead}/profile", tag = "memory", params(LeadPath, Expected),
    request_body = ProfilePatch,
    responses((status = 200, body = MemoryDocument, headers(("ETag" = String))), LeadPath, Expected),
    security(("staff" = ["agent"])))]
pub(crate) async fn change<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    Expected(expected): Expected,
    context: IdempotencyContext,
    Body(ProfilePatch(values)): Body<ProfilePatch>,
) -> Result<Response, Problem> {
    let key = caller.lead(&path.lead)?;
    if values.is_empty() || values.len() > MAX_FIELDS {
        return Err(Problem::invalid("body", format!("name 1 to {MAX_FIELDS} fields")));
    }
    let edits: Vec<_> = values.into_iter().collect();
    api.staff(&context).edit_profile(&key, &edits, expected).await?;
    memory::show(&api, &key).await
}
