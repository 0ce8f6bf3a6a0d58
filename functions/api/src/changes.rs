//! Why the profile is what it is.

use crate::Api;
use crate::auth::Viewer;
use crate::cursor::{PageQuery, cursor};
use crate::json::Params;
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::LeadPath;
use axum::Json;
use axum::extract::{Path, State};
use jiff::Timestamp;
use serde::Serialize;
use std::sync::Arc;
use utoipa::ToSchema;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::{Confidence, Source};
use zikaron_memory::reason::Reason;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;

/// Why the profile is what it is: what became of one offer (docs/rules.md#b7).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Change {
    /// The field.
    field: String,
    /// What it was weighed against.
    old: Option<String>,
    /// What was offered; null is a deletion.
    new: Option<String>,
    /// Who offered it.
    source: Source,
    /// How sure it was.
    confidence: Confidence,
    /// Whether the field said so then.
    accepted: bool,
    /// Why.
    reason: Reason,
    /// In which session, or by what other act.
    session: String,
    /// When it was said.
    at: Timestamp,
    /// Whether a machine heard it in a voice note.
    transcribed: bool,
}

impl From<Verdict> for Change {
    fn from(verdict: Verdict) -> Self {
        Self {
            source: verdict.source,
            confidence: verdict.confidence,
            reason: verdict.reason,
            session: verdict.session.to_string(),
            field: verdict.field,
            old: verdict.old,
            new: verdict.new,
            accepted: verdict.accepted,
            at: verdict.at,
            transcribed: verdict.transcribed,
        }
    }
}

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
