//! The [`Model`] port over a chat completion endpoint.
//!
//! Source of the three formats: [structured outputs](https://platform.openai.com/docs/guides/structured-outputs).

use crate::chat::{Chat, Trouble};
use crate::config::{ApiKey, ChatConfig, InvalidChatConfig};
use crate::known::{Memory, Purpose};
use crate::refusal::Meaning;
use crate::schema::Format;
use crate::{answer, prompts, schema};
use serde_json::Value;
use std::time::{Duration, Instant};
use tracing::{info, warn};
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// A language model behind an OpenAI-compatible endpoint.
pub struct ChatModel<K> {
    chat: Chat<K>,
    reply_timeout: Duration,
    digest_timeout: Duration,
    known: Memory,
}

impl<K: ApiKey> ChatModel<K> {
    /// The model `config` names, reached through `http` with `key`.
    ///
    /// # Errors
    /// [`InvalidChatConfig`].
    pub fn new(http: fn() -> reqwest::Client, config: &ChatConfig, key: K) -> Result<Self, InvalidChatConfig> {
        let (reply_timeout, digest_timeout) = (config.reply_timeout, config.digest_timeout);
        Ok(Self { chat: Chat::new(http, config, key)?, reply_timeout, digest_timeout, known: Memory::default() })
    }

    /// Asks in the strictest form the endpoint takes: closed schema, any JSON, anything. What it refuses because it does
    /// not know it is not asked of it again for a while.
    async fn structured(&self, purpose: Purpose, closed: Format, messages: Value) -> Result<String, ModelError> {
        let formats = [closed, schema::open()];
        let known = self.known.recall(Instant::now());
        let (mut level, mut no_system) = (known.formats[purpose as usize], known.no_system);
        loop {
            let format = formats.get(level);
            let folded = no_system.then(|| prompts::without_system(&messages));
            let refusal = match self.chat.complete(folded.as_ref().unwrap_or(&messages), format).await {
                Ok(text) => return Ok(text),
                Err(Trouble::Refusal(refusal)) => refusal,
                Err(Trouble::Model(error)) => return Err(error),
            };
            match (refusal.means, format) {
                (Meaning::UnknownFormat, Some(format)) => {
                    level += 1;
                    warn!(format = format.kind, "the model's endpoint refuses a format");
                    self.known.learn(Instant::now(), |known| known.formats[purpose as usize] = level);
                }
                // This once: the next answer may be well.
                (Meaning::Spoiled, Some(_)) => level += 1,
                (Meaning::NoSystem, _) if !no_system => {
                    no_system = true;
                    warn!("the model's template takes no system prompt");
                    self.known.learn(Instant::now(), |known| known.no_system = true);
                }
                _ => return Err(refusal.into()),
            }
        }
    }

    async fn answer(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let text = self.structured(Purpose::Reply, schema::reply(), prompts::reply(request)).await?;
        answer::reply(&text)
    }

    async fn digested(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let closed = schema::digest(&request.fields);
        answer::digest(&self.structured(Purpose::Digest, closed, prompts::digest(request)).await?)
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
