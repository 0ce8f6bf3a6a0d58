//! Message: from the webhook's POST to the POST that answers the customer.

use crate::figures::{Spread, Times};
use crate::instance::Instance;
use crate::peers::{Delays, Peers};
use crate::shop::{self, Exchange, Functions, Shop};
use anyhow::{Context, Result};
use serde::Serialize;
use std::sync::Arc;

/// One message in mid-session, caches warm.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// Empty: those of this tree.
    functions: &'static str,
    peers: &'static str,
    critical_ms: Spread,
    /// What is left of that when the time is taken off in which a peer had a request in hand.
    without_peers_ms: Spread,
    /// The same bytes sent by a function that does nothing else, without its peers too.
    bare_ms: Spread,
    /// By how much the one is longer than the other.
    own_ms: Spread,
    /// Processor time, medians.
    webhook_cpu_ms: f64,
    reply_cpu_ms: f64,
    aws_calls: usize,
    /// Before the model and after it; none where calls are over so soon that side by side cannot be told from one after
    /// the other.
    trips: Option<(usize, usize)>,
    read_units: f64,
    write_units: f64,
}

const PHONE: &str = "972555000001";
/// The first ones open the session and fill the caches.
const WARM_UP: usize = 5;

/// A pair of functions at work, and what was measured of them.
struct Measured {
    functions: &'static str,
    shop: Shop,
    critical: Times,
    without_peers: Times,
    bare: Times,
    own: Times,
    webhook: Times,
    reply: Times,
    worst: Option<Exchange>,
}

impl Measured {
    async fn round(&mut self, peers: &Peers, bare: &Instance) -> Result<()> {
        let exchange = self.shop.paced(PHONE).await?;
        let without_peers = exchange.critical()?.saturating_sub(exchange.peers()?);
        let replayed = exchange.replayed(peers, bare).await?;
        self.critical.note(exchange.critical()?);
        self.without_peers.note(without_peers);
        self.bare.note(replayed);
        self.own.note(without_peers.saturating_sub(replayed));
        self.webhook.note(exchange.webhook.cpu);
        self.reply.note(exchange.reply.cpu);
        if self.worst.as_ref().is_none_or(|worst| worst.calls.len() < exchange.calls.len()) {
            self.worst = Some(exchange);
        }
        Ok(())
    }
}

/// Of all these functions in turn.
pub(crate) async fn measure(
    peers: &Arc<Peers>,
    all: &[(&'static str, &Functions)],
    name: &'static str,
    delays: Delays,
    rounds: usize,
) -> Result<Vec<Row>> {
    peers.take(Delays::default());
    shop::open(peers, true, 0)?;
    let (_, ours) = all.first().context("nothing to measure")?;
    let bare = Instance::start(&ours.bare_calls, peers, 900, None).await?;
    let mut measured = Vec::new();
    for &(label, functions) in all {
        let shop = Shop::start(peers, functions, 1, 900, None).await?;
        for _ in 0..WARM_UP {
            shop.exchange(PHONE).await?;
        }
        measured.push(Measured {
            functions: label,
            shop,
            critical: Times::new()?,
            without_peers: Times::new()?,
            bare: Times::new()?,
            own: Times::new()?,
            webhook: Times::new()?,
            reply: Times::new()?,
            worst: None,
        });
    }
    // Its connection stands too.
    if let Some(first) = measured.first() {
        first.shop.exchange(PHONE).await?.replayed(peers, &bare).await?;
    }
    peers.take(delays);
    for _ in 0..rounds {
        for one in &mut measured {
            one.round(peers, &bare).await?;
        }
    }
    bare.stop().await?;
    let mut rows = Vec::new();
    for one in measured {
        one.shop.stop().await?;
        let worst = one.worst.context("nothing was measured")?;
        rows.push(Row {
            functions: one.functions,
            peers: name,
            critical_ms: one.critical.spread(),
            without_peers_ms: one.without_peers.spread(),
            bare_ms: one.bare.spread(),
            own_ms: one.own.spread(),
            webhook_cpu_ms: one.webhook.spread().p50,
            reply_cpu_ms: one.reply.spread().p50,
            aws_calls: worst.calls.iter().filter(|call| call.peer.is_aws()).count(),
            trips: if delays.table.is_zero() { None } else { Some(worst.trips()?) },
            read_units: worst.calls.iter().map(|call| call.units.read).sum(),
            write_units: worst.calls.iter().map(|call| call.units.write).sum(),
        });
    }
    Ok(rows)
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:<20}{} {} {} {} {:>7.2} {:>6.2} {:>6} {:>5} {:>6} {:>6}",
            format!("{} {}", self.peers, self.functions),
            self.critical_ms,
            self.without_peers_ms,
            self.bare_ms,
            self.own_ms,
            self.webhook_cpu_ms,
            self.reply_cpu_ms,
            self.aws_calls,
            self.trips.map_or_else(String::new, |(before, after)| format!("{before}+{after}")),
            self.read_units,
            self.write_units
        )
    }
}

pub(crate) const HEADING: &str = "
Message, webhook's POST to the answer's POST; milliseconds as minimum, median, p99
peers                               the whole way             without the peers             of these bare                    of our own  cpu: webhook  reply  calls trips   read  write";
