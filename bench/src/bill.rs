//! What messages use of each service, and what that is billed.

use crate::calls::Call;
use crate::instance::Invocation;
use crate::prices::Prices;
use crate::sizes::Sizes;
use serde::Serialize;

/// A line of the access log: the format in `template.yaml`, filled in, and the 26 bytes CloudWatch adds to each line.
const ACCESS_LOG_BYTES: f64 = 205.0;

fn gigabytes(memory_mb: u64) -> f64 {
    u32::try_from(memory_mb).map_or(f64::MAX, f64::from) / 1024.0
}

/// What was used for a number of messages.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Usage {
    pub(crate) messages: f64,
    requests: f64,
    invocations: f64,
    billed_ms: f64,
    /// The same, each millisecond times the GB of memory it is billed at.
    billed_gb_ms: f64,
    pub(crate) events: f64,
    write_units: f64,
    read_units: f64,
    log_bytes: f64,
    aws_calls: f64,
}

impl Usage {
    /// A request that came to the webhook.
    pub(crate) fn webhook(&mut self, invocation: &Invocation, sizes: Sizes) {
        self.requests += 1.0;
        self.log_bytes += ACCESS_LOG_BYTES;
        self.function(invocation, sizes.webhook_mb);
    }

    pub(crate) fn function(&mut self, invocation: &Invocation, memory_mb: u64) {
        self.invocations += 1.0;
        let billed_ms = (invocation.took.as_secs_f64() * 1e3).ceil();
        self.billed_ms += billed_ms;
        self.billed_gb_ms += billed_ms * gigabytes(memory_mb);
        self.log_bytes += invocation.log_bytes as f64;
    }

    /// An event on the bus, and the invocation of reply that handled it.
    pub(crate) fn event(&mut self, reply: &Invocation, sizes: Sizes) {
        self.events += 1.0;
        self.function(reply, sizes.worker_mb);
    }

    pub(crate) fn calls(&mut self, calls: &[Call]) {
        for call in calls.iter().filter(|call| call.peer.is_aws()) {
            self.aws_calls += 1.0;
            self.read_units += call.units.read;
            self.write_units += call.units.write;
        }
    }
}

/// A profile at a memory size: what a message uses, and what a million of them cost.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    profile: &'static str,
    sizes: Sizes,
    a_message: Usage,
    dollars_a_million: Bill,
}

/// The bill, service by service.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Bill {
    lambda_time: f64,
    lambda_invocations: f64,
    http_api: f64,
    events: f64,
    writing: f64,
    reading: f64,
    logs: f64,
    together: f64,
}

impl Bill {
    fn of(used: &Usage, prices: Prices) -> Self {
        let lambda_time = used.billed_gb_ms * 1e3 * prices.gb_second;
        let lambda_invocations = used.invocations * prices.invocations;
        let (http_api, events) = (used.requests * prices.requests, used.events * prices.events);
        let (writing, reading) = (used.write_units * prices.write_units, used.read_units * prices.read_units);
        let logs = used.log_bytes * 1e6 / 1e9 * prices.logged_gb;
        let together = lambda_time + lambda_invocations + http_api + events + writing + reading + logs;
        Self { lambda_time, lambda_invocations, http_api, events, writing, reading, logs, together }
    }
}

/// Shares what was used out among the messages.
pub(crate) fn row(profile: &'static str, sizes: Sizes, used: Usage, prices: Prices) -> Row {
    let each = |of: f64| of / used.messages;
    let a_message = Usage {
        messages: 1.0,
        requests: each(used.requests),
        invocations: each(used.invocations),
        billed_ms: each(used.billed_ms),
        billed_gb_ms: each(used.billed_gb_ms),
        events: each(used.events),
        write_units: each(used.write_units),
        read_units: each(used.read_units),
        log_bytes: each(used.log_bytes),
        aws_calls: each(used.aws_calls),
    };
    Row { profile, sizes, a_message, dollars_a_million: Bill::of(&a_message, prices) }
}

/// What no design on these services goes below: the requests of a message and its three statuses, the events of those
/// that can settle something, their invocations at a millisecond each, the waits for the burst (1,500 ms) and for the
/// model (800 ms), and message and answer written once.
pub(crate) fn floor(sizes: Sizes, prices: Prices) -> Row {
    let (webhook_ms, worker_ms) = (4.0, 1_500.0 + 800.0 + 3.0);
    let used = Usage {
        messages: 1.0,
        requests: 4.0,
        invocations: 7.0,
        billed_ms: webhook_ms + worker_ms,
        billed_gb_ms: webhook_ms * gigabytes(sizes.webhook_mb) + worker_ms * gigabytes(sizes.worker_mb),
        events: 3.0,
        write_units: 2.0,
        log_bytes: 4.0 * ACCESS_LOG_BYTES,
        ..Usage::default()
    };
    row("the floor", sizes, used, prices)
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (used, terms) = (&self.a_message, &self.dollars_a_million);
        write!(
            f,
            "{:<15}{:>4}/{:<4} {:>6.1} {:>6.1} {:>6.1} {:>8.0} {:>6.0} | {:>5.2} {:>5.2} {:>5.2} {:>5.2} {:>6.2} {:>5.2} {:>5.2} = {:>6.2}",
            self.profile,
            self.sizes.webhook_mb,
            self.sizes.worker_mb,
            used.aws_calls,
            used.write_units,
            used.read_units,
            used.billed_ms,
            used.log_bytes,
            terms.lambda_time,
            terms.lambda_invocations,
            terms.http_api,
            terms.events,
            terms.writing,
            terms.reading,
            terms.logs,
            terms.together
        )
    }
}

pub(crate) const HEADING: &str = "
Cost of a message and its share of statuses; dollars for a million of them
profile          MB       calls  write   read   billed    log |  time  inv.   API   bus  write  read  logs    all
                                                   ms  bytes |";
