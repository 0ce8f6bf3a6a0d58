//! The [`Model`] port over a chat completion endpoint.
//!
//! Source of the three formats: [structured outputs](https://platform.openai.com/docs/guides/structured-outputs).

use crate::chat::{Chat, Completion, Trouble};
use crate::config::{ApiKey, ChatConfig, InvalidChatConfig};
use crate::known::{Known, Memory, Purpose};
use crate::ordered::Ordered;
use crate::pause::pause;
use crate::refusal::{Meaning, Refusal};
use crate::spent::Spent;
use crate::timed::{failed, millis, within};
use crate::whole::runs_in_circles;
use crate::{answer, bound, prompts, schema};
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tracing::{info, warn};
use zikaron_memory::summary;
use zikaron_protocol::ports::{Digest, DigestRequest, Model, ModelError, Reply, ReplyRequest};

/// A conversation that is too long is halved so often.
const MOST_HALVINGS: u32 = 3;

/// What is asked for.
#[derive(Clone, Copy)]
enum Wanted<'a> {
    /// And whether it is shown the pictures.
    Reply(&'a ReplyRequest, bool),
    Digest(&'a DigestRequest),
}

impl Wanted<'_> {
    fn purpose(self) -> Purpose {
        match self {
            Self::Reply(..) => Purpose::Reply,
            Self::Digest(_) => Purpose::Digest,
        }
    }

    /// Whether there is an answer in it, or a summary that can be kept and does not go in circles: the short one did not.
    fn is_in(self, answer: &Completion) -> bool {
        match self {
            Self::Reply(..) => answer::reply(&answer.text, answer.cut).is_ok(),
            Self::Digest(request) => SummedUp::read(request, &answer.text).is_good(),
        }
    }

    /// Whether a higher bound would bring more than this, which was cut: a model that goes in circles, or that filled the
    /// bound without a summary, which comes first, would only go on so.
    fn would_go_on(self, answer: &Completion) -> bool {
        match self {
            Self::Reply(..) => !runs_in_circles(&answer.text),
            Self::Digest(request) => SummedUp::read(request, &answer.text).is_good(),
        }
    }
}

/// What a digest says of the conversation as a whole.
struct SummedUp {
    /// How long the part of its summary is that can be kept; 0 where there is none: a word alone is no summary, either.
    chars: usize,
    /// From somewhere on it only repeats itself.
    circles: bool,
}

impl SummedUp {
    fn read(request: &DigestRequest, written: &str) -> Self {
        let (kept, circles) = answer::summary_of(written);
        let kept = kept.and_then(|kept| summary::clean(&kept, request.language));
        Self { chars: kept.map_or(0, |kept| kept.chars().count()), circles }
    }

    fn is_good(&self) -> bool {
        self.chars > 0 && !self.circles
    }
}

/// How an answer is asked for.
#[derive(Clone, Copy, Default)]
struct Manner {
    /// There is no time for a long one, or for pictures.
    short: bool,
    /// The model is kept from repeating itself.
    varied: bool,
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
    /// `prompt` makes it, halved so often, with pictures or without.
    async fn structured(
        &self,
        purpose: Purpose,
        Manner { short, varied }: Manner,
        closed: Ordered,
        prompt: impl Fn(u32, bool) -> Value,
        spent: &Spent,
    ) -> Result<Completion, Trouble> {
        let formats = [closed, schema::open()];
        let mut known = self.known.recall(Instant::now());
        // Alone: what was recalled may expire meanwhile.
        let mut learnt = Known::default();
        let mut level = known.formats[purpose as usize];
        let (mut halvings, mut sees) = (0, !short && !known.no_pictures);
        // None where it was refused: whether because of it, the answer without it tells.
        let (mut penalised, mut suspected) = (varied && !known.no_penalty, false);
        let mut messages = prompt(0, sees);
        loop {
            let format = formats.get(level);
            let limit = self
                .chat
                .limit_names()
                .get(known.limits)
                .map(|name| (*name, bound::tokens(purpose, known.thinks, short)));
            let folded = known.no_system.then(|| prompts::without_system(&messages));
            let messages_sent = folded.as_ref().unwrap_or(&messages);
            let means = match self.chat.complete(messages_sent, format, limit, penalised, spent).await {
                Ok(answer) if answer.text.is_empty() && known.thinks => {
                    return Err(ModelError::unusable("the answer is cut before it begins").into());
                }
                Ok(answer) if answer.text.is_empty() => Meaning::TooShort,
                Ok(answer) => {
                    if suspected {
                        warn!("the model is asked without a penalty on repetition from now on");
                        learnt.no_penalty = true;
                    }
                    self.known.learn(Instant::now(), learnt);
                    return Ok(answer);
                }
                Err(Trouble::Refusal(refusal)) if penalised && refusal.means.may_be_of_penalty() => {
                    (penalised, suspected) = (false, true);
                    continue;
                }
                Err(Trouble::Refusal(refusal)) => {
                    suspected = false;
                    if sees && refusal.means.may_be_of_pictures(known.no_system) {
                        let seen = std::mem::replace(&mut messages, prompt(halvings, false));
                        sees = false;
                        if messages != seen {
                            self.saw_nothing(&refusal);
                            continue;
                        }
                    }
                    let helps = match refusal.means {
                        Meaning::UnknownFormat | Meaning::Spoiled => format.is_some(),
                        Meaning::UnknownLimit => limit.is_some(),
                        Meaning::TooShort => !known.thinks,
                        Meaning::NoSystem => !known.no_system,
                        Meaning::TooLong => {
                            halvings += 1;
                            let longer = std::mem::replace(&mut messages, prompt(halvings, sees));
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
                    learnt.formats[purpose as usize] = level;
                }
                // This once: the next answer may be well.
                Meaning::Spoiled => level += 1,
                Meaning::TooLong => {}
                // Whether it was that, the answer without it tells: without a bound a model may write for minutes.
                Meaning::UnknownLimit => learnt.limits = known.limits + 1,
                Meaning::TooShort => learnt.thinks = true,
                _ => learnt.no_system = true,
            }
            known = known.and(learnt);
            if !matches!(means, Meaning::Spoiled | Meaning::TooLong) {
                warn!(?means, "the model's endpoint is asked differently from now on");
                self.known.learn(Instant::now(), Known { limits: 0, ..learnt });
            }
        }
    }

    /// The endpoint refused a request with pictures; one that takes none at all is sent none for a while.
    fn saw_nothing(&self, refusal: &Refusal) {
        warn!(means = ?refusal.means, said = refusal.said, "the model is asked again without the pictures");
        if refusal.means == Meaning::NoPictures {
            self.known.learn(Instant::now(), Known { no_pictures: true, ..Known::default() });
        }
    }

    /// A reply, with a second try, without pictures, where one may do: a customer would wait a minute for the next delivery.
    async fn answer(&self, request: &ReplyRequest, spent: &Spent) -> Result<Reply, ModelError> {
        let begun = Instant::now();
        let until = begun + self.reply_timeout;
        let well = !self.struck.load(Ordering::Relaxed);
        let trouble = match self.one_answer(request, true, until, spent).await {
            Ok(reply) => return Ok(reply),
            Err(trouble) => trouble,
        };
        let pause = pause(&trouble, well).filter(|pause| 2 * (begun.elapsed() + *pause) <= self.reply_timeout);
        let Some(pause) = pause else { return Err(trouble.into()) };
        warn!(error = %ModelError::from(trouble), "the model is asked to reply once more");
        tokio::time::sleep(pause).await;
        Ok(self.one_answer(request, false, until, spent).await?)
    }

    async fn one_answer(
        &self,
        request: &ReplyRequest,
        sees: bool,
        until: Instant,
        spent: &Spent,
    ) -> Result<Reply, Trouble> {
        let answer = self.timely(Wanted::Reply(request, sees), until, spent).await?;
        Ok(answer::reply(&answer.text, answer.cut)?)
    }

    async fn digested(&self, request: &DigestRequest, spent: &Spent) -> Result<Digest, ModelError> {
        let begun = Instant::now();
        let until = begun + self.digest_timeout;
        let wanted = Wanted::Digest(request);
        let hurried = self.hurries(Purpose::Digest);
        let written = self.timely(wanted, until, spent).await?.text;
        let first = SummedUp::read(request, &written);
        let digest = answer::digest(&written);
        let (short, left) = (self.hurries(Purpose::Digest), before(until));
        // What was hung up on is no measure of a short answer.
        let in_vain = if short && !hurried { self.part_of_usual(Purpose::Digest) } else { Duration::ZERO };
        // The second takes as long as the first.
        if first.is_good() || left < begun.elapsed().saturating_sub(in_vain) {
            return digest.and_then(answer::not_empty);
        }
        // Against repetition, where the endpoint takes a penalty: the same request is mostly answered the same way.
        warn!(
            circles = first.circles,
            "the model repeats itself or writes no summary, and is asked to digest once more"
        );
        let again = tokio::time::timeout(left, self.ask(wanted, Manner { short, varied: true }, spent)).await;
        if again.is_err() {
            // The usual bound took too long, and perhaps did so before.
            self.is_slow(Purpose::Digest);
        }
        let Ok(Ok(again)) = again else { return digest.and_then(answer::not_empty) };
        let second = SummedUp::read(request, &again.text);
        let is_better = second.chars > first.chars && (first.chars == 0 || !second.circles);
        match (digest, answer::digest(&again.text)) {
            (Ok(digest), Ok(again)) => answer::not_empty(answer::joined(digest, again, is_better)),
            (digest, again) => again.or(digest).and_then(answer::not_empty),
        }
    }

    /// An answer; a short one where that part of the time which a usual one is given has brought none.
    async fn timely(&self, wanted: Wanted<'_>, until: Instant, spent: &Spent) -> Result<Completion, Trouble> {
        if self.hurries(wanted.purpose()) {
            return self.short(wanted, until, spent).await;
        }
        let first = until.saturating_duration_since(Instant::now()) / bound::part_of_usual(wanted.purpose());
        let mut usual = Box::pin(self.ask(wanted, Manner::default(), spent));
        match tokio::time::timeout(first, usual.as_mut()).await {
            Ok(answer) => answer,
            Err(_) if self.known.recall(Instant::now()).thinks => usual.await,
            Err(_) => {
                // Hangs up: two answers at once would take twice as long.
                drop(usual);
                self.short(wanted, until, spent).await
            }
        }
    }

    /// A short answer; where it had more to say and came so fast that there is time for all of it, that.
    async fn short(&self, wanted: Wanted<'_>, until: Instant, spent: &Spent) -> Result<Completion, Trouble> {
        let (begun, purpose) = (Instant::now(), wanted.purpose());
        let short = self.ask(wanted, Manner { short: true, varied: false }, spent).await?;
        if !short.cut {
            return Ok(short);
        }
        if begun.elapsed() > bound::share_of_short(purpose, self.time(purpose)) {
            self.is_slow(purpose);
            return Ok(short);
        }
        if !wanted.would_go_on(&short) {
            return Ok(short);
        }
        match tokio::time::timeout(before(until), self.ask(wanted, Manner::default(), spent)).await {
            Ok(usual) => Ok(usual.ok().filter(|usual| wanted.is_in(usual)).unwrap_or(short)),
            Err(_) => {
                // The usual bound took too long, and perhaps did so before.
                self.is_slow(purpose);
                Ok(short)
            }
        }
    }

    async fn ask(&self, wanted: Wanted<'_>, manner: Manner, spent: &Spent) -> Result<Completion, Trouble> {
        let closed = match wanted {
            Wanted::Reply(request, _) => schema::reply(request),
            Wanted::Digest(request) => schema::digest(&request.fields, request.commitments),
        };
        let prompt = |halvings, sees| match wanted {
            Wanted::Reply(request, may_see) => prompts::reply(request, halvings, sees && may_see),
            Wanted::Digest(request) => prompts::digest(request, halvings),
        };
        self.structured(wanted.purpose(), manner, closed, prompt, spent).await
    }

    /// So long a usual answer is waited for at first.
    fn part_of_usual(&self, purpose: Purpose) -> Duration {
        self.time(purpose) / bound::part_of_usual(purpose)
    }

    fn time(&self, purpose: Purpose) -> Duration {
        match purpose {
            Purpose::Reply => self.reply_timeout,
            Purpose::Digest => self.digest_timeout,
        }
    }

    /// Whether it is asked for a short answer first.
    fn hurries(&self, purpose: Purpose) -> bool {
        let known = self.known.recall(Instant::now());
        known.slow[purpose as usize] && !known.thinks
    }

    /// What ran out of time was too long for it, or it was held up: then the next answer, if cut, is asked for again.
    fn note<T>(&self, purpose: Purpose, answer: &Result<T, ModelError>, took: u64) {
        if answer.is_err() && took >= millis(self.time(purpose)) {
            self.is_slow(purpose);
        }
    }

    /// From now on it is asked for shorter answers.
    fn is_slow(&self, purpose: Purpose) {
        if self.hurries(purpose) {
            return;
        }
        let mut known = Known::default();
        known.slow[purpose as usize] = true;
        warn!(?purpose, "the model is too slow for the usual bound and asked for shorter answers from now on");
        self.known.learn(Instant::now(), known);
    }
}

/// What is left of the time for a request that is to be over before the deadline ends it all.
fn before(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now()) * 9 / 10
}

impl<K: ApiKey> Model for ChatModel<K> {
    async fn reply(&self, request: &ReplyRequest) -> Result<Reply, ModelError> {
        let spent = Spent::default();
        let (answer, took) = within(self.reply_timeout, self.answer(request, &spent)).await;
        self.struck.store(matches!(answer, Err(ModelError::Unavailable(_))), Ordering::Relaxed);
        self.note(Purpose::Reply, &answer, took);
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
        answer.map(|reply| Reply { usage: spent.usage(), ..reply }).map_err(|error| error.having_used(spent.usage()))
    }

    async fn digest(&self, request: &DigestRequest) -> Result<Digest, ModelError> {
        let spent = Spent::default();
        let (answer, took) = within(self.digest_timeout, self.digested(request, &spent)).await;
        self.note(Purpose::Digest, &answer, took);
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
        answer.map(|digest| Digest { usage: spent.usage(), ..digest }).map_err(|error| error.having_used(spent.usage()))
    }
}
