//! `sim`: runs seeds and tells what they came to.

use clap::Parser;
use std::num::NonZero;
use std::process::ExitCode;
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
    /// Only so many steps of its scenario.
    #[arg(long, requires = "seed")]
    steps: Option<usize>,
    /// Only so many faults.
    #[arg(long, requires = "seed")]
    faults: Option<u64>,
    /// Only this customer.
    #[arg(long, requires = "seed")]
    only: Option<usize>,
}

#[expect(clippy::print_stdout, reason = "a command whose output is its purpose")]
fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Some(seed) = arguments.seed {
        let all = Limits::default();
        let limits = Limits {
            only: arguments.only,
            steps: arguments.steps.unwrap_or(all.steps),
            faults: arguments.faults.unwrap_or(all.faults),
        };
        let report = run(seed, limits, arguments.trace);
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
    outcome.broken.map_or(ExitCode::SUCCESS, |report| verdict(&report))
}

/// Tells of a broken promise, in the small.
#[expect(clippy::print_stdout, reason = "a command whose output is its purpose")]
fn verdict(report: &Report) -> ExitCode {
    let Some(broken) = &report.broken else { return ExitCode::SUCCESS };
    println!("\nseed {} broke: {}\n  {}", report.seed, broken.invariant, broken.detail);
    let (limits, small) = shrink(report);
    println!("in the small: {limits:?}; the end of its trace:");
    let skipped = small.trace.len().saturating_sub(TOLD);
    small.trace.iter().skip(skipped).for_each(|line| println!("{line}"));
    ExitCode::FAILURE
}
