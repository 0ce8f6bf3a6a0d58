//! The [`Model`] port over a chat completion endpoint.

use crate::chat::{Chat, Failure};
use crate::config::{ChatConfig, InvalidChatConfig};
use crate::{answer, prompts, schema};
use std::time::{Duration, Instant};
use tracing::{info, warn};
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
                    warn!(format = %format["type"], "the model's endpoint refuses a format")
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
        let work = async { Ok(self.chat.complete(&messages, None).await?) };
        let (answer, took, failed) = within(self.reply_timeout, work).await;
        info!(metric.reply_model_ms = took, metric.model_failures = failed, "the model was asked to reply");
        answer
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let (answer, took, failed) = within(self.digest_timeout, self.structured(request)).await;
        info!(metric.digest_model_ms = took, metric.model_failures = failed, "the model was asked to digest");
        answer
    }
}

/// What became of the work, how many milliseconds it took, and a one where it failed.
async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ModelError>>,
) -> (Result<T, ModelError>, u64, u32) {
    let begun = Instant::now();
    let late = |_| Err(ModelError::Unavailable("no answer in time".to_owned()));
    let answer = tokio::time::timeout(limit, work).await.unwrap_or_else(late);
    let failed = u32::from(answer.is_err());
    (answer, u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX), failed)
}
