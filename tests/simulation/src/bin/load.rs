//! `load`: arrivals that never stop, and what becomes of them.

use clap::Parser;
use std::time::{Duration, Instant};
use zikaron_simulation::{FOUND_WITHIN, Load, load};

/// Sessions that open all the time, on a virtual clock.
#[derive(Parser)]
struct Arguments {
    /// Sessions that open in a second, each of a new customer; several rates are played one after the other.
    #[arg(long, default_values_t = [1.0])]
    openings: Vec<f64>,
    /// Messages of each session …
    #[arg(long, default_value_t = 2)]
    messages: u32,
    /// … so many seconds apart.
    #[arg(long, default_value_t = 60.0)]
    gap: f64,
    /// For so many hours.
    #[arg(long, default_value_t = 2.0)]
    hours: f64,
    /// The share of schedules that are lost.
    #[arg(long, default_value_t = 0.01)]
    lost: f64,
    /// How many sessions of a shard one sweep looks at.
    #[arg(long, default_value_t = 250)]
    swept_most: usize,
    /// One customer alone writes all messages.
    #[arg(long)]
    one_customer: bool,
    /// The model is dead for so many hours from the beginning.
    #[arg(long, default_value_t = 0.0)]
    dead_hours: f64,
}

#[expect(clippy::print_stdout, reason = "a command whose output is its purpose")]
fn main() {
    let arguments = Arguments::parse();
    let hours = |hours: f64| Duration::from_secs_f64(3_600.0 * hours);
    for &openings in &arguments.openings {
        let began = Instant::now();
        // One customer writes once at the beginning, and goes on for as long as the others come.
        let lasts = if arguments.one_customer { Duration::from_millis(1) } else { hours(arguments.hours) };
        let dead = hours(arguments.dead_hours);
        let measured = load(Load {
            seed: 0,
            openings,
            messages: arguments.messages,
            gap: Duration::from_secs_f64(arguments.gap),
            lasts,
            lost: arguments.lost,
            swept_most: arguments.swept_most,
            dead_model: (!dead.is_zero()).then_some((Duration::ZERO, dead)),
        });
        println!("{openings} openings a second, {} messages {} s apart", arguments.messages, arguments.gap);
        print!("{}", measured.table());
        let in_time = measured.found_after <= FOUND_WITHIN;
        println!("{:<38}{:>14}", "lost schedules found in 8 minutes", if in_time { "yes" } else { "NO" });
        println!("{:<38}{:>14}\n", "played in", format!("{:.0} s", began.elapsed().as_secs_f64()));
    }
}
