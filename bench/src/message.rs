//! Message: from the webhook's POST to the POST that answers the customer.

use crate::figures::{Spread, Times};
use crate::peers::{Delays, Peers};
use crate::shop::{self, Exchange, Functions, Shop};
use anyhow::Result;
use serde::Serialize;
use std::sync::Arc;

/// One message in mid-session, caches warm.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    peers: &'static str,
    critical_ms: Spread,
    /// What is left of that when the peers' own time is taken off.
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

pub(crate) async fn measure(
    peers: &Arc<Peers>,
    functions: &Functions,
    name: &'static str,
    delays: Delays,
    rounds: usize,
) -> Result<Row> {
    peers.take(Delays::default());
    shop::open(peers, true, 0)?;
    let shop = Shop::start(peers, functions, 1, 900, None).await?;
    for _ in 0..WARM_UP {
        shop.exchange(PHONE).await?;
    }
    peers.take(delays);
    let (mut critical, mut own) = (Times::new()?, Times::new()?);
    let (mut webhook, mut reply) = (Times::new()?, Times::new()?);
    let mut worst: Option<Exchange> = None;
    for _ in 0..rounds {
        let exchange = shop.paced(PHONE).await?;
        critical.note(exchange.critical()?);
        own.note(exchange.critical()?.saturating_sub(exchange.peers(delays)?));
        webhook.note(exchange.webhook.cpu);
        reply.note(exchange.reply.cpu);
        if worst.as_ref().is_none_or(|worst| worst.calls.len() < exchange.calls.len()) {
            worst = Some(exchange);
        }
    }
    shop.stop().await?;
    let worst = worst.ok_or_else(|| anyhow::anyhow!("nothing was measured"))?;
    let trips = if delays.table.is_zero() { None } else { Some(worst.trips()?) };
    Ok(Row {
        peers: name,
        critical_ms: critical.spread(),
        own_ms: own.spread(),
        webhook_cpu_ms: webhook.spread().p50,
        reply_cpu_ms: reply.spread().p50,
        aws_calls: worst.calls.iter().filter(|call| call.peer.is_aws()).count(),
        trips,
        read_units: worst.calls.iter().map(|call| call.units.read).sum(),
        write_units: worst.calls.iter().map(|call| call.units.write).sum(),
    })
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{:<13}{} {} {:>7.2} {:>6.2} {:>6} {:>5} {:>6} {:>6}",
            self.peers,
            self.critical_ms,
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
peers                        the whole way                    of our own  cpu: webhook  reply  calls trips   read  write";
