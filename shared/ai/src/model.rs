//! The [`Model`] port over a chat completion endpoint.

use crate::chat::{Chat, Failure};
use crate::config::{ChatConfig, InvalidChatConfig};
use crate::{answer, prompts, schema};
use serde_json::Value;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// A language model behind an OpenAI-compatible endpoint.
#[derive(Debug)]
pub struct ChatModel {
    chat: Chat,
    reply_timeout: Duration,
    digest_timeout: Duration,
    /// How many formats of a reply the endpoint has refused: customers wait, so they are not offered again.
    refused: AtomicUsize,
}

impl ChatModel {
    /// The model `config` names, reached through `http`.
    ///
    /// # Errors
    /// [`InvalidChatConfig`].
    pub fn new(http: reqwest::Client, config: &ChatConfig) -> Result<Self, InvalidChatConfig> {
        let (reply_timeout, digest_timeout) = (config.reply_timeout, config.digest_timeout);
        Ok(Self { chat: Chat::new(http, config)?, reply_timeout, digest_timeout, refused: AtomicUsize::new(0) })
    }

    /// Asks in the strictest format the endpoint takes: closed schema, any JSON, anything. Answers what it wrote, and how
    /// many of the formats it refused.
    async fn structured(&self, messages: &Value, formats: &[Value]) -> Result<(String, usize), ModelError> {
        for (refused, format) in formats.iter().enumerate() {
            match self.chat.complete(messages, Some(format)).await {
                Ok(text) => return Ok((text, refused)),
                Err(Failure::Format) => {
                    tracing::warn!(format = %format["type"], "the model's endpoint refuses a format")
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
}

impl Model for ChatModel {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        within(self.reply_timeout, self.answer(request)).await?
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let formats = [schema::closed(&request.fields), schema::open()];
        let messages = prompts::digest(request);
        let (text, _) = within(self.digest_timeout, self.structured(&messages, &formats)).await??;
        answer::digest(&text)
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = T>) -> Result<T, ModelError> {
    tokio::time::timeout(limit, work).await.map_err(|_| ModelError::Unavailable("no answer in time".to_owned()))
}
