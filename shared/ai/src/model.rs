//! The [`Model`] port over a chat completion endpoint.

use crate::chat::{Chat, Failure};
use crate::config::{ChatConfig, InvalidChatConfig};
use crate::{answer, prompts, schema};
use std::time::{Duration, Instant};
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, ReplyRequest};

/// A language model behind an OpenAI-compatible endpoint.
#[derive(Debug)]
pub struct ChatModel {
    chat: Chat,
    reply_timeout: Duration,
    digest_timeout: Duration,
}

impl ChatModel {
    /// The model `config` names, reached through `http`.
    ///
    /// # Errors
    /// [`InvalidChatConfig`].
    pub fn new(http: reqwest::Client, config: &ChatConfig) -> Result<Self, InvalidChatConfig> {
        let (reply_timeout, digest_timeout) = (config.reply_timeout, config.digest_timeout);
        Ok(Self { chat: Chat::new(http, config)?, reply_timeout, digest_timeout })
    }

    /// Asks in the strictest format the endpoint takes: closed schema, any JSON, anything.
    async fn structured(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let messages = prompts::digest(request);
        for format in [schema::closed(&request.fields), schema::open()] {
            match self.chat.complete(&messages, Some(&format)).await {
                Ok(text) => return answer::digest(&text),
                Err(Failure::Format) => {
                    tracing::warn!(format = %format["type"], "the model's endpoint refuses a format")
                }
                Err(Failure::Model(error)) => return Err(error),
            }
        }
        answer::digest(&self.chat.complete(&messages, None).await?)
    }
}

impl Model for ChatModel {
    async fn reply(&self, request: &ReplyRequest) -> Result<String, ModelError> {
        let messages = prompts::reply(request);
        let asked = Instant::now();
        let answer = within(self.reply_timeout, async { Ok(self.chat.complete(&messages, None).await?) }).await;
        let failed = u32::from(answer.is_err());
        tracing::info!(
            metric.reply_model_ms = milliseconds(asked),
            metric.model_failures = failed,
            "the model was asked to reply"
        );
        answer
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let asked = Instant::now();
        let answer = within(self.digest_timeout, self.structured(request)).await;
        let failed = u32::from(answer.is_err());
        tracing::info!(
            metric.digest_model_ms = milliseconds(asked),
            metric.model_failures = failed,
            "the model was asked to digest"
        );
        answer
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, ModelError>>) -> Result<T, ModelError> {
    let late = |_| Err(ModelError::Unavailable("no answer in time".to_owned()));
    tokio::time::timeout(limit, work).await.unwrap_or_else(late)
}

fn milliseconds(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}
