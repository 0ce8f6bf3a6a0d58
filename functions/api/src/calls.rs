//! Phone calls.

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
use zikaron_protocol::model::call::{Call, Direction, Provider, Spoken, Voice};
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;

/// Lambda answers with 6 MB at most (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>); a
/// transcript has 256 KB at most.
const MAX_PAGE: usize = 20;

/// What was said on the phone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SpokenDocument {
    /// Whose voice it was.
    voice: Voice,
    /// What was heard.
    text: String,
    /// How many seconds into the call, where the transcript tells.
    #[serde(skip_serializing_if = "Option::is_none")]
    second: Option<u32>,
}

/// A phone call.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CallDocument {
    /// The provider's id of it.
    id: String,
    /// Who carried it.
    provider: Provider,
    /// Who called whom.
    direction: Direction,
    /// When it began.
    started_at: Timestamp,
    /// When it ended.
    ended_at: Timestamp,
    /// Nobody answered but a machine.
    voicemail: bool,
    /// What was said.
    transcript: Vec<SpokenDocument>,
    /// The provider's own summary; ours is a note.
    #[serde(skip_serializing_if = "Option::is_none")]
    summary: Option<String>,
    /// Where a recording is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    recording_url: Option<String>,
}

impl From<Spoken> for SpokenDocument {
    fn from(said: Spoken) -> Self {
        Self { voice: said.voice, text: said.text, second: said.second }
    }
}

impl From<Call> for CallDocument {
    fn from(call: Call) -> Self {
        let report = call.report;
        Self {
            id: call.key.name.call_id.to_string(),
            provider: call.key.name.provider,
            direction: report.direction,
            started_at: report.started_at,
            ended_at: call.key.ended_at,
            voicemail: report.voicemail,
            transcript: report.transcript.into_iter().map(SpokenDocument::from).collect(),
            summary: report.summary,
            recording_url: report.recording_url,
        }
    }
}

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
