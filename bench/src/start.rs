//! Start: what a cold start costs, beside a function that does nothing.

use crate::calls::Delays;
use crate::deployment::seed;
use crate::figures::{Spread, Times};
use crate::functions::{Function, Functions};
use crate::instance::Instance;
use crate::peers::Peers;
use crate::webhook_body::{http_event, message};
use anyhow::{Context, Result};
use serde::Serialize;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;
use zip::write::{SimpleFileOptions, ZipWriter};

/// One function at one share of the processor.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    function: &'static str,
    /// Whether it is of the other build, for comparison.
    before: bool,
    /// The memory whose share of a processor it ran with; none with a whole one.
    memory_mb: Option<u64>,
    first_poll_ms: Spread,
    first_invocation_ms: Spread,
    warm_ms: Spread,
    peak_mb: f64,
    binary_mb: f64,
    zip_mb: f64,
    /// Beside the bare function, of the minima and of the medians. A minimum holds least of what else the machine did.
    first_poll_beside_bare: [f64; 2],
    first_invocation_above_bare_ms: [f64; 2],
}

struct Measured {
    function: Function,
    before: bool,
    work: Value,
    polls: Times,
    firsts: Times,
    warms: Times,
    peak: f64,
}

const WARM: usize = 20;

/// The table: every function in turn, as often as asked.
pub(crate) async fn measure(
    peers: &Peers,
    all: &Functions,
    before: Option<&Functions>,
    rounds: usize,
    memory_mb: Option<u64>,
) -> Result<Vec<Row>> {
    peers.set_delays(Delays::default());
    seed(peers, true, 0)?;
    let mut measured = cases(all, false)?;
    if let Some(before) = before {
        measured.extend(cases(before, true)?.into_iter().filter(|case| !case.function.name.starts_with("bare")));
    }
    for _ in 0..rounds {
        for one in &mut measured {
            let instance = Instance::start(&one.function, peers, 900, memory_mb).await?;
            one.polls.note(instance.first_poll);
            one.firsts.note(instance.invoke(&one.work).await?.took);
            for _ in 0..WARM {
                one.warms.note(instance.invoke(&one.work).await?.took);
            }
            one.peak = one.peak.max(instance.peak_mb()?);
            instance.stop().await?;
        }
    }
    let bare: Vec<(Spread, Spread)> = measured.iter().map(|m| (m.polls.spread(), m.firsts.spread())).take(2).collect();
    measured.into_iter().map(|one| row(one, memory_mb, &bare)).collect()
}

/// What each is asked: something that makes it call out once where it can.
fn cases(all: &Functions, before: bool) -> Result<Vec<Measured>> {
    let request = http_event(&message("972555009999"))?;
    let mut start: Value = request.clone();
    start["rawPath"] = json!("/webhooks/calls/elevenlabs/calls/start");
    start["requestContext"]["http"]["path"] = start["rawPath"].clone();
    start["headers"]["authorization"] = json!("Bearer bench-token");
    start["body"] =
        serde_json::from_str::<Value>(include_str!("../../events/call-start-elevenlabs.json"))?.to_string().into();
    let mut document = request.clone();
    document["rawPath"] = json!("/v1/openapi.json");
    document["requestContext"]["http"] = json!({"method": "GET", "path": "/v1/openapi.json", "protocol": "HTTP/1.1",
        "sourceIp": "192.0.2.1", "userAgent": "bench"});
    let due =
        json!({"source": "zikaron", "detail-type": "turn.due", "detail": {"business": "bench", "lead": "01NOBODY"}});
    let fire = json!({"business": "bench", "lead": "01NOBODY", "session": "01NONE", "generation": 1});
    let works = [
        (&all.bare_http, request.clone()),
        (&all.bare_runtime, due.clone()),
        (&all.webhook, request),
        (&all.call_start, start),
        (&all.api, document),
        (&all.reply, due),
        (&all.summarizer, fire),
    ];
    let case = |(function, work): (&Function, Value)| {
        let (polls, firsts, warms) = (Times::new()?, Times::new()?, Times::new()?);
        Ok(Measured { function: function.clone(), before, work, polls, firsts, warms, peak: 0.0 })
    };
    works.into_iter().map(case).collect()
}

fn row(one: Measured, memory_mb: Option<u64>, bare: &[(Spread, Spread)]) -> Result<Row> {
    let behind_http = matches!(one.function.name, "webhook" | "call-start" | "api" | "bare-http");
    let (poll, first) = *bare.get(usize::from(!behind_http)).context("nothing to stand beside")?;
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let (polls, firsts) = (one.polls.spread(), one.firsts.spread());
    Ok(Row {
        function: one.function.name,
        before: one.before,
        memory_mb,
        first_poll_ms: polls,
        first_invocation_ms: firsts,
        warm_ms: one.warms.spread(),
        peak_mb: one.peak,
        binary_mb: megabytes(std::fs::metadata(&one.function.bootstrap)?.len()),
        zip_mb: megabytes(zipped(&one.function.bootstrap)?),
        first_poll_beside_bare: [polls.min / poll.min, polls.p50 / poll.p50],
        first_invocation_above_bare_ms: [firsts.min - first.min, firsts.p50 - first.p50],
    })
}

/// No function is larger: each megabyte is fetched at a cold start.
const MAX_ZIP_MB: f64 = 6.0;

/// Refuses a function that has grown too large.
pub(crate) fn bound(rows: &[Row]) -> Result<()> {
    match rows.iter().find(|row| !row.before && row.zip_mb > MAX_ZIP_MB) {
        Some(row) => anyhow::bail!("{} has {:.2} MB, more than {MAX_ZIP_MB}", row.function, row.zip_mb),
        None => Ok(()),
    }
}

/// The size of what is uploaded.
fn zipped(bootstrap: &Path) -> Result<u64> {
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("bootstrap", SimpleFileOptions::default().unix_permissions(0o755))?;
    zip.write_all(&std::fs::read(bootstrap)?)?;
    Ok(zip.finish()?.into_inner().len() as u64)
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ([poll_min, poll_median], [first_min, first_median]) =
            (self.first_poll_beside_bare, self.first_invocation_above_bare_ms);
        write!(
            f,
            "{:<19}{} {:>5.2} {:>5.2} {} {:>6.2} {:>6.2} {} {:>6.1} {:>6.2} {:>5.2}",
            format!("{}{}", self.function, if self.before { " before" } else { "" }),
            self.first_poll_ms,
            poll_min,
            poll_median,
            self.first_invocation_ms,
            first_min,
            first_median,
            self.warm_ms,
            self.peak_mb,
            self.binary_mb,
            self.zip_mb
        )
    }
}

/// What stands above the rows.
pub(crate) fn heading(memory_mb: Option<u64>) -> String {
    let share = memory_mb.map_or_else(|| "a whole processor".to_owned(), |mb| format!("the share of {mb} MB"));
    format!(
        "\nStart, {share}; milliseconds as minimum, median, p99; beside bare: of the minima, of the medians\n{:<19}{:>26} {:>11} {:>26} {:>13} {:>26} {:>6} {:>6} {:>5}",
        "", "exec to first poll", "/bare", "first invocation", "-bare", "warm invocation", "RSS MB", "binary", "zip"
    )
}
