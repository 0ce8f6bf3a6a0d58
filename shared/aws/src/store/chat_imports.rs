//! Imports through the API, of each business the last one.

use super::transaction::{Condition, RowWrite};
use super::{DynamoStore, item, key};
use zikaron_protocol::model::chat_import::ChatImport;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::Unavailable;
use zikaron_protocol::ports::chat_import::ImportStore;
use zikaron_protocol::ports::store::{CommitError, ConflictingItem};

/// How many days an import is kept after its last step: as long as its files.
const IMPORT_DAYS: u32 = 7;
/// The sort key of a business's import.
const IMPORT: &str = "IMPORT";

impl ImportStore for DynamoStore {
    async fn chat_import(&self, business: &BusinessId) -> Result<Option<ChatImport>, Unavailable> {
        self.get(key::business(business), IMPORT.to_owned()).await
    }

    async fn put_chat_import(&self, business: &BusinessId, import: &ChatImport) -> Result<(), CommitError> {
        let row = item::any(import, key::business(business), IMPORT)?;
        let row = item::expiring(row, import.moved_at, Some(IMPORT_DAYS));
        self.put_if(RowWrite::put(row, ConflictingItem::State, Condition::before(import.version))).await
    }
}
