//! What one answer cost, all its requests together.

use crate::finish::Finish;
use serde_json::Value;
use std::sync::atomic::{AtomicU64, Ordering};
use zikaron_protocol::model::usage::Usage;

/// Counts beside the work: what was paid for counts also where a deadline ends it.
#[derive(Debug, Default)]
pub(crate) struct Spent {
    /// Tokens of the prompts, the cached ones among them …
    tokens_in: AtomicU64,
    /// … and how many of them the endpoint had read before, at a lower price.
    tokens_cached: AtomicU64,
    /// Tokens of the answers, thoughts included.
    tokens_out: AtomicU64,
    /// Answers that end at the bound on their length.
    cut: AtomicU64,
    /// Answers that end at a filter.
    filtered: AtomicU64,
}

impl Spent {
    /// Adds a completion with its [`usage`](https://platform.openai.com/docs/api-reference/chat/object).
    pub(crate) fn add(&self, completion: &Value, finish: Finish) {
        let tokens = |pointer| completion.pointer(pointer).and_then(Value::as_u64).unwrap_or_default();
        let ended = |how| u64::from(finish == how);
        for (count, more) in [
            (&self.tokens_in, tokens("/usage/prompt_tokens")),
            (&self.tokens_cached, tokens("/usage/prompt_tokens_details/cached_tokens")),
            (&self.tokens_out, tokens("/usage/completion_tokens")),
            (&self.cut, ended(Finish::Cut)),
            (&self.filtered, ended(Finish::Filtered)),
        ] {
            count.fetch_add(more, Ordering::Relaxed);
        }
    }

    /// The tokens.
    pub(crate) fn usage(&self) -> Usage {
        let of = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Usage {
            tokens_in: of(&self.tokens_in),
            tokens_cached: of(&self.tokens_cached),
            tokens_out: of(&self.tokens_out),
        }
    }

    /// Tokens in, cached, out, answers cut, answers filtered; none where it is nothing: a metric that is mostly nothing is
    /// not written down.
    pub(crate) fn counted(&self) -> [Option<u64>; 5] {
        [&self.tokens_in, &self.tokens_cached, &self.tokens_out, &self.cut, &self.filtered]
            .map(|count| Some(count.load(Ordering::Relaxed)).filter(|count| *count > 0))
    }
}
