//! What the channel keeps of voice notes and pictures, and what hears the notes. A file holds what was said or shown.

use crate::instance::Instance;
use std::time::Duration;
use zikaron_memory::content;
use zikaron_protocol::model::ids::Line;
use zikaron_protocol::ports::{
    Hints, Media, MediaError, MediaFile, Transcribed, Transcriber, TranscriberError, Unavailable,
};

/// Nobody waits that long.
const FOR_EVER: Duration = Duration::from_secs(3_600);

/// A turn that began before it was stored what is said in a note may still ask for it.
const BESIDE: Duration = Duration::from_mins(2);

/// What the id of a picture's file begins with.
pub(crate) const PICTURE: &str = "picture.";

impl Media for Instance {
    /// Also where nothing fails some pictures never come.
    async fn fetch(&self, _: &Line, file: &content::Media, _: usize) -> Result<MediaFile, MediaError> {
        let id = file.id.as_str();
        let picture = id.strip_prefix(PICTURE);
        let settled = self.universe.live().settled.get(id).map(|leads| leads.values().copied().collect::<Vec<_>>());
        let now = self.universe.elapsed();
        let is_over = |at: &Option<Duration>| at.is_some_and(|at| now > at + BESIDE);
        if settled.as_ref().is_some_and(|leads| leads.iter().all(is_over)) {
            self.universe.broken("what a voice note says is not asked for again", format!("{id} since {settled:?}"));
        }
        let gone = self.strikes(if picture.is_some() { "picture gone" } else { "voice note gone" });
        if picture.is_some() && self.universe.live().chance.is(0.02) {
            tokio::time::sleep(FOR_EVER).await;
        }
        let file = picture.map_or_else(|| said(id), shown);
        let file = self.call("media", async { (!gone).then_some(file) }, |file| format!("{} of {id}", file.is_some()));
        file.await?.ok_or(MediaError::Gone)
    }
}

impl Transcriber for Instance {
    /// Also where nothing fails some notes are never heard to their end: whoever waits for them waits in vain.
    async fn transcribe(&self, file: &MediaFile, _: &Hints) -> Result<Transcribed, TranscriberError> {
        let text = String::from_utf8_lossy(&file.bytes).into_owned();
        let (took, hangs) = {
            let mut live = self.universe.live();
            (live.chance.millis(200, 5_000), live.chance.is(0.02))
        };
        if hangs {
            self.universe.live().unheard.insert(text.clone());
        }
        tokio::time::sleep(if hangs { FOR_EVER } else { took }).await;
        *self.universe.live().transcribed.entry(text.clone()).or_default() += 1;
        if self.strikes("voice note not understood") {
            return Err(TranscriberError::Unusable("simulated".to_owned()));
        }
        if self.strikes("transcriber fails") {
            return Err(Unavailable { what: "transcribe", reason: "simulated".to_owned() }.into());
        }
        let told = text.clone();
        let text = self.call("transcribe", async { text }, |_| told).await?;
        Ok(Transcribed { text, seconds: Some(3.0) })
    }
}

impl Instance {
    fn strikes(&self, name: &'static str) -> bool {
        let plan = &self.universe.plan;
        self.universe.live().strikes(plan, name, plan.rates.voice)
    }
}

/// What is said in the voice note of this id.
fn said(id: &str) -> MediaFile {
    let bytes = format!("אפשר לקבוע תור? ({})", id.trim_start_matches("voice.")).into_bytes();
    MediaFile { bytes, mime_type: "audio/ogg; codecs=opus".to_owned() }
}

/// A picture, by its first bytes; then the mark of its message.
fn shown(mark: &str) -> MediaFile {
    MediaFile { bytes: [&[0xff, 0xd8, 0xff], mark.as_bytes()].concat(), mime_type: "image/jpeg".to_owned() }
}

/// The mark of the message a picture came with.
pub(crate) fn mark_of(file: &MediaFile) -> Option<&str> {
    std::str::from_utf8(file.bytes.get(3..)?).ok()
}
