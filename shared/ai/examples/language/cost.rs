//! What the model cost, read where the product itself counts it: from its log lines, and from its HTTP client.
//! All of it happens on one thread.

use std::cell::Cell;
use std::fmt::Debug;
use std::sync::OnceLock;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Cost {
    /// Answers the product asked for.
    pub(crate) calls: u64,
    /// HTTP requests, second tries among them.
    pub(crate) requests: u64,
    pub(crate) tokens_in: u64,
    pub(crate) tokens_cached: u64,
    pub(crate) tokens_out: u64,
    /// Answers that ended at the bound on their length.
    pub(crate) cut: u64,
    pub(crate) millis: u64,
}

impl Cost {
    fn with(self, other: Self, op: fn(u64, u64) -> u64) -> Self {
        Self {
            calls: op(self.calls, other.calls),
            requests: op(self.requests, other.requests),
            tokens_in: op(self.tokens_in, other.tokens_in),
            tokens_cached: op(self.tokens_cached, other.tokens_cached),
            tokens_out: op(self.tokens_out, other.tokens_out),
            cut: op(self.cut, other.cut),
            millis: op(self.millis, other.millis),
        }
    }

    pub(crate) fn plus(self, other: Self) -> Self {
        self.with(other, u64::saturating_add)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        self.with(other, u64::saturating_sub)
    }
}

thread_local! {
    static SPENT: Cell<Cost> = const {
        Cell::new(Cost { calls: 0, requests: 0, tokens_in: 0, tokens_cached: 0, tokens_out: 0, cut: 0, millis: 0 })
    };
}

/// All that was spent so far.
pub(crate) fn spent() -> Cost {
    SPENT.get()
}

/// The process's HTTP client; the product fetches it once for each request.
#[expect(clippy::disallowed_methods, reason = "this process has no other client")]
pub(crate) fn http() -> reqwest::Client {
    static CLIENT: OnceLock<reqwest::Client> = OnceLock::new();
    SPENT.set(spent().plus(Cost { requests: 1, ..Cost::default() }));
    CLIENT.get_or_init(reqwest::Client::new).clone()
}

/// Adds up the metrics among the log lines.
pub(crate) struct Meter;

impl Visit for Meter {
    fn record_u64(&mut self, field: &Field, value: u64) {
        let one = match field.name() {
            "metric.tokens_in" => Cost { tokens_in: value, ..Cost::default() },
            "metric.tokens_cached" => Cost { tokens_cached: value, ..Cost::default() },
            "metric.tokens_out" => Cost { tokens_out: value, ..Cost::default() },
            "metric.model_cut" => Cost { cut: value, ..Cost::default() },
            "metric.digest_model_ms" | "metric.reply_model_ms" => Cost { calls: 1, millis: value, ..Cost::default() },
            _ => return,
        };
        SPENT.set(spent().plus(one));
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

impl Subscriber for Meter {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        event.record(&mut Self);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_product_logs_is_added_up() {
        let before = spent();
        tracing::subscriber::with_default(Meter, || {
            tracing::info!(metric.digest_model_ms = 1_500_u64, metric.tokens_in = Some(900_u64), "asked");
            tracing::info!(metric.reply_model_ms = 500_u64, metric.tokens_in = None::<u64>, other = 7_u64, "asked");
            tracing::info!(metric.model_cut = Some(1_u64), metric.tokens_out = Some(40_u64), "asked");
        });
        let Cost { calls, requests, tokens_in, tokens_out, cut, millis, .. } = spent().minus(before);
        assert_eq!([calls, requests, tokens_in, tokens_out, cut, millis], [2, 0, 900, 40, 1, 2_000]);
    }
}
