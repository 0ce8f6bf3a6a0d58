//! Throughput of the pure paths: what `benches/hot.rs` measured last (Criterion's own files).

use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::Value;
use std::path::Path;

/// One path at one size.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    what: String,
    size: u64,
    micros: f64,
    per_second: f64,
}

/// What stands in `target/criterion`; nothing where the benches were not run.
pub(crate) fn read() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    let Ok(groups) = std::fs::read_dir("target/criterion") else { return Ok(rows) };
    for group in groups {
        let Ok(sizes) = std::fs::read_dir(group?.path()) else { continue };
        for size in sizes {
            rows.extend(of(&size?.path())?);
        }
    }
    rows.sort_by(|a: &Row, b| (&a.what, a.size).cmp(&(&b.what, b.size)));
    Ok(rows)
}

fn of(folder: &Path) -> Result<Option<Row>> {
    let read = |file: &str| std::fs::read_to_string(folder.join("new").join(file)).ok();
    let (Some(named), Some(measured)) = (read("benchmark.json"), read("estimates.json")) else { return Ok(None) };
    let (named, measured): (Value, Value) = (serde_json::from_str(&named)?, serde_json::from_str(&measured)?);
    let what = named["group_id"].as_str().context("a bench without a name")?.to_owned();
    let size: u64 = named["value_str"].as_str().unwrap_or_default().parse().unwrap_or(1);
    let nanos = measured["median"]["point_estimate"].as_f64().context("a bench without a median")?;
    Ok(Some(Row { what, size, micros: nanos / 1e3, per_second: 1e9 / nanos }))
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let each = self.micros / u32::try_from(self.size.max(1)).map_or(1.0, f64::from);
        write!(f, "{:<44}{:>7} {:>12.1} {:>12.3} {:>12.0}", self.what, self.size, self.micros, each, self.per_second)
    }
}

pub(crate) const HEADING: &str = "
Throughput, one thread (medians)
                                                size           us      us each   per second";
