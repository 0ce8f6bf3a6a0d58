//! Past conversations: exported chats are uploaded to a bucket, and worked off in pieces by the summarizer
//! (docs/rules.md#n8). A business has one import at a time.

mod document;

use self::document::{ChatImportDocument, ChatImportRequest};
use crate::Api;
use crate::auth::{Admin, Caller};
use crate::idempotency::IdempotencyContext;
use crate::json::Body;
use crate::openapi::NotThere;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use std::sync::Arc;
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportId, ChatImportStage, ImportDue, StagedFile};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::{Clock, EventBus, Ids, Staging, Unavailable};
use zikaron_protocol::staff::{
    ChatImportError, begin_chat_import, cancel_chat_import, last_chat_import, start_chat_import,
};

impl From<ChatImportError> for Problem {
    fn from(error: ChatImportError) -> Self {
        match error {
            ChatImportError::None => Self::not_found("import"),
            ChatImportError::UnderWay | ChatImportError::Over | ChatImportError::MemoryOff => {
                Self::conflict(error.to_string())
            }
            ChatImportError::Unavailable(error) => error.into(),
        }
    }
}

/// The last import of chats
///
/// Kept for a week after it last went on.
#[utoipa::path(get, path = "/v1/chat-import", tag = "leads", operation_id = "read_chat_import",
    responses((status = 200, body = ChatImportDocument), NotThere), security(("staff" = ["admin"])))]
pub(crate) async fn read<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
) -> Result<Json<ChatImportDocument>, Problem> {
    let import = last_chat_import(api.ports.store(), &caller.business).await?;
    Ok(Json(shown(&api, &caller, import).await?))
}

/// Import past conversations
///
/// Names the files, and is answered with where to upload each. Nothing happens before it is started. One at a time: another
/// one is refused until it is over.
#[utoipa::path(post, path = "/v1/chat-import", tag = "leads", operation_id = "begin_chat_import",
    request_body = ChatImportRequest, responses((status = 201, body = ChatImportDocument), NotThere),
    security(("staff" = ["admin"])))]
pub(crate) async fn begin<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    context: IdempotencyContext,
    Body(wanted): Body<ChatImportRequest>,
) -> Result<(StatusCode, Json<ChatImportDocument>), Problem> {
    let (store, business) = (api.ports.store(), &caller.business);
    let (options, files) = wanted.checked()?;
    let id = ChatImportId::parse(context.ulid()).map_err(|error| Unavailable::unreadable("ulid", &error))?;
    let import = if context.is_done {
        let last = last_chat_import(store, business).await?;
        Some(last).filter(|last| last.id == id).ok_or(ChatImportError::None)?
    } else {
        begin_chat_import(store, business, &id, (&options, &files), context.now()).await?
    };
    Ok((StatusCode::CREATED, Json(shown(&api, &caller, import).await?)))
}

/// Start the import
///
/// Once its files are uploaded; or once more, where it stopped. Every file is looked at before anything is written: if one
/// cannot be imported, none is, and the import says why.
#[utoipa::path(post, path = "/v1/chat-import/start", tag = "leads", operation_id = "start_chat_import",
    responses((status = 202, body = ChatImportDocument), NotThere), security(("staff" = ["admin"])))]
pub(crate) async fn start<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
    context: IdempotencyContext,
) -> Result<(StatusCode, Json<ChatImportDocument>), Problem> {
    let (store, business) = (api.ports.store(), caller.business.clone());
    let import = if context.is_done {
        last_chat_import(store, &business).await?
    } else {
        let import = start_chat_import(store, &business, &context.ulid(), context.now()).await?;
        let due = ImportDue { business, import: import.id.clone() };
        api.ports.bus().publish(&[Event::ImportDue(due)]).await?;
        import
    };
    Ok((StatusCode::ACCEPTED, Json(shown(&api, &caller, import).await?)))
}

/// Cancel the import
///
/// It stops at its next step, and its files are removed. What was stored and digested until then stays.
#[utoipa::path(delete, path = "/v1/chat-import", tag = "leads", operation_id = "cancel_chat_import",
    responses((status = 200, body = ChatImportDocument), NotThere), security(("staff" = ["admin"])))]
pub(crate) async fn cancel<P: Ports>(
    State(api): State<Arc<Api<P>>>,
    Admin(caller): Admin,
) -> Result<Json<ChatImportDocument>, Problem> {
    let (writer, now) = (api.ports.ids().ulid(), api.ports.clock().now());
    let import = cancel_chat_import(api.ports.store(), &caller.business, &writer, now).await?;
    // Should this request end before all files are gone, the worker that takes the event removes them.
    let due = ImportDue { business: caller.business.clone(), import: import.id.clone() };
    api.ports.bus().publish(&[Event::ImportDue(due)]).await?;
    for number in 0..import.files.len() {
        api.ports.staging().remove(&staged(&caller, &import, number)).await?;
    }
    Ok(Json(import.into()))
}

fn staged(caller: &Caller, import: &ChatImport, number: usize) -> StagedFile {
    StagedFile { business: caller.business.clone(), import: import.id.clone(), number }
}

/// With the addresses its files are uploaded to, while it waits for them.
async fn shown<P: Ports>(api: &Api<P>, caller: &Caller, import: ChatImport) -> Result<ChatImportDocument, Problem> {
    let mut urls = Vec::new();
    if import.stage == ChatImportStage::Waiting {
        for (number, file) in import.files.iter().enumerate() {
            urls.push(api.ports.staging().upload_url(&staged(caller, &import, number), file.bytes).await?);
        }
    }
    let mut document = ChatImportDocument::from(import);
    for (file, url) in document.files.iter_mut().zip(urls) {
        file.upload_url = Some(url);
    }
    Ok(document)
}
