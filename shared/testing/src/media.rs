//! What the channel keeps of pictures and sounds.

use crate::clock::VirtualClock;
use crate::locked;
use jiff::SignedDuration;
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use zikaron_memory::content;
use zikaron_protocol::model::ids::Line;
use zikaron_protocol::ports::{Clock, Media, MediaError, MediaFile};

/// Hands out the files it was given; what it was not given is gone.
#[derive(Debug, Default)]
pub struct KeptMedia {
    files: Mutex<BTreeMap<String, MediaFile>>,
    failures: Mutex<VecDeque<MediaError>>,
    fetched: Mutex<Vec<String>>,
    slow: Mutex<Option<(VirtualClock, SignedDuration)>>,
}

impl KeptMedia {
    /// Keeps a file under an id.
    pub fn keep(&self, id: &str, mime_type: &str, bytes: &[u8]) {
        let file = MediaFile { bytes: bytes.to_vec(), mime_type: mime_type.to_owned() };
        locked(&self.files).insert(id.to_owned(), file);
    }

    /// How it fails once, behind what was queued before.
    pub fn fail(&self, error: MediaError) {
        locked(&self.failures).push_back(error);
    }

    /// From now on a fetch takes as long as this, by that clock.
    pub fn take(&self, clock: &VirtualClock, time: SignedDuration) {
        *locked(&self.slow) = Some((clock.clone(), time));
    }

    /// The ids it was asked for, in order.
    #[must_use]
    pub fn fetched(&self) -> Vec<String> {
        locked(&self.fetched).clone()
    }
}

impl Media for KeptMedia {
    async fn fetch(&self, _: &Line, file: &content::Media, most: usize) -> Result<MediaFile, MediaError> {
        locked(&self.fetched).push(file.id.clone());
        let slow = locked(&self.slow).clone();
        if let Some((clock, time)) = slow {
            clock.sleep(time).await;
        }
        if let Some(error) = locked(&self.failures).pop_front() {
            return Err(error);
        }
        let file = locked(&self.files).get(&file.id).cloned().ok_or(MediaError::Gone)?;
        if file.bytes.len() > most { Err(MediaError::TooLarge) } else { Ok(file) }
    }
}
