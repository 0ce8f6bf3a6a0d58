//! Phone calls.

use crate::Api;
use crate::auth::Viewer;
use crate::cursor::{PageQuery, cursor};
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{CallDocument, LeadPath};
use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_protocol::call::Call;
use zikaron_protocol::store::Store;
use zikaron_protocol::store::staff::Shelves;

/// Lambda answers with 6 MB at most; a transcript has 256 KB at most.
const MAX_PAGE: usize = 20;

/// Some of a lead's calls.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallPage {
    /// Newest first.
    calls: Vec<CallDocument>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// The phone calls of a lead, with what was said
///
/// At most 20 at once: a transcript can be long.
#[utoipa::path(get, path = "/v1/leads/{lead}/calls", tag = "conversation", operation_id = "list_calls",
    params(LeadPath, PageQuery), responses((status = 200, body = CallPage), LeadPath), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
    Params(page): Params<PageQuery>,
) -> Result<Json<CallPage>, Problem> {
    let key = caller.lead(&path.lead)?;
    let list = format!("calls of {}", key.lead);
    let (most, before) = (page.most()?.min(MAX_PAGE), page.after(&caller, &list)?);
    api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    let (found, next) = api.ports.store().page::<Call>(&key, before.as_ref(), most).await?;
    let calls = found.into_iter().map(CallDocument::from).collect();
    Ok(Json(CallPage { calls, next: cursor(&caller, &list, next) }))
}
