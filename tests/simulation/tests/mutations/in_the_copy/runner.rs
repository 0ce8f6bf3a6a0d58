//! Looks for every mutation in the copy that holds them: `zikaron-mutations SEEDS SEEDS_WITHOUT NAME[=SITUATION] …`.
//! Answers in JSON.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use zikaron_protocol::mutation;
use zikaron_simulation::{Limits, Staged, many, many_waiting, never_ending, run, staged, webhooks};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [seeds, without, mutations @ ..] = &arguments[..] else { panic!("two numbers, and mutations") };
    let [seeds, without] = [seeds, without].map(|number| number.parse().expect("a number"));
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let without = many(0, without, threads).counts.table();
    let (next, found) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(mutation) = mutations.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let (name, situation) = mutation.split_once('=').unwrap_or((mutation, ""));
                    let first = first_found(name, situation, seeds);
                    found.lock().unwrap().insert(name, first);
                }
            });
        }
    });
    println!("{}", serde_json::json!({ "without": without, "found": found.into_inner().unwrap() }));
}

/// The first seed that breaks a promise, and the promise.
fn first_found(name: &str, situation: &str, seeds: u64) -> Option<(u64, &'static str)> {
    let play = |seed| match situation {
        "" => run(seed, Limits::default(), false),
        "taken-back" => staged(Staged::TakenBack, seed),
        "moved-at-once" => staged(Staged::MovedAtOnce, seed),
        "moved-and-merged" => staged(Staged::MovedAndMerged, seed),
        "moved-late" => staged(Staged::MovedLate, seed),
        "moved-that-second" => staged(Staged::MovedThatSecond, seed),
        "recycled" => staged(Staged::Recycled, seed),
        "opted-out" => staged(Staged::OptedOut, seed),
        "opted-out-refused" => staged(Staged::OptedOutRefused, seed),
        "long-outage" => staged(Staged::LongOutage(6), seed),
        "expired" => staged(Staged::Expired, seed),
        "never-ending" => never_ending(seed),
        "many-waiting" => many_waiting(seed),
        "webhooks" => webhooks(seed, false),
        _ => panic!("mutation {name}: there is no situation {situation}"),
    };
    mutation::set(Some(name));
    // A situation that needs no luck is found at once.
    let seeds = if situation.is_empty() { seeds } else { seeds.min(800) };
    let found = (0..seeds).find_map(|seed| Some((seed, play(seed).broken?.invariant)));
    mutation::set(None);
    found
}
