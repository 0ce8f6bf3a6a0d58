//! What staff do with an import of exported chats (docs/rules.md#n8): ask for it, start it once its files are there, and
//! cancel it. The work itself is zikaron-import's.

use crate::model::chat_import::{
    ChatImport, ChatImportId, ChatImportOptions, ChatImportStage, ImportCounts, ImportFile, ImportPlace,
};
use crate::model::ids::BusinessId;
use crate::ports::chat_import::ImportStore;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, Store};
use jiff::Timestamp;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ChatImportError {
    /// There is none.
    #[error("there is no import")]
    None,
    /// Another one is not over.
    #[error("another import is not over: wait for it, or cancel it")]
    UnderWay,
    /// It is over.
    #[error("the import is over")]
    Over,
    /// What it would find would not be remembered.
    #[error("the memory is switched off: set enable_customer_service first")]
    MemoryOff,
    /// The store does not answer.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Asks for an import; its files are uploaded then. Asked for again with the same id, it is what it was.
///
/// # Errors
/// [`ChatImportError::UnderWay`], or the store failed.
pub async fn begin_chat_import<S: ImportStore>(
    store: &S,
    business: &BusinessId,
    id: &ChatImportId,
    (options, files): (&ChatImportOptions, &[ImportFile]),
    now: Timestamp,
) -> Result<ChatImport, ChatImportError> {
    loop {
        let stands = store.chat_import(business).await?;
        if let Some(stands) = stands.as_ref().filter(|stands| stands.id == *id) {
            return Ok(stands.clone());
        }
        if stands.as_ref().is_some_and(|stands| !stands.is_over()) {
            return Err(ChatImportError::UnderWay);
        }
        let next = ChatImport {
            version: stands.map_or(0, |stands| stands.version) + 1,
            id: id.clone(),
            begun_at: now,
            started_at: None,
            moved_at: now,
            writer: id.to_string(),
            options: options.clone(),
            files: files.to_vec(),
            stage: ChatImportStage::Waiting,
            stopped: None,
            place: ImportPlace::default(),
            counts: ImportCounts::default(),
            failed_in_a_row: 0,
        };
        if put_chat_import(store, business, &next).await? {
            return Ok(next);
        }
    }
}

/// Has it worked on, or worked on again where it stopped. How its files are read is settled by the first start: in which
/// time zone, and until when. Whoever asks for it publishes `import.due` then; where it is
/// being worked on nothing changes, and a second worker finds that out.
///
/// # Errors
/// [`ChatImportError`].
pub async fn start_chat_import<S: ImportStore + Store>(
    store: &S,
    business: &BusinessId,
    writer: &str,
    now: Timestamp,
) -> Result<ChatImport, ChatImportError> {
    loop {
        let stands = last_chat_import(store, business).await?;
        if stands.is_over() {
            return Err(ChatImportError::Over);
        }
        let settings = store.settings(business).await?;
        if !settings.enable_customer_service {
            return Err(ChatImportError::MemoryOff);
        }
        if stands.is_running() {
            return Ok(stands);
        }
        let stage = match stands.stage {
            ChatImportStage::Waiting => ChatImportStage::Checking,
            later => later,
        };
        let mut next = ChatImport { stage, stopped: None, failed_in_a_row: 0, ..stands.next(writer, now) };
        next.started_at.get_or_insert(now);
        next.options.time_zone.get_or_insert_with(|| settings.zone().name().to_owned());
        if put_chat_import(store, business, &next).await? {
            return Ok(next);
        }
    }
}

/// Cancels it: whoever works on it stops at the next step. What was written until then stays. One that is over is what it
/// was. Whoever asks for it removes the files then.
///
/// # Errors
/// [`ChatImportError::None`], or the store failed.
pub async fn cancel_chat_import<S: ImportStore>(
    store: &S,
    business: &BusinessId,
    writer: &str,
    now: Timestamp,
) -> Result<ChatImport, ChatImportError> {
    loop {
        let stands = last_chat_import(store, business).await?;
        if stands.is_over() {
            return Ok(stands);
        }
        let next = stands.next(writer, now).over(ChatImportStage::Cancelled);
        if put_chat_import(store, business, &next).await? {
            return Ok(next);
        }
    }
}

/// The import that was asked for last.
///
/// # Errors
/// [`ChatImportError::None`], or the store failed.
pub async fn last_chat_import<S: ImportStore>(store: &S, business: &BusinessId) -> Result<ChatImport, ChatImportError> {
    store.chat_import(business).await?.ok_or(ChatImportError::None)
}

/// Whether it is written; not where somebody else wrote first. A conflict may be with itself: the answer was lost, and the SDK
/// asked again.
///
/// # Errors
/// The store failed.
pub async fn put_chat_import<S: ImportStore>(
    store: &S,
    business: &BusinessId,
    next: &ChatImport,
) -> Result<bool, Unavailable> {
    match store.put_chat_import(business, next).await {
        Ok(()) => Ok(true),
        Err(CommitError::Conflict(_)) => Ok(store.chat_import(business).await?.as_ref() == Some(next)),
        Err(CommitError::Unavailable(error)) => Err(error),
    }
}
