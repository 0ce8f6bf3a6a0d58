#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a measurement that prints")]

mod bill;
mod calls;
mod certificate;
mod clock;
mod cost;
mod deployment;
mod exchange;
mod figures;
mod functions;
mod growth;
mod instance;
mod message;
mod peers;
mod prices;
mod quota;
mod sizes;
mod start;
mod table;
mod throughput;
mod wait;
mod webhook_body;

use anyhow::{Context, Result};
use calls::Delays;
use clap::Parser;
use functions::Functions;
use peers::Peers;
use serde::Serialize;
use sizes::Sizes;
use std::path::PathBuf;
use webhook_body::Said;

/// The heading and a line for each row.
fn print<T: std::fmt::Display>(heading: &str, rows: &[T]) {
    println!("{heading}");
    rows.iter().for_each(|row| println!("{row}"));
}

/// What a message costs in time and money.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the functions were built.
    #[arg(default_value = "target/release")]
    functions: PathBuf,
    /// Another build to measure in turn with them, as that of the commit before a change.
    #[arg(long)]
    before: Option<PathBuf>,
    /// A few rounds of each.
    #[arg(long)]
    quick: bool,
    /// These tables alone, and nothing is written.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
}

/// One of the tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Start,
    Message,
    Wait,
    Growth,
    Cost,
    Throughput,
}

/// All tables, as they are written to `bench/latest.json`.
#[derive(Debug, Default, Serialize)]
struct Report {
    start: Vec<start::Row>,
    message: Vec<message::Row>,
    wait: Vec<wait::Row>,
    growth: Vec<growth::Row>,
    cost: Option<cost::Costs>,
    throughput: Vec<throughput::Row>,
}

async fn run(Arguments { functions, before, quick, only }: Arguments) -> Result<()> {
    let before = before.map(|before| Functions::of(&before, &functions)).transpose()?;
    let functions = Functions::of(&functions, &functions)?;
    let mut all = vec![("", &functions)];
    all.extend(before.as_ref().map(|before| ("before", before)));
    let kept = std::env::temp_dir().join(format!("zikaron-bench-{}", std::process::id()));
    std::fs::create_dir_all(&kept)?;
    let peers = Peers::start(&kept).await?;
    let (rounds, messages) = if quick { (5, 20) } else { (40, 150) };
    let wanted = |part| only.is_empty() || only.contains(&part);
    let mut report = Report::default();

    if wanted(Part::Start) {
        for memory_mb in [None, Some(Sizes::DEPLOYED.webhook_mb), Some(Sizes::DEPLOYED.worker_mb)] {
            if memory_mb.is_none_or(|memory_mb| quota::Quota::of(memory_mb).is_some()) {
                let rounds = if memory_mb.is_none() { rounds } else { rounds / 2 + 1 };
                let starts = start::measure(&peers, &functions, before.as_ref(), rounds, memory_mb).await?;
                print(&start::heading(memory_mb), &starts);
                report.start.extend(starts);
            }
        }
    }
    if wanted(Part::Message) {
        // A business that hears voice notes, with a transcriber that takes no time and one that takes 1,500 ms.
        let heard_at_once = Delays { transcriber: std::time::Duration::ZERO, ..Delays::realistic() };
        for (name, delays, rounds) in [
            (("at 0 ms", Said::Text), Delays::default(), messages),
            (("voice at 0 ms", Said::Voice), Delays::default(), messages),
            (("realistic", Said::Text), Delays::realistic(), messages / 10),
            (("voice + 0 ms", Said::Voice), heard_at_once, messages / 10),
            (("voice + 1,500 ms", Said::Voice), Delays::realistic(), messages / 10),
        ] {
            report.message.extend(message::measure(&peers, &all, name, delays, rounds).await?);
        }
        print(message::HEADING, &report.message);
    }
    if wanted(Part::Wait) {
        report.wait = wait::measure(&peers, &all, if quick { 2 } else { 5 }).await?;
        print(wait::HEADING, &report.wait);
    }
    if wanted(Part::Growth) {
        report.growth = growth::measure(&peers, &functions, messages / 2).await?;
        print(growth::HEADING, &report.growth);
    }
    if wanted(Part::Cost) {
        let costs = cost::measure(&peers, &functions, quick).await?;
        print(bill::HEADING, &costs.rows);
        report.cost = Some(costs);
    }
    if wanted(Part::Throughput) {
        report.throughput = throughput::read()?;
        print(throughput::HEADING, &report.throughput);
    }

    if only.is_empty() {
        let report = serde_json::to_string_pretty(&report)?;
        std::fs::write("bench/latest.json", report + "\n").context("bench/latest.json cannot be written")?;
    }
    std::fs::remove_dir_all(&kept)?;
    start::bound(&report.start)
}

#[tokio::main]
async fn main() -> Result<()> {
    Box::pin(run(Arguments::parse())).await
}
