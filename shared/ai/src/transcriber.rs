//! The [`Transcriber`] port over an OpenAI-compatible endpoint: OpenAI, Azure, Groq, vLLM, LocalAI, ….
//!
//! Source: [transcriptions](https://platform.openai.com/docs/api-reference/audio/createTranscription).

use crate::chat::{authorized, read};
use crate::config::{self, ApiKey, InvalidChatConfig};
use crate::form::Form;
use crate::refusal::{Meaning, Refusal};
use crate::timed::millis;
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;
use std::time::{Duration, Instant};
use tracing::info;
use zikaron_protocol::json::readable;
use zikaron_protocol::ports::{Hints, MediaFile, Transcribed, Transcriber, TranscriberError, Unavailable};

/// The longest an endpoint is given to hear a voice note. OpenAI needs some 2 s for a minute of speech, a model on two
/// cores of one's own a good part of that minute.
pub const TRANSCRIBE_TIMEOUT: Duration = Duration::from_secs(25);

/// The most characters of key words. Groq refuses more than 896, and Whisper reads the last 224 tokens.
const MAX_PROMPT_CHARS: usize = 400;

/// Statuses that say something of the file: its form, its size, its type, what it holds.
const OF_THE_FILE: [u16; 4] = [400, 413, 415, 422];

/// Hears voice notes by an endpoint.
pub struct HttpTranscriber<K> {
    http: fn() -> reqwest::Client,
    url: Url,
    key: K,
    timeout: Duration,
}

impl<K: ApiKey> HttpTranscriber<K> {
    /// The endpoint under `base_url`, mostly ending in `/v1`, reached through `http` with `key`.
    ///
    /// # Errors
    /// [`InvalidChatConfig::BaseUrl`].
    pub fn new(http: fn() -> reqwest::Client, base_url: &str, key: K) -> Result<Self, InvalidChatConfig> {
        let url = config::under(base_url, ["audio", "transcriptions"])?;
        Ok(Self { http, url, key, timeout: TRANSCRIBE_TIMEOUT })
    }

    /// With another patience than [`TRANSCRIBE_TIMEOUT`].
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    async fn asked(&self, file: &MediaFile, hints: &Hints) -> Result<Transcribed, TranscriberError> {
        let mut form = Form::beside(&file.bytes);
        form.text("model", &hints.model);
        form.text("response_format", "json");
        if let Some(language) = hints.language {
            form.text("language", language);
        }
        let words = prompt(&hints.words);
        if !words.is_empty() {
            form.text("prompt", &words);
        }
        let key = self.key.api_key().await?;
        let request = (self.http)().post(self.url.clone()).header(CONTENT_TYPE, form.content_type());
        let request = authorized(request, &self.url, key).body(form.ended_by(file));
        let (status, _, answer) = read(request).await.map_err(|error| unavailable(kind(&error)))?;
        if (200..300).contains(&status) { heard(&answer) } else { Err(refused(status, &answer)) }
    }
}

impl<K: ApiKey> Transcriber for HttpTranscriber<K> {
    async fn transcribe(&self, file: &MediaFile, hints: &Hints) -> Result<Transcribed, TranscriberError> {
        let begun = Instant::now();
        let heard = tokio::time::timeout(self.timeout, self.asked(file, hints)).await;
        let heard = heard.unwrap_or_else(|_| Err(unavailable("no answer in time")));
        info!(
            metric.transcriber_ms = millis(begun.elapsed()),
            bytes = file.bytes.len(),
            error = heard.as_ref().err().map(tracing::field::display),
            "a voice note was sent to be transcribed"
        );
        heard
    }
}

/// As many of the words as an endpoint reads, the likeliest last: what stands last counts most, and is cut last.
fn prompt(words: &[String]) -> String {
    let mut left = MAX_PROMPT_CHARS;
    let fits = |word: &&str| {
        let chars = word.chars().count() + 2;
        left = left.saturating_sub(chars);
        left > 0
    };
    let words = words.iter().map(|word| word.trim()).filter(|word| !word.is_empty());
    let mut kept: Vec<&str> = words.take_while(fits).collect();
    kept.reverse();
    kept.join(", ")
}

/// The words of an answer in JSON; an endpoint that answers plain text has not understood the request.
fn heard(answer: &[u8]) -> Result<Transcribed, TranscriberError> {
    let answer: Value = serde_json::from_str(&readable(answer)).map_err(|_| unavailable("the answer is no JSON"))?;
    let text = answer.get("text").and_then(Value::as_str).ok_or_else(|| unavailable("the answer holds no text"))?;
    let seconds = ["/duration", "/usage/seconds"].into_iter().find_map(|pointer| seconds(answer.pointer(pointer)?));
    Ok(Transcribed { text: text.trim().to_owned(), seconds })
}

/// Some endpoints write numbers as text.
fn seconds(value: &Value) -> Option<f64> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    Some(seconds).filter(|seconds| seconds.is_finite() && *seconds >= 0.0)
}

/// The file's fault, or another time it may be heard.
fn refused(status: u16, answer: &[u8]) -> TranscriberError {
    let refusal = Refusal::read(status, answer);
    let of_the_file = match refusal.means {
        Meaning::Declined | Meaning::TooLong => true,
        Meaning::Busy => false,
        _ => OF_THE_FILE.contains(&status),
    };
    if of_the_file { TranscriberError::Unusable(refusal.said) } else { unavailable(refusal.said) }
}

/// reqwest's message names the URL: only the kind is told.
fn kind(error: &reqwest::Error) -> &'static str {
    match error {
        error if error.is_builder() => "the request cannot be made: is the key printable ASCII?",
        error if error.is_connect() => "no connection",
        error if error.is_timeout() => "no answer in time",
        _ => "the connection broke",
    }
}

fn unavailable(reason: impl Into<String>) -> TranscriberError {
    Unavailable { what: "transcription", reason: reason.into() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likeliest_words_stand_last_and_none_is_cut() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(prompt(&words(&["יוסי כהן", " ", "תספורת", "דנה"])), "דנה, תספורת, יוסי כהן");
        assert_eq!(prompt(&[]), "");
        let many: Vec<String> = (0..200).map(|number| format!("מילה{number}")).collect();
        let prompt = prompt(&many);
        assert!(prompt.ends_with("מילה0") && prompt.chars().count() <= MAX_PROMPT_CHARS);
        assert!(prompt.split(", ").all(|word| many.iter().any(|known| known == word)));
    }
}
