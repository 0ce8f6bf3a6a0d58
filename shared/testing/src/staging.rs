//! Where files wait to be imported.

use crate::locked;
use std::collections::HashMap;
use std::sync::Mutex;
use zikaron_protocol::model::chat_import::StagedFile;
use zikaron_protocol::ports::{Staging, Unavailable};

/// Keeps files. Each call lets others go on first.
#[derive(Debug, Default)]
pub struct StagedFiles {
    files: Mutex<HashMap<StagedFile, Vec<u8>>>,
    failures: Mutex<u32>,
}

impl StagedFiles {
    /// A file is uploaded.
    pub fn upload(&self, file: StagedFile, bytes: &[u8]) {
        locked(&self.files).insert(file, bytes.to_vec());
    }

    /// The next so many reads fail.
    pub fn fail(&self, times: u32) {
        *locked(&self.failures) = times;
    }

    /// How many files there are.
    #[must_use]
    pub fn count(&self) -> usize {
        locked(&self.files).len()
    }
}

impl Staging for StagedFiles {
    async fn upload_url(&self, file: &StagedFile, bytes: u64) -> Result<String, Unavailable> {
        Ok(format!("https://staging.example/{}/{}/{}?bytes={bytes}", file.business, file.import, file.number))
    }

    async fn read(&self, file: &StagedFile) -> Result<Option<Vec<u8>>, Unavailable> {
        tokio::task::yield_now().await;
        let mut failures = locked(&self.failures);
        if *failures > 0 {
            *failures -= 1;
            return Err(Unavailable { what: "staging", reason: "refused by the test".to_owned() });
        }
        Ok(locked(&self.files).get(file).cloned())
    }

    async fn remove(&self, file: &StagedFile) -> Result<(), Unavailable> {
        tokio::task::yield_now().await;
        locked(&self.files).remove(file);
        Ok(())
    }
}
