//! What an import through the API needs: its item, and where its files wait.

use super::error::Unavailable;
use super::store::CommitError;
use crate::model::chat_import::{ChatImport, StagedFile};
use crate::model::ids::BusinessId;
use std::future::Future;

/// The imports of businesses, of each the last one.
pub trait ImportStore: Send + Sync {
    /// The import that was asked for last, also one that is over; none where there never was one, or none for a while.
    fn chat_import(
        &self,
        business: &BusinessId,
    ) -> impl Future<Output = Result<Option<ChatImport>, Unavailable>> + Send;

    /// Writes an import if the version before stands.
    fn put_chat_import(
        &self,
        business: &BusinessId,
        import: &ChatImport,
    ) -> impl Future<Output = Result<(), CommitError>> + Send;
}

/// Where files wait to be imported. They are there for a week at most.
pub trait Staging: Send + Sync {
    /// An address that takes, for a quarter of an hour, one upload (`PUT` with `if-none-match: *`) of exactly so many bytes,
    /// where there is no such file yet.
    fn upload_url(&self, file: &StagedFile, bytes: u64) -> impl Future<Output = Result<String, Unavailable>> + Send;

    /// What was uploaded; none where nothing was, or it is gone.
    fn read(&self, file: &StagedFile) -> impl Future<Output = Result<Option<Vec<u8>>, Unavailable>> + Send;

    /// Removes a file; nothing happens where there is none.
    fn remove(&self, file: &StagedFile) -> impl Future<Output = Result<(), Unavailable>> + Send;
}
