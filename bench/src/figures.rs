//! Many measurements of one time, as minimum, median and 99th percentile.

use hdrhistogram::Histogram;
use serde::Serialize;
use std::time::Duration;

/// Times of one thing, to the microsecond.
#[derive(Clone, Debug)]
pub(crate) struct Times(Histogram<u64>);

/// Minimum, median and 99th percentile, in milliseconds.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Spread {
    pub(crate) min: f64,
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

impl Times {
    pub(crate) fn new() -> anyhow::Result<Self> {
        Ok(Self(Histogram::new(3)?))
    }

    pub(crate) fn note(&mut self, took: Duration) {
        // The histogram grows with what comes, and a bench that gives up after seconds has no time too long for it.
        let _ = self.0.record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX).max(1));
    }

    pub(crate) fn spread(&self) -> Spread {
        let millis = |micros: u64| Duration::from_micros(micros).as_secs_f64() * 1e3;
        let at = |quantile| millis(self.0.value_at_quantile(quantile));
        Spread { min: millis(self.0.min()), p50: at(0.5), p99: at(0.99) }
    }
}

impl std::fmt::Display for Spread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:>8.2} {:>8.2} {:>8.2}", self.min, self.p50, self.p99)
    }
}
