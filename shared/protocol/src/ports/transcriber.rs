//! What turns a voice note into words.

use super::error::Unavailable;
use super::media::MediaFile;
use std::future::Future;

/// What helps to hear right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// The model that transcribes, by the endpoint's name of it; never empty.
    pub model: String,
    /// The language that is spoken, by ISO 639-1 (`he`), where it is known.
    pub language: Option<&'static str>,
    /// Names and terms that may be said, the likeliest first: the customer's name, the business's, its services, its
    /// staff. At most [`MAX_WORDS`].
    pub words: Vec<String>,
}

/// More words than these help nobody: endpoints read a prompt of a few hundred tokens.
pub const MAX_WORDS: usize = 60;

/// What was heard. Nothing in it is trusted yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transcribed {
    /// The words; empty where nothing was said.
    pub text: String,
    /// How long the sound is, in seconds, where the endpoint says so.
    pub seconds: Option<f64>,
}

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub enum TranscriberError {
    /// This file will not be heard however often it is sent: an unknown format, broken, refused.
    #[error("the file cannot be transcribed: {0}")]
    Unusable(String),
    /// Time-out, overload, 5xx, or a refusal that is not the file's (key, model name, bill): another time it may be.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Hears what customers said.
pub trait Transcriber: Send + Sync {
    /// The words of a sound. Asks once; never repeats by itself.
    fn transcribe(
        &self,
        file: &MediaFile,
        hints: &Hints,
    ) -> impl Future<Output = Result<Transcribed, TranscriberError>> + Send;
}
