//! `sim`: runs seeds and tells what they came to.

use anyhow::bail;
use clap::Parser;
use std::num::NonZero;
use std::time::Instant;
use zikaron_simulation::{Limits, Report, many, run, shrink};

/// How many lines of a trace are shown.
const TOLD: usize = 80;

/// The protocol under faults, on a virtual clock.
#[derive(Parser)]
struct Arguments {
    /// How many seeds.
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// The first one.
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// Only this one.
    #[arg(long)]
    seed: Option<u64>,
    /// Print its whole trace.
    #[arg(long, requires = "seed")]
    trace: bool,
}

#[expect(clippy::print_stdout, reason = "a command whose output is its purpose")]
fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        let report = run(seed, Limits::default(), arguments.trace);
        report.trace.iter().for_each(|line| println!("{line}"));
        print!("{}", report.counts.table());
        return verdict(&report);
    }
    let threads = std::thread::available_parallelism().map_or(2, NonZero::get);
    let began = Instant::now();
    let outcome = many(arguments.from, arguments.seeds, threads);
    let minutes = began.elapsed().as_secs_f64() / 60.0;
    print!("{}", outcome.counts.table());
    println!("{:<38}{:>14.0}", "seeds a minute", outcome.counts.seeds as f64 / minutes);
    outcome.broken.map_or(Ok(()), |report| verdict(&report))
}

/// Tells of a broken promise, in the small.
#[expect(clippy::print_stdout, reason = "a command whose output is its purpose")]
fn verdict(report: &Report) -> anyhow::Result<()> {
    let Some(broken) = &report.broken else { return Ok(()) };
    println!("\nseed {} broke: {}\n  {}", report.seed, broken.invariant, broken.detail);
    let (limits, small) = shrink(report);
    println!("in the small: {limits:?}; the end of its trace:");
    let skipped = small.trace.len().saturating_sub(TOLD);
    small.trace.iter().skip(skipped).for_each(|line| println!("{line}"));
    bail!("seed {} broke: {}", report.seed, broken.invariant)
}
