//! Cost: what a message is billed, by the prices of docs/operate.md.

use crate::bill::{Row, Usage, floor, row};
use crate::calls::{Delays, Peer};
use crate::deployment::{Deployment, seed};
use crate::functions::Functions;
use crate::instance::Instance;
use crate::peers::Peers;
use crate::prices::Prices;
use crate::quota::Quota;
use crate::sizes::Sizes;
use crate::webhook_body::message;
use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;

/// Messages in a long session.
const LONG: usize = 10;
/// Seconds of silence that end the long session: few, so that the bench need not wait a quarter of an hour for it.
const IDLE_S: u32 = 3;

/// The table and what it was made with.
#[derive(Debug, Serialize)]
pub(crate) struct Costs {
    pub(crate) rows: Vec<Row>,
    prices: Prices,
}

/// The table: every profile at the deployed sizes, and the single message at others.
pub(crate) async fn measure(peers: &Arc<Peers>, functions: &Functions, quick: bool) -> Result<Costs> {
    let prices = Prices::read()?;
    let rounds = if quick { 2 } else { 8 };
    let throttled = Quota::of(Sizes::DEPLOYED.webhook_mb).is_some();
    if !throttled {
        println!("(no control groups here: billed times are those of a whole processor)");
    }
    let model = |sizes| CostModel { peers, functions, prices, throttled, sizes };
    let deployed = model(Sizes::DEPLOYED);
    let mut rows = vec![deployed.single(true, rounds).await?, deployed.burst(rounds).await?];
    rows.extend(deployed.long().await?);
    rows.extend([deployed.single(false, rounds).await?, floor(Sizes::DEPLOYED, prices)]);
    for sizes in Sizes::COMPARED {
        rows.push(model(sizes).single(true, rounds).await?);
    }
    Ok(Costs { rows, prices })
}

/// What one message costs with functions of these sizes.
struct CostModel<'a> {
    peers: &'a Arc<Peers>,
    functions: &'a Functions,
    prices: Prices,
    /// The functions run with the share of a processor that their memory gives them; else with a whole one.
    throttled: bool,
    sizes: Sizes,
}

impl CostModel<'_> {
    fn shares(&self) -> Option<Sizes> {
        self.throttled.then_some(self.sizes)
    }

    /// A deployment in the middle of a session, with caches filled and peers as slow as in one region.
    async fn in_mid_session(&self, remembers: bool, phone: &str, replies: usize, idle_s: u32) -> Result<Deployment> {
        self.peers.set_delays(Delays::default());
        seed(self.peers, remembers, 0)?;
        let deployment = Deployment::start(self.peers, self.functions, replies, idle_s, None).await?;
        // The session is there, and long enough for a full page of its messages.
        for _ in 0..30 {
            deployment.exchange(phone).await?;
        }
        deployment.stop().await?;
        seed(self.peers, remembers, 1_500)?;
        let deployment = Deployment::start(self.peers, self.functions, replies, idle_s, self.shares()).await?;
        for reply in 0..replies {
            deployment.warm(reply, phone).await?;
        }
        self.peers.set_delays(Delays::realistic());
        Ok(deployment)
    }

    /// Messages one by one, each answered, in mid-session or with the memory switched off.
    async fn single(&self, remembers: bool, rounds: usize) -> Result<Row> {
        let (profile, phone) =
            if remembers { ("single message", "972555000011") } else { ("disabled", "972555000012") };
        let deployment = self.in_mid_session(remembers, phone, 1, 900).await?;
        let mut used = Usage::default();
        for _ in 0..rounds {
            used.messages += 1.0;
            let exchange = deployment.exchange(phone).await?;
            used.webhook(&exchange.webhook, self.sizes);
            used.event(&exchange.reply, self.sizes);
            used.calls(&exchange.calls);
            self.statuses(&deployment, phone, &mut used).await?;
        }
        deployment.stop().await?;
        Ok(row(profile, self.sizes, used, self.prices))
    }

    async fn statuses(&self, deployment: &Deployment, phone: &str, used: &mut Usage) -> Result<()> {
        for (webhook, reply) in deployment.statuses(phone).await? {
            used.webhook(&webhook, self.sizes);
            if let Some(reply) = &reply {
                used.event(reply, self.sizes);
            }
        }
        used.calls(&self.peers.take_calls());
        Ok(())
    }

    /// Three messages within a second, answered at once.
    async fn burst(&self, rounds: usize) -> Result<Row> {
        let phone = "972555000013";
        let deployment = self.in_mid_session(true, phone, 3, 900).await?;
        let mut used = Usage::default();
        for _ in 0..rounds {
            used.messages += 3.0;
            let mut events = Vec::new();
            for _ in 0..3 {
                let (webhook, published) = deployment.post(&message(phone)).await?;
                used.webhook(&webhook, self.sizes);
                events.extend(published);
            }
            let [one, two, three] = &*deployment.replies else { bail!("three replies are needed") };
            let [a, b, c] = &*events else { bail!("three events are needed") };
            let later = async |reply: &Instance, event, millis| {
                tokio::time::sleep(Duration::from_millis(millis)).await;
                reply.invoke(event).await
            };
            let (a, b, c) = tokio::try_join!(one.invoke(a), later(two, b, 400), later(three, c, 800))?;
            [a, b, c].iter().for_each(|reply| used.event(reply, self.sizes));
            used.calls(&self.peers.take_calls());
            self.statuses(&deployment, phone, &mut used).await?;
        }
        deployment.stop().await?;
        Ok(row("burst of three", self.sizes, used, self.prices))
    }

    /// A session from its first message to its summary: the first of a customer, and another later on.
    async fn long(&self) -> Result<[Row; 2]> {
        self.peers.set_delays(Delays::default());
        seed(self.peers, true, 1_500)?;
        let deployment = Deployment::start(self.peers, self.functions, 1, IDLE_S, self.shares()).await?;
        deployment.warm(0, "972555000015").await?;
        self.peers.set_delays(Delays::realistic());
        let first = self.session(&deployment, "long, new").await?;
        let later = self.session(&deployment, "long, summary").await?;
        deployment.stop().await?;
        Ok([later, first])
    }

    async fn session(&self, deployment: &Deployment, profile: &'static str) -> Result<Row> {
        let phone = "972555000014";
        let mut used = Usage::default();
        for _ in 0..LONG {
            used.messages += 1.0;
            let exchange = deployment.exchange(phone).await?;
            used.webhook(&exchange.webhook, self.sizes);
            used.event(&exchange.reply, self.sizes);
            used.calls(&exchange.calls);
            self.statuses(deployment, phone, &mut used).await?;
        }
        let fire = self.peers.timer_input().context("no schedule was made")?;
        tokio::time::sleep(Duration::from_secs(u64::from(IDLE_S) + 1)).await;
        let summarizer =
            Instance::start(&self.functions.summarizer, self.peers, IDLE_S, self.shares().map(|s| s.worker_mb)).await?;
        used.function(&summarizer.invoke(&fire).await?, self.sizes.worker_mb);
        let calls = self.peers.take_calls();
        ensure!(calls.iter().any(|call| call.peer == Peer::Model), "the session was not digested");
        used.calls(&calls);
        used.events += self.peers.take_events().len() as f64;
        summarizer.stop().await?;
        Ok(row(profile, self.sizes, used, self.prices))
    }
}
