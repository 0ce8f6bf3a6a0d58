//! Which model, where, and how long one waits for it.

use reqwest::Url;
use secrecy::SecretString;
use std::future::Future;
use std::time::Duration;
use zikaron_protocol::ports::Unavailable;

/// Where the endpoint's key comes from.
pub trait ApiKey: Send + Sync {
    /// The key; none where the endpoint asks for none.
    fn api_key(&self) -> impl Future<Output = Result<Option<SecretString>, Unavailable>> + Send;
}

impl ApiKey for Option<SecretString> {
    async fn api_key(&self) -> Result<Self, Unavailable> {
        Ok(self.clone())
    }
}

/// An OpenAI-compatible endpoint: OpenAI, Azure, Groq, OpenRouter, vLLM, Ollama, …
#[derive(Clone, Debug)]
pub struct ChatConfig {
    /// What stands before `/chat/completions`, mostly ending in `/v1`.
    pub base_url: String,
    /// The model's name, as the endpoint knows it.
    pub model: String,
    /// The longest an answer to a customer may take.
    pub reply_timeout: Duration,
    /// The longest a digest may take, second tries in a simpler format included.
    pub digest_timeout: Duration,
}

/// Why a configuration leads nowhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidChatConfig {
    /// Not a URL.
    #[error("the model's base URL must be absolute and begin with https:// or http://")]
    BaseUrl,
    /// No model.
    #[error("the model's name is empty")]
    Model,
}

impl ChatConfig {
    /// With the usual patience: 20 s for an answer, 60 s for a digest.
    #[must_use]
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into(),
            model: model.into(),
            reply_timeout: Duration::from_secs(20),
            digest_timeout: Duration::from_secs(60),
        }
    }

    pub(crate) fn endpoint(&self) -> Result<Url, InvalidChatConfig> {
        if self.model.trim().is_empty() {
            return Err(InvalidChatConfig::Model);
        }
        under(&self.base_url, ["chat", "completions"])
    }
}

/// What stands under a base URL.
pub(crate) fn under(base_url: &str, path: [&str; 2]) -> Result<Url, InvalidChatConfig> {
    let mut url = Url::parse(base_url).map_err(|_| InvalidChatConfig::BaseUrl)?;
    if !matches!(url.scheme(), "https" | "http") {
        return Err(InvalidChatConfig::BaseUrl);
    }
    url.path_segments_mut().map_err(|()| InvalidChatConfig::BaseUrl)?.pop_if_empty().extend(path);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_stands_under_the_base_url_with_or_without_a_slash() {
        let table = [
            ("https://api.openai.com/v1", "https://api.openai.com/v1/chat/completions"),
            ("https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1/chat/completions"),
            ("http://localhost:11434/v1", "http://localhost:11434/v1/chat/completions"),
            ("https://x.example/v1?api-version=1", "https://x.example/v1/chat/completions?api-version=1"),
        ];
        for (base, expected) in table {
            assert_eq!(ChatConfig::new(base, "m").endpoint().unwrap().as_str(), expected);
        }
        for base in ["", "api.openai.com/v1", "file:///v1"] {
            assert_eq!(ChatConfig::new(base, "m").endpoint(), Err(InvalidChatConfig::BaseUrl), "{base}");
        }
        assert_eq!(ChatConfig::new("https://x.example", " ").endpoint(), Err(InvalidChatConfig::Model));
    }
}
