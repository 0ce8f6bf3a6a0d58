//! Why the profile is what it is.

use crate::Api;
use crate::auth::Viewer;
use crate::cursor::{PageQuery, cursor};
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{Change, LeadPath};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::merge::Verdict;
use zikaron_protocol::store::Store;
use zikaron_protocol::store::staff::Shelves;

/// Some of a lead's changes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChangePage {
    /// Newest first.
    changes: Vec<Change>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// Every change of the profile, accepted or not, with its reason
#[utoipa::path(get, path = "/v1/leads/{lead}/changes", tag = "memory", operation_id = "list_changes",
    params(LeadPath, PageQuery), responses((status = 200, body = ChangePage), LeadPath), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
    Params(page): Params<PageQuery>,
) -> Result<Json<ChangePage>, Problem> {
    let key = caller.lead(&path.lead)?;
    let list = format!("changes of {}", key.lead);
    let (most, before) = (page.most()?, page.after(&caller, &list)?);
    api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    let (found, next) = api.ports.store().page::<Verdict>(&key, before.as_ref(), most).await?;
    let changes = found.into_iter().map(Change::from).collect();
    Ok(Json(ChangePage { changes, next: cursor(&caller, &list, next) }))
}
