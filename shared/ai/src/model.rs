//! The [`Model`] port over a chat completion endpoint.
//!
//! Source of the three formats: [structured outputs](https://platform.openai.com/docs/guides/structured-outputs).

use crate::chat::{Chat, Failure};
use crate::config::{ApiKey, ChatConfig, InvalidChatConfig};
use crate::schema::Format;
use crate::{answer, prompts, schema};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tracing::{info, warn};
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// A language model behind an OpenAI-compatible endpoint.
pub struct ChatModel<K> {
    chat: Chat<K>,
    reply_timeout: Duration,
    digest_timeout: Duration,
    /// How many formats of a reply the endpoint has refused: customers wait, so they are not offered again. An atomic and
    /// not a mutex, because the port takes `&self`, answers may be written at the same time, and the number only grows:
    /// who reads an older one asks once more in a format that is refused, and nothing else goes wrong.
    refused: AtomicUsize,
}

impl<K: ApiKey> ChatModel<K> {
    /// The model `config` names, reached through `http` with `key`.
    ///
    /// # Errors
    /// [`InvalidChatConfig`].
    pub fn new(http: fn() -> reqwest::Client, config: &ChatConfig, key: K) -> Result<Self, InvalidChatConfig> {
        let (reply_timeout, digest_timeout) = (config.reply_timeout, config.digest_timeout);
        Ok(Self { chat: Chat::new(http, config, key)?, reply_timeout, digest_timeout, refused: AtomicUsize::new(0) })
    }

    /// Asks in the strictest format the endpoint takes: closed schema, any JSON, anything. Answers what it wrote, and
    /// how many of the formats it refused.
    async fn structured(&self, messages: &Value, formats: &[Format]) -> Result<(String, usize), ModelError> {
        for (refused, format) in formats.iter().enumerate() {
            match self.chat.complete(messages, Some(format)).await {
                Ok(text) => return Ok((text, refused)),
                Err(Failure::Format) => {
                    warn!(format = format.kind, "the model's endpoint refuses a format")
                }
                Err(Failure::Model(error)) => return Err(error),
            }
        }
        Ok((self.chat.complete(messages, None).await?, formats.len()))
    }

    async fn answer(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let formats = [schema::reply(), schema::open()];
        let known = self.refused.load(Ordering::Relaxed);
        let left = formats.get(known..).unwrap_or_default();
        let (text, refused) = self.structured(&prompts::reply(request), left).await?;
        self.refused.fetch_max(known + refused, Ordering::Relaxed);
        answer::reply(&text)
    }

    async fn digested(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let formats = [schema::digest(&request.fields), schema::open()];
        let (text, _) = self.structured(&prompts::digest(request), &formats).await?;
        answer::digest(&text)
    }
}

impl<K: ApiKey> Model for ChatModel<K> {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let (answer, took, failed) = within(self.reply_timeout, self.answer(request)).await;
        info!(metric.reply_model_ms = took, metric.model_failures = failed, "the model was asked to reply");
        answer
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let (answer, took, failed) = within(self.digest_timeout, self.digested(request)).await;
        info!(metric.digest_model_ms = took, metric.model_failures = failed, "the model was asked to digest");
        answer
    }
}

/// What became of the work, how many milliseconds it took, and a one where it failed: a metric that is
/// mostly nothing is not written down.
async fn within<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, ModelError>>,
) -> (Result<T, ModelError>, u64, Option<u32>) {
    let begun = Instant::now();
    let late = |_| Err(ModelError::Unavailable("no answer in time".to_owned()));
    let answer = tokio::time::timeout(limit, work).await.unwrap_or_else(late);
    let failed = answer.is_err().then_some(1);
    (answer, u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX), failed)
}
