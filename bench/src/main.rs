#![doc = include_str!("../README.md")]
#![expect(clippy::print_stdout, reason = "a measurement that prints")]

mod certificate;
mod cost;
mod figures;
mod growth;
mod instance;
mod message;
mod peers;
mod quota;
mod shop;
mod start;
mod table;
mod throughput;

use anyhow::{Context, Result};
use clap::Parser;
use cost::Sizes;
use peers::{Delays, Peers};
use serde::Serialize;
use shop::Functions;
use std::path::PathBuf;

/// The memory of the functions in `template.yaml`: of the door and behind it.
const SIZES: Sizes = Sizes { door_mb: 256, behind_mb: 128 };
/// What is compared with it.
const OTHERS: [Sizes; 3] = [
    Sizes { door_mb: 128, behind_mb: 128 },
    Sizes { door_mb: 256, behind_mb: 256 },
    Sizes { door_mb: 512, behind_mb: 512 },
];

fn print<T: std::fmt::Display>(heading: &str, rows: &[T]) {
    println!("{heading}");
    rows.iter().for_each(|row| println!("{row}"));
}

#[derive(Debug, Serialize)]
struct Costs {
    rows: Vec<cost::Row>,
    prices: cost::Prices,
}

async fn costs(peers: &std::sync::Arc<Peers>, functions: &Functions, quick: bool) -> Result<Costs> {
    let prices = cost::Prices::read()?;
    let rounds = if quick { 2 } else { 8 };
    let throttled = quota::Quota::of(SIZES.door_mb).is_some();
    if !throttled {
        println!("(no control groups here: billed times are those of a whole processor)");
    }
    let till = |sizes| cost::Till { peers, functions, prices, throttled, sizes };
    let ours = till(SIZES);
    let mut rows = vec![ours.single(true, rounds).await?, ours.burst(rounds).await?];
    rows.extend(ours.long().await?);
    rows.extend([ours.single(false, rounds).await?, cost::floor(SIZES, prices)]);
    for sizes in OTHERS {
        rows.push(till(sizes).single(true, rounds).await?);
    }
    Ok(Costs { rows, prices })
}

/// What a message costs in time and money.
#[derive(Debug, Parser)]
struct Arguments {
    /// Where the functions were built.
    #[arg(default_value = "target/release")]
    functions: PathBuf,
    /// Others to measure in turn with them: those of the commit before a change.
    #[arg(long)]
    before: Option<PathBuf>,
    /// A few rounds of each.
    #[arg(long)]
    quick: bool,
    /// These tables alone, and nothing is written.
    #[arg(long, value_delimiter = ',')]
    only: Vec<Part>,
}

/// A table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Part {
    Start,
    Message,
    Growth,
    Cost,
    Throughput,
}

/// What was found.
#[derive(Debug, Default, Serialize)]
struct Found {
    start: Vec<start::Row>,
    message: Vec<message::Row>,
    growth: Vec<growth::Row>,
    cost: Option<Costs>,
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
    let mut found = Found::default();

    if wanted(Part::Start) {
        for memory_mb in [None, Some(SIZES.door_mb), Some(SIZES.behind_mb)] {
            if memory_mb.is_none_or(|memory_mb| quota::Quota::of(memory_mb).is_some()) {
                let rounds = if memory_mb.is_none() { rounds } else { rounds / 2 + 1 };
                let starts = start::measure(&peers, &functions, before.as_ref(), rounds, memory_mb).await?;
                print(&start::heading(memory_mb), &starts);
                found.start.extend(starts);
            }
        }
    }
    if wanted(Part::Message) {
        for (name, delays, rounds) in
            [("at 0 ms", Delays::default(), messages), ("realistic", Delays::realistic(), messages / 10)]
        {
            found.message.extend(message::measure(&peers, &all, name, delays, rounds).await?);
        }
        print(message::HEADING, &found.message);
    }
    if wanted(Part::Growth) {
        found.growth = growth::measure(&peers, &functions, messages / 2).await?;
        print(growth::HEADING, &found.growth);
    }
    if wanted(Part::Cost) {
        let costs = costs(&peers, &functions, quick).await?;
        print(cost::HEADING, &costs.rows);
        found.cost = Some(costs);
    }
    if wanted(Part::Throughput) {
        found.throughput = throughput::read()?;
        print(throughput::HEADING, &found.throughput);
    }

    if only.is_empty() {
        let found = serde_json::to_string_pretty(&found)?;
        std::fs::write("bench/latest.json", found + "\n").context("bench/latest.json cannot be written")?;
    }
    std::fs::remove_dir_all(&kept)?;
    start::bound(&found.start)
}

#[tokio::main]
async fn main() -> Result<()> {
    Box::pin(run(Arguments::parse())).await
}
