//! What the offline model was asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The name of the offline model, in every answer it gives and every log line about it.
pub const OFFLINE_MODEL: &str = "zikaron-offline";

/// A request the model was sent, and what it answered.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AiRequest {
    /// When it came.
    pub at: Timestamp,
    /// `reply` (answer the customer), `digest` (what is to be remembered) or `transcription` (what is said in a file).
    pub kind: String,
    /// The model that was asked for.
    pub model: String,
    /// The messages as they came.
    pub messages: Vec<Value>,
    /// The `response_format` as it came.
    pub response_format: Value,
    /// The HTTP status of the answer.
    pub status: u16,
    /// The content of the answer, or its whole body where it is no completion.
    pub answer: String,
}

impl AiRequest {
    /// The system prompt.
    #[must_use]
    pub fn system(&self) -> String {
        self.text_of("system")
    }

    /// Every message of one role, in order, joined by line breaks.
    #[must_use]
    pub fn text_of(&self, role: &str) -> String {
        let texts = self.messages.iter().filter(|message| message["role"] == role);
        texts.filter_map(text_of).collect::<Vec<_>>().join("\n")
    }

    /// The memory block of the system prompt; empty if there is none. It ends before the first paragraph without one
    /// of its signs.
    #[must_use]
    pub fn memory_block(&self) -> String {
        let system = self.system();
        let (_, block) = system.split_at(system.find('🧠').unwrap_or(system.len()));
        let own = |part: &&str| part.starts_with(['🧠', '📋', '📝', '📚']);
        block.split("\n\n").take_while(own).collect::<Vec<_>>().join("\n\n")
    }

    /// Whether any message holds this text.
    #[must_use]
    pub fn holds(&self, text: &str) -> bool {
        self.messages.iter().filter_map(text_of).any(|content| content.contains(text))
    }

    /// The data of the pictures it shows, in order, as `data:` URLs.
    #[must_use]
    pub fn pictures(&self) -> Vec<&str> {
        let parts = self.messages.iter().filter_map(|message| message["content"].as_array()).flatten();
        parts.filter_map(|part| part["image_url"]["url"].as_str()).collect()
    }
}

/// The text of a message: all of its content, or its part beside pictures.
pub(crate) fn text_of(message: &Value) -> Option<&str> {
    let content = &message["content"];
    content.as_str().or_else(|| content.as_array()?.iter().find_map(|part| part["text"].as_str()))
}
