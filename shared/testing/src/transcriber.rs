//! What hears voice notes.

use crate::clock::VirtualClock;
use crate::locked;
use jiff::SignedDuration;
use std::collections::VecDeque;
use std::sync::Mutex;
use zikaron_protocol::ports::{Clock, Hints, MediaFile, Transcribed, Transcriber, TranscriberError};

/// Hears in a file the text that is in its bytes, but for what was queued.
#[derive(Debug, Default)]
pub struct ScriptedTranscriber {
    queued: Mutex<VecDeque<Result<Transcribed, TranscriberError>>>,
    asked: Mutex<Vec<Hints>>,
    slow: Mutex<Option<(VirtualClock, SignedDuration)>>,
}

impl ScriptedTranscriber {
    /// What it hears once, behind what was queued before.
    pub fn queue(&self, heard: Transcribed) {
        locked(&self.queued).push_back(Ok(heard));
    }

    /// How it fails once, behind what was queued before.
    pub fn fail(&self, error: TranscriberError) {
        locked(&self.queued).push_back(Err(error));
    }

    /// From now on it takes as long as this, by that clock.
    pub fn take(&self, clock: &VirtualClock, time: SignedDuration) {
        *locked(&self.slow) = Some((clock.clone(), time));
    }

    /// The hints of every question, in order.
    #[must_use]
    pub fn asked(&self) -> Vec<Hints> {
        locked(&self.asked).clone()
    }
}

impl Transcriber for ScriptedTranscriber {
    async fn transcribe(&self, file: &MediaFile, hints: &Hints) -> Result<Transcribed, TranscriberError> {
        locked(&self.asked).push(hints.clone());
        let slow = locked(&self.slow).clone();
        if let Some((clock, time)) = slow {
            clock.sleep(time).await;
        }
        let as_kept = || Ok(Transcribed { text: String::from_utf8_lossy(&file.bytes).into_owned(), seconds: None });
        locked(&self.queued).pop_front().unwrap_or_else(as_kept)
    }
}
