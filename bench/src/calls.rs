//! The calls a function makes: to whom, for how long, and how many of them wait for each other.

use crate::table::Units;
use std::time::{Duration, Instant};

/// Who was called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    Table,
    Bus,
    Scheduler,
    Secrets,
    Model,
    Graph,
    /// A file of WhatsApp: where it is, and its bytes.
    Media,
    Transcriber,
    /// Read mark and typing indicator: nothing waits for it.
    Typing,
    /// Takes bytes, and gives as many as it is asked for.
    Bytes,
}

impl Peer {
    /// Whether a call to it is one of AWS's, whose number the tables state.
    pub(crate) fn is_aws(self) -> bool {
        matches!(self, Self::Table | Self::Bus | Self::Scheduler | Self::Secrets)
    }
}

/// How long each of them takes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Delays {
    pub(crate) table: Duration,
    pub(crate) bus: Duration,
    pub(crate) scheduler: Duration,
    pub(crate) model: Duration,
    pub(crate) graph: Duration,
    pub(crate) transcriber: Duration,
}

impl Delays {
    /// As they are in the same region, and a model of the quick kind.
    pub(crate) fn realistic() -> Self {
        let millis = Duration::from_millis;
        Self {
            table: millis(5),
            bus: millis(30),
            scheduler: millis(20),
            model: millis(800),
            graph: millis(100),
            transcriber: millis(1_500),
        }
    }

    pub(crate) fn of(self, peer: Peer) -> Duration {
        match peer {
            Peer::Table | Peer::Secrets => self.table,
            Peer::Bus => self.bus,
            Peer::Scheduler => self.scheduler,
            Peer::Model => self.model,
            Peer::Graph | Peer::Media | Peer::Typing => self.graph,
            Peer::Transcriber => self.transcriber,
            Peer::Bytes => Duration::ZERO,
        }
    }
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) peer: Peer,
    pub(crate) began: Instant,
    pub(crate) ended: Instant,
    pub(crate) units: Units,
    /// Bytes of the request's body.
    pub(crate) request_bytes: usize,
    /// Bytes of the answer's body.
    pub(crate) answer_bytes: usize,
}

/// How many round trips wait for each other: one that begins after another has ended counts as waiting for it.
pub(crate) fn trips(calls: &[Call]) -> usize {
    let mut moments: Vec<(Instant, bool)> = calls.iter().flat_map(|c| [(c.began, true), (c.ended, false)]).collect();
    moments.sort_by_key(|(at, _)| *at);
    let (mut trips, mut waits) = (0, true);
    for (_, begins) in moments {
        trips += usize::from(begins && waits);
        waits = !begins;
    }
    trips
}

/// For how long at least one of these spans was under way.
pub(crate) fn busy(spans: impl Iterator<Item = (Instant, Instant)>) -> Duration {
    let mut spans: Vec<_> = spans.collect();
    spans.sort_unstable();
    let (mut total, mut until) = (Duration::ZERO, None);
    for (began, ended) in spans {
        let from = until.map_or(began, |until| began.max(until));
        total += ended.saturating_duration_since(from);
        until = Some(until.map_or(ended, |until| ended.max(until)));
    }
    total
}
