//! Cost: what a message is billed, by the prices of docs/operate.md.

use crate::instance::{Instance, Invocation};
use crate::peers::{Call, Delays, Peer, Peers};
use crate::shop::{self, Functions, Shop};
use anyhow::{Context, Result};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// A line of the access log with what CloudWatch adds to it: the format in `template.yaml`, filled in.
const ACCESS_LOG_BYTES: f64 = 205.0;
/// In the cost of a long session.
const LONG: usize = 10;
/// Short, so that the bench need not sit a quarter of an hour in silence.
const IDLE_S: u32 = 3;

/// List prices, dollars.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Prices {
    gb_second: f64,
    invocations: f64,
    requests: f64,
    events: f64,
    write_units: f64,
    read_units: f64,
    logged_gb: f64,
}

impl Prices {
    /// As `docs/operate.md` has them.
    pub(crate) fn read() -> Result<Self> {
        const DOCUMENT: &str = include_str!("../../docs/operate.md");
        let price = |name: &str| {
            let row = DOCUMENT.lines().find_map(|line| line.strip_prefix(&format!("| {name} | ")));
            let price = row.and_then(|row| row.split(' ').next()).and_then(|price| price.parse::<f64>().ok());
            price.with_context(|| format!("docs/operate.md has no price of {name}"))
        };
        Ok(Self {
            gb_second: price("Lambda, a million GB-seconds on arm64")? / 1e6,
            invocations: price("Lambda, a million invocations")?,
            requests: price("HTTP API, a million requests")?,
            events: price("EventBridge, a million events")?,
            write_units: price("DynamoDB, a million write units")?,
            read_units: price("DynamoDB, a million read units")?,
            logged_gb: price("CloudWatch Logs, a GB")?,
        })
    }
}

/// The memory of the functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sizes {
    /// Those somebody waits for: webhook.
    pub(crate) door_mb: u64,
    /// Those that wait themselves: reply and summarizer.
    pub(crate) behind_mb: u64,
}

fn gigabytes(memory_mb: u64) -> f64 {
    u32::try_from(memory_mb).map_or(f64::MAX, f64::from) / 1024.0
}

/// What was used for a number of messages.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct Used {
    messages: f64,
    requests: f64,
    invocations: f64,
    billed_ms: f64,
    /// Those, each with the memory it is billed at.
    billed_gb_ms: f64,
    events: f64,
    write_units: f64,
    read_units: f64,
    log_bytes: f64,
    aws_calls: f64,
}

impl Used {
    /// A request that came to the webhook.
    fn webhook(&mut self, invocation: &Invocation, sizes: Sizes) {
        self.requests += 1.0;
        self.log_bytes += ACCESS_LOG_BYTES;
        self.function(invocation, sizes.door_mb);
    }

    fn function(&mut self, invocation: &Invocation, memory_mb: u64) {
        self.invocations += 1.0;
        let billed_ms = (invocation.took.as_secs_f64() * 1e3).ceil();
        self.billed_ms += billed_ms;
        self.billed_gb_ms += billed_ms * gigabytes(memory_mb);
        self.log_bytes += invocation.log_bytes as f64;
    }

    /// What was on the bus, and reply did about it.
    fn event(&mut self, reply: &Invocation, sizes: Sizes) {
        self.events += 1.0;
        self.function(reply, sizes.behind_mb);
    }

    fn calls(&mut self, calls: &[Call]) {
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
    a_message: Used,
    dollars_a_million: Terms,
}

/// The bill by its terms.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Terms {
    lambda_time: f64,
    lambda_invocations: f64,
    http_api: f64,
    events: f64,
    writing: f64,
    reading: f64,
    logs: f64,
    together: f64,
}

impl Terms {
    fn of(used: &Used, prices: Prices) -> Self {
        let lambda_time = used.billed_gb_ms * 1e3 * prices.gb_second;
        let lambda_invocations = used.invocations * prices.invocations;
        let (http_api, events) = (used.requests * prices.requests, used.events * prices.events);
        let (writing, reading) = (used.write_units * prices.write_units, used.read_units * prices.read_units);
        let logs = used.log_bytes * 1e6 / 1e9 * prices.logged_gb;
        let together = lambda_time + lambda_invocations + http_api + events + writing + reading + logs;
        Self { lambda_time, lambda_invocations, http_api, events, writing, reading, logs, together }
    }
}

fn row(profile: &'static str, sizes: Sizes, used: Used, prices: Prices) -> Row {
    let each = |of: f64| of / used.messages;
    let a_message = Used {
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
    Row { profile, sizes, a_message, dollars_a_million: Terms::of(&a_message, prices) }
}

/// What no design on these services goes below: the requests of a message and its three statuses, the events of those
/// that can settle something, their invocations at a millisecond each, the waits for the burst and the model, and message and answer written once.
pub(crate) fn floor(sizes: Sizes, prices: Prices) -> Row {
    let (door_ms, behind_ms) = (4.0, 1_500.0 + 800.0 + 3.0);
    let used = Used {
        messages: 1.0,
        requests: 4.0,
        invocations: 7.0,
        billed_ms: door_ms + behind_ms,
        billed_gb_ms: door_ms * gigabytes(sizes.door_mb) + behind_ms * gigabytes(sizes.behind_mb),
        events: 3.0,
        write_units: 2.0,
        log_bytes: 4.0 * ACCESS_LOG_BYTES,
        ..Used::default()
    };
    row("the floor", sizes, used, prices)
}

/// Instances, and where their conversations are.
pub(crate) struct Till<'a> {
    pub(crate) peers: &'a Arc<Peers>,
    pub(crate) functions: &'a Functions,
    pub(crate) prices: Prices,
    /// With the processor's share of that memory; else with a whole one.
    pub(crate) throttled: bool,
    pub(crate) sizes: Sizes,
}

impl Till<'_> {
    fn shares(&self) -> Option<Sizes> {
        self.throttled.then_some(self.sizes)
    }

    async fn shop(&self, remembers: bool, phone: &str, replies: usize, idle_s: u32) -> Result<Shop> {
        self.peers.take(Delays::default());
        shop::open(self.peers, remembers, 0)?;
        let shop = Shop::start(self.peers, self.functions, replies, idle_s, None).await?;
        // The session is there, and long enough for a full page of its messages.
        for _ in 0..30 {
            shop.exchange(phone).await?;
        }
        shop.stop().await?;
        shop::open(self.peers, remembers, 1_500)?;
        let shop = Shop::start(self.peers, self.functions, replies, idle_s, self.shares()).await?;
        for reply in 0..replies {
            shop.warm(reply, phone).await?;
        }
        self.peers.take(Delays::realistic());
        Ok(shop)
    }

    /// Messages one by one, each answered, in mid-session or with the memory switched off.
    pub(crate) async fn single(&self, remembers: bool, rounds: usize) -> Result<Row> {
        let (profile, phone) =
            if remembers { ("single message", "972555000011") } else { ("disabled", "972555000012") };
        let shop = self.shop(remembers, phone, 1, 900).await?;
        let mut used = Used::default();
        for _ in 0..rounds {
            used.messages += 1.0;
            let exchange = shop.exchange(phone).await?;
            used.webhook(&exchange.webhook, self.sizes);
            used.event(&exchange.reply, self.sizes);
            used.calls(&exchange.calls);
            self.statuses(&shop, phone, &mut used).await?;
        }
        shop.stop().await?;
        Ok(row(profile, self.sizes, used, self.prices))
    }

    async fn statuses(&self, shop: &Shop, phone: &str, used: &mut Used) -> Result<()> {
        for (webhook, reply) in shop.statuses(phone).await? {
            used.webhook(&webhook, self.sizes);
            if let Some(reply) = &reply {
                used.event(reply, self.sizes);
            }
        }
        used.calls(&self.peers.calls());
        Ok(())
    }

    /// Three messages within a second, answered at once.
    pub(crate) async fn burst(&self, rounds: usize) -> Result<Row> {
        let phone = "972555000013";
        let shop = self.shop(true, phone, 3, 900).await?;
        let mut used = Used::default();
        for _ in 0..rounds {
            used.messages += 3.0;
            let mut events = Vec::new();
            for _ in 0..3 {
                let (webhook, published) = shop.post(&shop::message(phone)).await?;
                used.webhook(&webhook, self.sizes);
                events.extend(published);
            }
            let [one, two, three] = &*shop.replies else { anyhow::bail!("three replies are needed") };
            let [a, b, c] = &*events else { anyhow::bail!("three events are needed") };
            let later = async |reply: &Instance, event, millis| {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                reply.invoke(event).await
            };
            let (a, b, c) = tokio::try_join!(one.invoke(a), later(two, b, 400), later(three, c, 800))?;
            [a, b, c].iter().for_each(|reply| used.event(reply, self.sizes));
            used.calls(&self.peers.calls());
            self.statuses(&shop, phone, &mut used).await?;
        }
        shop.stop().await?;
        Ok(row("burst of three", self.sizes, used, self.prices))
    }

    /// A session from its first message to its summary: the first of a customer, and another later on.
    pub(crate) async fn long(&self) -> Result<[Row; 2]> {
        self.peers.take(Delays::default());
        shop::open(self.peers, true, 1_500)?;
        let shop = Shop::start(self.peers, self.functions, 1, IDLE_S, self.shares()).await?;
        shop.warm(0, "972555000015").await?;
        self.peers.take(Delays::realistic());
        let first = self.session(&shop, "long, new").await?;
        let later = self.session(&shop, "long, summary").await?;
        shop.stop().await?;
        Ok([later, first])
    }

    async fn session(&self, shop: &Shop, profile: &'static str) -> Result<Row> {
        let phone = "972555000014";
        let mut used = Used::default();
        for _ in 0..LONG {
            used.messages += 1.0;
            let exchange = shop.exchange(phone).await?;
            used.webhook(&exchange.webhook, self.sizes);
            used.event(&exchange.reply, self.sizes);
            used.calls(&exchange.calls);
            self.statuses(shop, phone, &mut used).await?;
        }
        let fire = self.peers.fire().context("no schedule was made")?;
        tokio::time::sleep(Duration::from_secs(u64::from(IDLE_S) + 1)).await;
        let summarizer =
            Instance::start(&self.functions.summarizer, self.peers, IDLE_S, self.shares().map(|s| s.behind_mb)).await?;
        used.function(&summarizer.invoke(&fire).await?, self.sizes.behind_mb);
        let calls = self.peers.calls();
        anyhow::ensure!(calls.iter().any(|call| call.peer == Peer::Model), "the session was not digested");
        used.calls(&calls);
        used.events += self.peers.events().len() as f64;
        summarizer.stop().await?;
        Ok(row(profile, self.sizes, used, self.prices))
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (used, terms) = (&self.a_message, &self.dollars_a_million);
        write!(
            f,
            "{:<15}{:>4}/{:<4} {:>6.1} {:>6.1} {:>6.1} {:>8.0} {:>6.0} | {:>5.2} {:>5.2} {:>5.2} {:>5.2} {:>6.2} {:>5.2} {:>5.2} = {:>6.2}",
            self.profile,
            self.sizes.door_mb,
            self.sizes.behind_mb,
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
