//! What the channel keeps of voice notes, and what hears them. A note's file holds what was said.

use crate::instance::Instance;
use std::time::Duration;
use zikaron_protocol::model::ids::Line;
use zikaron_protocol::ports::{
    Hints, Media, MediaError, MediaFile, Transcribed, Transcriber, TranscriberError, Unavailable,
};

/// Nobody waits that long.
const FOR_EVER: Duration = Duration::from_secs(3_600);

impl Media for Instance {
    async fn fetch(&self, _: &Line, id: &str, _: usize) -> Result<MediaFile, MediaError> {
        let gone = self.strikes("voice note gone");
        let said = if gone { None } else { Some(said(id)) };
        let said = self.call("media", async { said }, |said| format!("{} of {id}", said.is_some())).await?;
        let bytes = said.ok_or(MediaError::Gone)?.into_bytes();
        Ok(MediaFile { bytes, mime_type: "audio/ogg; codecs=opus".to_owned() })
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
fn said(id: &str) -> String {
    format!("אפשר לקבוע תור? ({})", id.trim_start_matches("voice."))
}
