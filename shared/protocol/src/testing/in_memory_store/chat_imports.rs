//! The store in memory, as imports through the API use it.

use super::InMemory;
use super::conditions::follows;
use crate::model::chat_import::ChatImport;
use crate::model::ids::BusinessId;
use crate::ports::chat_import::ImportStore;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem};

impl ImportStore for InMemory {
    async fn chat_import(&self, business: &BusinessId) -> Result<Option<ChatImport>, Unavailable> {
        Ok(self.contents().chat_imports.get(business).cloned())
    }

    async fn put_chat_import(&self, business: &BusinessId, import: &ChatImport) -> Result<(), CommitError> {
        let mut contents = self.contents();
        if !follows(contents.chat_imports.get(business).map(|stands| stands.version), import.version) {
            return Err(CommitError::Conflict(ConflictingItem::State));
        }
        contents.chat_imports.insert(business.clone(), import.clone());
        // As for lone writes of a commit: the SDK meets its own.
        if contents.repeats_lone_writes { Err(CommitError::Conflict(ConflictingItem::State)) } else { Ok(()) }
    }
}
