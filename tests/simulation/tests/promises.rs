//! The promises, over many seeds and in the situations the product is judged by.

use zikaron_simulation::{Limits, Staged, many, many_waiting, never_ending, run, shrink, staged, webhooks};

/// How many seeds every test run goes through.
const SEEDS: u64 = 3_000;

fn threads() -> usize {
    std::thread::available_parallelism().map_or(2, std::num::NonZero::get)
}

#[test]
fn whatever_fails_every_promise_is_kept() {
    let outcome = many(0, SEEDS, threads());
    print!("{}", outcome.counts.table());
    if let Some(report) = outcome.broken {
        let (limits, small) = shrink(&report);
        let skipped = small.trace.len().saturating_sub(80);
        small.trace.iter().skip(skipped).for_each(|line| println!("{line}"));
        panic!("seed {} broke a promise: {:?}; in the small: {limits:?}", report.seed, report.broken);
    }
    assert_eq!(outcome.counts.seeds, SEEDS);
    let counts = &outcome.counts;
    assert!(counts.by_staff > 500 && counts.erased > 300 && counts.kept_out > 20, "{counts:?}");
    let faults = ["process death", "call fails after its effect", "accepted, answer lost", "schedule never fires"];
    let outages = ["the table is out", "the scheduler is out", "rows throttled", "row that cannot be read"];
    for fault in faults.into_iter().chain(outages) {
        assert!(outcome.counts.faults.get(fault).is_some_and(|count| *count > 100), "{fault} was hardly tried");
    }
}

#[test]
fn a_seed_replays_exactly() {
    for seed in [3, 57, 194] {
        let (first, second) = (run(seed, Limits::default(), true), run(seed, Limits::default(), true));
        assert!(first.trace.len() > 100);
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}

#[test]
fn after_an_hour_without_the_model_everyone_gets_one_answer_to_all_they_wrote() {
    for seed in 0..20 {
        let report = staged(Staged::DeadModel, seed);
        assert_eq!(report.broken, None, "seed {seed}");
        assert_eq!((report.counts.messages, report.counts.turns), (15, 3), "seed {seed}");
        assert!(report.counts.faults["model dead"] > 0);
    }
}

/// The sweep hints every five minutes, and asks the model once each time; beside that only the message's first three
/// deliveries do.
#[test]
fn a_dead_model_is_asked_little_more_often_than_the_sweep_hints() {
    for hours in [1, 6, 11] {
        let report = staged(Staged::LongOutage(hours), 7);
        assert_eq!(report.broken, None);
        let (asked, hints) = (report.counts.faults["model dead"], hours * 12);
        println!("{hours} h: asked {asked} times, {} invocations", report.counts.invocations);
        assert!(asked <= hints + 3, "{hours} h: {asked} times, {hints} hints");
        assert_eq!(report.counts.parked, 0, "the message itself is left to the sweep");
    }
}

#[test]
fn who_gets_a_number_from_the_operator_is_nobody_else_whatever_fails() {
    for seed in 0..800 {
        assert_eq!(staged(Staged::Recycled, seed).broken, None, "seed {seed}");
    }
}

#[test]
fn one_webhook_delivered_a_hundred_times_at_once_gets_one_answer() {
    for seed in 0..20 {
        let report = staged(Staged::HundredDeliveries, seed);
        assert_eq!(report.broken, None, "seed {seed}");
        assert_eq!(report.counts.turns, 1, "seed {seed}");
        assert!(report.counts.invocations >= 100);
    }
}

#[test]
fn what_is_taken_back_while_a_turn_reads_is_not_answered_from() {
    for seed in 0..800 {
        assert_eq!(staged(Staged::TakenBack, seed).broken, None, "seed {seed}");
    }
}

#[test]
fn who_writes_first_and_moves_in_one_moment_is_one_lead() {
    for seed in 0..800 {
        assert_eq!(staged(Staged::MovedAtOnce, seed).broken, None, "seed {seed}");
    }
}

#[test]
fn who_wants_none_while_the_ai_answers_gets_no_message_that_stands_in_the_outbox() {
    for seed in 0..200 {
        assert_eq!(staged(Staged::OptedOut, seed).broken, None, "seed {seed}");
        assert_eq!(staged(Staged::OptedOutRefused, seed).broken, None, "seed {seed}");
    }
}

#[test]
fn what_is_past_its_retention_is_done_with() {
    for seed in 0..10 {
        let report = staged(Staged::Expired, seed);
        assert_eq!(report.broken, None, "seed {seed}");
        assert!(report.trace.iter().any(|line| line.contains("past their retention")));
    }
}

#[test]
fn who_moved_under_one_of_two_names_is_no_stranger_under_the_other() {
    for seed in 0..50 {
        let report = staged(Staged::MovedAndMerged, seed);
        assert_eq!(report.broken, None, "seed {seed}");
        assert_eq!((report.counts.moved, report.counts.joins), (1, 1), "seed {seed}");
    }
}

#[test]
fn sessions_that_never_end_to_open_hide_no_lost_schedule() {
    for seed in 0..3 {
        assert_eq!(never_ending(seed).broken, None, "seed {seed}");
    }
}

#[test]
fn a_model_dead_for_two_hundred_customers_of_a_business_is_asked_as_for_thirty() {
    for seed in 0..3 {
        assert_eq!(many_waiting(seed).broken, None, "seed {seed}");
    }
}

#[test]
fn a_burst_of_ten_messages_in_three_seconds_gets_one_answer_that_saw_all_ten() {
    for seed in 0..20 {
        let report = staged(Staged::Burst, seed);
        assert_eq!(report.broken, None, "seed {seed}");
        assert_eq!(report.counts.turns, 1, "seed {seed}");
        let replies: Vec<_> = report.trace.iter().filter(|line| line.contains("model replies")).collect();
        let seen = replies.last().map_or(0, |line| line.matches("c0m").count());
        assert_eq!(seen, 10, "seed {seed}");
    }
}

#[test]
fn an_event_comes_to_a_webhook_whatever_dies_and_counts_once() {
    let (mut deaths, mut events) = (0, 0);
    for seed in 0..3_000 {
        let report = webhooks(seed, false);
        if report.broken.is_some() {
            webhooks(seed, true).trace.iter().for_each(|line| println!("{line}"));
            panic!("seed {seed}: {:?}", report.broken);
        }
        deaths += report.counts.deaths;
        events += report.steps;
    }
    assert!(deaths > 1_000 && events > 3_000, "{deaths} deaths, {events} events");
}
