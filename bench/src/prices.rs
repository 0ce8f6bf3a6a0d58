//! The list prices that `docs/operate.md` states.

use anyhow::{Context, Result};
use serde::Serialize;

/// Prices in dollars: of one GB-second, of one GB logged, and of a million of everything else.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Prices {
    pub(crate) gb_second: f64,
    pub(crate) invocations: f64,
    pub(crate) requests: f64,
    pub(crate) events: f64,
    pub(crate) write_units: f64,
    pub(crate) read_units: f64,
    pub(crate) logged_gb: f64,
}

impl Prices {
    /// Reads them from the table in `docs/operate.md`, so that there is one list only.
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
