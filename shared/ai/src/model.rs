//! The [`Model`] port over a chat completion endpoint.
//!
//! Source of the three formats: [structured outputs](https://platform.openai.com/docs/guides/structured-outputs).

use crate::chat::{Chat, Completion, Trouble};
use crate::config::{ApiKey, ChatConfig, InvalidChatConfig};
use crate::known::{Memory, Purpose};
use crate::ordered::Ordered;
use crate::refusal::Meaning;
use crate::spent::Spent;
use crate::{answer, prompts, schema};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tracing::{info, warn};
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// The longest answer to a customer, in tokens: some 2,000 characters of Hebrew, and longer than anybody reads there.
const REPLY_TOKENS: u32 = 600;
/// The longest digest: ten lines of summary and some twenty claims.
const DIGEST_TOKENS: u32 = 1_500;
/// So much more a model gets that thinks before it answers: its thoughts count.
const THOUGHTS: u32 = 4;

/// A conversation that is too long is halved so often.
const MOST_HALVINGS: u32 = 3;

fn tokens(purpose: Purpose, thinks: bool) -> u32 {
    let tokens = match purpose {
        Purpose::Reply => REPLY_TOKENS,
        Purpose::Digest => DIGEST_TOKENS,
    };
    if thinks { THOUGHTS * tokens } else { tokens }
}

/// The longest a customer waits for an endpoint that says when it wants to be asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// How long to wait before the second try; none where that is no use. `well`: the last reply was answered.
fn pause(trouble: &Trouble, well: bool) -> Option<Duration> {
    match trouble {
        Trouble::Model(ModelError::Unusable(_)) => Some(Duration::ZERO),
        Trouble::Refusal(refusal) => match refusal.means {
            Meaning::Spoiled | Meaning::TooShort => Some(Duration::ZERO),
            Meaning::Broken => well.then_some(Duration::ZERO),
            Meaning::Busy => refusal.after.filter(|after| well && *after <= LONGEST_PAUSE),
            _ => None,
        },
        Trouble::Model(_) => None,
    }
}

/// A language model behind an OpenAI-compatible endpoint.
pub struct ChatModel<K> {
    chat: Chat<K>,
    reply_timeout: Duration,
    digest_timeout: Duration,
    known: Memory,
    /// Whether the last reply found it out of order: an outage is not made worse by second tries.
    struck: AtomicBool,
}

impl<K: ApiKey> ChatModel<K> {
    /// The model `config` names, reached through `http` with `key`.
    ///
    /// # Errors
    /// [`InvalidChatConfig`].
    pub fn new(http: fn() -> reqwest::Client, config: &ChatConfig, key: K) -> Result<Self, InvalidChatConfig> {
        let (reply_timeout, digest_timeout) = (config.reply_timeout, config.digest_timeout);
        let (chat, known) = (Chat::new(http, config, key)?, Memory::default());
        Ok(Self { chat, reply_timeout, digest_timeout, known, struck: AtomicBool::new(false) })
    }

    /// Asks in the strictest form the endpoint takes (closed schema, any JSON, anything) for an answer of bounded length.
    /// What it refuses because it does not know it is not asked of it again for a while.
    /// `prompt` makes it, halved so often.
    async fn structured(
        &self,
        purpose: Purpose,
        closed: Ordered,
        prompt: impl Fn(u32) -> Value,
        spent: &Spent,
    ) -> Result<Completion, Trouble> {
        let formats = [closed, schema::open()];
        let mut known = self.known.recall(Instant::now());
        let mut level = known.formats[purpose as usize];
        let (mut halvings, mut messages) = (0, prompt(0));
        loop {
            let format = formats.get(level);
            let limit = self.chat.limit_names().get(known.limits).map(|name| (*name, tokens(purpose, known.thinks)));
            let folded = known.no_system.then(|| prompts::without_system(&messages));
            let means = match self.chat.complete(folded.as_ref().unwrap_or(&messages), format, limit, spent).await {
                Ok(answer) if answer.text.is_empty() && known.thinks => {
                    return Err(ModelError::Unusable("the answer is cut before it begins".to_owned()).into());
                }
                Ok(answer) if answer.text.is_empty() => Meaning::TooShort,
                Ok(answer) => return Ok(answer),
                Err(Trouble::Refusal(refusal)) => {
                    let helps = match refusal.means {
                        Meaning::UnknownFormat | Meaning::Spoiled => format.is_some(),
                        Meaning::UnknownLimit => limit.is_some(),
                        Meaning::TooShort => !known.thinks,
                        Meaning::NoSystem => !known.no_system,
                        Meaning::TooLong => {
                            halvings += 1;
                            let longer = std::mem::replace(&mut messages, prompt(halvings));
                            halvings <= MOST_HALVINGS && messages != longer
                        }
                        _ => false,
                    };
                    if !helps {
                        return Err(refusal.into());
                    }
                    refusal.means
                }
                Err(trouble @ Trouble::Model(_)) => return Err(trouble),
            };
            match means {
                Meaning::UnknownFormat => {
                    level += 1;
                    known.formats[purpose as usize] = level;
                }
                // This once: the next answer may be well.
                Meaning::Spoiled => level += 1,
                Meaning::TooLong => {}
                Meaning::UnknownLimit => known.limits += 1,
                Meaning::TooShort => known.thinks = true,
                _ => known.no_system = true,
            }
            if !matches!(means, Meaning::Spoiled | Meaning::TooLong) {
                warn!(?means, "the model's endpoint is asked differently from now on");
                self.known.learn(Instant::now(), known);
            }
        }
    }

    /// A reply, with a second try where one may do: a customer would wait a minute for the next delivery.
    async fn answer(&self, request: &ReplyRequest, spent: &Spent) -> Result<Reply, ModelError> {
        let begun = Instant::now();
        let well = !self.struck.load(Ordering::Relaxed);
        let trouble = match self.one_answer(request, spent).await {
            Ok(reply) => return Ok(reply),
            Err(trouble) => trouble,
        };
        let pause = pause(&trouble, well).filter(|pause| 2 * (begun.elapsed() + *pause) <= self.reply_timeout);
        let Some(pause) = pause else { return Err(trouble.into()) };
        warn!(error = %ModelError::from(trouble), "the model is asked to reply once more");
        tokio::time::sleep(pause).await;
        Ok(self.one_answer(request, spent).await?)
    }

    async fn one_answer(&self, request: &ReplyRequest, spent: &Spent) -> Result<Reply, Trouble> {
        let answer = self
            .structured(Purpose::Reply, schema::reply(), |halvings| prompts::reply(request, halvings), spent)
            .await?;
        Ok(answer::reply(&answer.text, answer.cut)?)
    }

    async fn digested(&self, request: &DigestRequest, spent: &Spent) -> Result<Digest, ModelError> {
        let closed = schema::digest(&request.fields);
        let prompt = |halvings| prompts::digest(request, halvings);
        answer::digest(&self.structured(Purpose::Digest, closed, prompt, spent).await?.text)
    }
}

impl<K: ApiKey> Model for ChatModel<K> {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let spent = Spent::default();
        let (answer, took) = within(self.reply_timeout, self.answer(request, &spent)).await;
        self.struck.store(matches!(answer, Err(ModelError::Unavailable(_))), Ordering::Relaxed);
        let [tokens_in, tokens_cached, tokens_out, cut, filtered] = spent.counted();
        info!(
            metric.reply_model_ms = took,
            metric.tokens_in = tokens_in,
            metric.tokens_cached = tokens_cached,
            metric.tokens_out = tokens_out,
            metric.model_cut = cut,
            metric.model_filtered = filtered,
            metric.model_failures = failed(&answer),
            "the model was asked to reply"
        );
        answer
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let spent = Spent::default();
        let (answer, took) = within(self.digest_timeout, self.digested(request, &spent)).await;
        let [tokens_in, tokens_cached, tokens_out, cut, filtered] = spent.counted();
        info!(
            metric.digest_model_ms = took,
            metric.tokens_in = tokens_in,
            metric.tokens_cached = tokens_cached,
            metric.tokens_out = tokens_out,
            metric.model_cut = cut,
            metric.model_filtered = filtered,
            metric.model_failures = failed(&answer),
            "the model was asked to digest"
        );
        answer
    }
}

/// What became of the work, and how many milliseconds it took.
async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, ModelError>>) -> (Result<T, ModelError>, u64) {
    let begun = Instant::now();
    let late = |_| Err(ModelError::Unavailable("no answer in time".to_owned()));
    let answer = tokio::time::timeout(limit, work).await.unwrap_or_else(late);
    (answer, u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX))
}

/// A one where it failed.
fn failed<T>(answer: &Result<T, ModelError>) -> Option<u64> {
    answer.is_err().then_some(1)
}
