//! Message: from the webhook's POST to the POST that answers the customer.

use crate::calls::Delays;
use crate::deployment::{Deployment, seed_hearing};
use crate::exchange::Exchange;
use crate::figures::{Spread, Times};
use crate::functions::Functions;
use crate::instance::Instance;
use crate::peers::Peers;
use crate::webhook_body::Said;
use anyhow::{Context, Result};
use serde::Serialize;
use std::sync::Arc;

/// One message in mid-session, caches warm.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    /// `before`, or empty for those of this tree.
    functions: &'static str,
    peers: &'static str,
    critical_ms: Spread,
    /// That without the time in which a peer had a request in hand.
    without_peers_ms: Spread,
    /// The same bytes sent by a function that does nothing else, without its peers too.
    bare_ms: Spread,
    /// `without_peers_ms` less `bare_ms`: the time our code takes.
    own_ms: Spread,
    /// Processor time, medians.
    webhook_cpu_ms: f64,
    reply_cpu_ms: f64,
    aws_calls: usize,
    /// Round trips before the model and after it; none where peers take no time, for then calls at the same time cannot
    /// be told from calls one after the other.
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
    deployment: Deployment,
    critical: Times,
    without_peers: Times,
    bare: Times,
    own: Times,
    webhook: Times,
    reply: Times,
    worst: Option<Exchange>,
}

impl Measured {
    /// Starts them, opens the session and fills the caches.
    async fn start(peers: &Arc<Peers>, label: &'static str, functions: &Functions) -> Result<Self> {
        let deployment = Deployment::start(peers, functions, 1, 900, None).await?;
        for _ in 0..WARM_UP {
            deployment.exchange(PHONE).await?;
        }
        Ok(Self {
            functions: label,
            deployment,
            critical: Times::new()?,
            without_peers: Times::new()?,
            bare: Times::new()?,
            own: Times::new()?,
            webhook: Times::new()?,
            reply: Times::new()?,
            worst: None,
        })
    }

    async fn round(&mut self, peers: &Peers, bare: &Instance, said: Said) -> Result<()> {
        let exchange = self.deployment.paced_of(PHONE, said).await?;
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

    /// Stops them. The calls and units are those of the exchange with the most calls.
    async fn row(self, peers: &'static str, delays: Delays) -> Result<Row> {
        self.deployment.stop().await?;
        let worst = self.worst.context("nothing was measured")?;
        Ok(Row {
            functions: self.functions,
            peers,
            critical_ms: self.critical.spread(),
            without_peers_ms: self.without_peers.spread(),
            bare_ms: self.bare.spread(),
            own_ms: self.own.spread(),
            webhook_cpu_ms: self.webhook.spread().p50,
            reply_cpu_ms: self.reply.spread().p50,
            aws_calls: worst.calls.iter().filter(|call| call.peer.is_aws()).count(),
            trips: if delays.table.is_zero() { None } else { Some(worst.trips()?) },
            read_units: worst.calls.iter().map(|call| call.units.read).sum(),
            write_units: worst.calls.iter().map(|call| call.units.write).sum(),
        })
    }
}

/// Measures all these functions in turn, `rounds` times each: texts, or voice notes. Those by the first functions alone,
/// this tree's: others may not know what hearing is.
pub(crate) async fn measure(
    peers: &Arc<Peers>,
    all: &[(&'static str, &Functions)],
    (name, said): (&'static str, Said),
    delays: Delays,
    rounds: usize,
) -> Result<Vec<Row>> {
    peers.set_delays(Delays::default());
    seed_hearing(peers, true, 0, if said == Said::Voice { "bench" } else { "" })?;
    let all = if said == Said::Voice { all.get(..1).unwrap_or_default() } else { all };
    let (_, ours) = all.first().context("nothing to measure")?;
    let bare = Instance::start(&ours.bare_calls, peers, 900, None).await?;
    let mut measured = Vec::new();
    for &(label, functions) in all {
        measured.push(Measured::start(peers, label, functions).await?);
    }
    // The bare function opens its connection before it is measured.
    if let Some(first) = measured.first() {
        first.deployment.exchange(PHONE).await?.replayed(peers, &bare).await?;
    }
    peers.set_delays(delays);
    for _ in 0..rounds {
        for one in &mut measured {
            one.round(peers, &bare, said).await?;
        }
    }
    bare.stop().await?;
    let mut rows = Vec::new();
    for one in measured {
        rows.push(one.row(name, delays).await?);
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
