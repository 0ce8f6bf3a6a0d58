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
use cost::Sizes;
use peers::{Delays, Peers};
use serde::Serialize;
use serde_json::json;
use shop::Functions;
use std::path::{Path, PathBuf};

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
    let mut rows = vec![ours.single(true, rounds).await?, ours.burst(rounds).await?, ours.long().await?];
    rows.extend([ours.single(false, rounds).await?, cost::floor(SIZES, prices)]);
    for sizes in OTHERS {
        rows.push(till(sizes).single(true, rounds).await?);
    }
    Ok(Costs { rows, prices })
}

async fn run(folder: &Path, quick: bool) -> Result<()> {
    let functions = Functions::of(folder)?;
    let kept = std::env::temp_dir().join(format!("zikaron-bench-{}", std::process::id()));
    std::fs::create_dir_all(&kept)?;
    let peers = Peers::start(&kept).await?;
    let (rounds, messages) = if quick { (5, 20) } else { (40, 150) };

    let mut starts = start::measure(&peers, &functions, rounds, None).await?;
    print(&start::heading(None), &starts);
    for memory_mb in [SIZES.door_mb, SIZES.behind_mb] {
        if quota::Quota::of(memory_mb).is_some() {
            let throttled = start::measure(&peers, &functions, rounds / 2 + 1, Some(memory_mb)).await?;
            print(&start::heading(Some(memory_mb)), &throttled);
            starts.extend(throttled);
        }
    }
    let message = [
        message::measure(&peers, &functions, "at 0 ms", Delays::default(), messages).await?,
        message::measure(&peers, &functions, "realistic", Delays::realistic(), messages / 10).await?,
    ];
    print(message::HEADING, &message);
    let growth = growth::measure(&peers, &functions, messages / 2).await?;
    print(growth::HEADING, &growth);
    let costs = costs(&peers, &functions, quick).await?;
    print(cost::HEADING, &costs.rows);
    let throughput = throughput::read()?;
    print(throughput::HEADING, &throughput);

    let found =
        json!({"start": &starts, "message": message, "growth": growth, "cost": costs, "throughput": throughput});
    let latest = Path::new("bench/latest.json");
    std::fs::write(latest, format!("{found:#}\n")).context("bench/latest.json cannot be written")?;
    std::fs::remove_dir_all(&kept)?;
    start::bound(&starts)
}

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "target/release".to_owned()));
    Box::pin(run(&folder, arguments.next().as_deref() == Some("--quick"))).await
}
