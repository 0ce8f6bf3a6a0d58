//! Notes of people, and what digests noted.

use crate::Api;
use crate::auth::{Agent, Caller, Viewer};
use crate::cursor::{PageQuery, cursor};
use crate::idempotency::IdempotencyContext;
use crate::json::{Body, Params, with_header};
use crate::openapi::{Answers, of_lead};
use crate::ports::Ports;
use crate::problem::Problem;
use crate::wire::{LeadPath, NoteDocument, check_text};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use utoipa::{IntoParams, IntoResponses, ToSchema};
use zikaron_memory::note::Note;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, Ids};

/// The longest note, in characters.
const MAX_TEXT_CHARS: usize = 2_000;

/// Which note of which lead.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct NotePath {
    /// The lead's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,64}$")]
    lead: String,
    /// The note's id.
    #[param(pattern = "^[A-Za-z0-9_-]{1,100}$")]
    note: String,
}

impl IntoResponses for NotePath {
    fn responses() -> Answers {
        of_lead()
    }
}

impl NotePath {
    fn meant(&self, caller: &Caller) -> Result<(LeadKey, Timestamp, &str), Problem> {
        let key = caller.lead(&self.lead)?;
        let place = self
            .note
            .split_once('-')
            .and_then(|(at, id)| Some((Timestamp::from_millisecond(at.parse().ok()?).ok()?, id)));
        let (at, id) = place.ok_or_else(|| Problem::not_found("note").at("note"))?;
        Ok((key, at, id))
    }
}

/// What a note says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "לקוח VIP - תן עדיפות"}))]
pub(crate) struct NoteText {
    /// The text; not only spaces.
    #[schema(min_length = 1, max_length = 2000, pattern = r"\S")]
    text: String,
}

impl NoteText {
    fn checked(self) -> Result<String, Problem> {
        check_text(&self.text, MAX_TEXT_CHARS)?;
        Ok(self.text)
    }
}

/// Some of a lead's notes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NotePage {
    /// Newest first.
    notes: Vec<NoteDocument>,
    /// Where the list goes on; null at its end.
    next: Option<String>,
}

/// All notes of a lead
#[utoipa::path(get, path = "/v1/leads/{lead}/notes", tag = "notes", operation_id = "list_notes",
    params(LeadPath, PageQuery), responses((status = 200, body = NotePage), LeadPath), security(("staff" = ["viewer"])))]
pub(crate) async fn list<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Viewer(caller): Viewer,
    Path(path): Path<LeadPath>,
    Params(page): Params<PageQuery>,
) -> Result<Json<NotePage>, Problem> {
    let key = caller.lead(&path.lead)?;
    let list = format!("notes of {}", key.lead);
    let (most, before) = (page.most()?, page.after(&caller, &list)?);
    api.ports.store().state(&key).await?.ok_or_else(Problem::no_lead)?;
    let (found, next) = api.ports.store().page::<Note>(&key, before.as_ref(), most).await?;
    let notes = found.into_iter().map(NoteDocument::from).collect();
    Ok(Json(NotePage { notes, next: cursor(&caller, &list, next) }))
}

/// Add a note
#[utoipa::path(post, path = "/v1/leads/{lead}/notes", tag = "notes", operation_id = "add_note", params(LeadPath),
    request_body = NoteText, responses((status = 201, body = NoteDocument, headers(("Location" = String))), LeadPath),
    security(("staff" = ["agent"])))]
pub(crate) async fn add<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<LeadPath>,
    context: IdempotencyContext,
    Body(body): Body<NoteText>,
) -> Result<Response, Problem> {
    let key = caller.lead(&path.lead)?;
    let text = body.checked()?;
    let note = if context.is_done {
        // It may have been changed or taken away since.
        let found = api.ports.store().note(&key, context.now(), &context.ulid()).await?;
        found.ok_or_else(|| Problem::not_found("note any more").at("Idempotency-Key"))?
    } else {
        api.staff(&context).add_note(&key, &text).await?
    };
    let note = NoteDocument::from(note);
    let place = format!("/v1/leads/{}/notes/{}", key.lead, note.id);
    Ok(with_header((StatusCode::CREATED, Json(note)).into_response(), header::LOCATION, &place))
}

/// Write a note anew
///
/// Any note, those of digests too.
#[utoipa::path(patch, path = "/v1/leads/{lead}/notes/{note}", tag = "notes", operation_id = "change_note",
    params(NotePath), request_body = NoteText, responses((status = 200, body = NoteDocument), NotePath),
    security(("staff" = ["agent"])))]
pub(crate) async fn change<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<NotePath>,
    context: IdempotencyContext,
    Body(body): Body<NoteText>,
) -> Result<Json<NoteDocument>, Problem> {
    let (key, at, id) = path.meant(&caller)?;
    Ok(Json(api.staff(&context).edit_note(&key, at, id, &body.checked()?).await?.into()))
}

/// Delete a note
#[utoipa::path(delete, path = "/v1/leads/{lead}/notes/{note}", tag = "notes", operation_id = "delete_note",
    params(NotePath), responses((status = 204), NotePath), security(("staff" = ["agent"])))]
pub(crate) async fn remove<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Agent(caller): Agent,
    Path(path): Path<NotePath>,
    context: IdempotencyContext,
) -> Result<StatusCode, Problem> {
    let (key, at, id) = path.meant(&caller)?;
    api.staff(&context).drop_note(&key, at, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
