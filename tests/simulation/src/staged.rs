//! Runs made by hand: one customer, one situation.

use crate::cast::HEIR;
use crate::plan::{self, Plan, Rates};
use crate::run::{Report, played};
use crate::scenario::{Act, Step, Telling, What};
use crate::universe::Broken;
use crate::world::Place;
use std::time::Duration;
use zikaron_memory::action::ActionKind;
use zikaron_memory::action::quiet_hours::QuietHours;
use zikaron_memory::settings::Settings;

/// A situation.
#[derive(Clone, Copy, Debug)]
pub enum Staged {
    /// Three customers write five messages each while the model is dead for an hour.
    DeadModel,
    /// One message, and the model is dead for so many hours.
    LongOutage(u64),
    /// A customer's number goes to somebody who never wrote before, while calls fail and processes die; the seed says
    /// which.
    Recycled,
    /// A customer of two portfolios is two leads; one is told that they have moved, and then both turn out to be one.
    MovedAndMerged,
    /// The notice that a customer of two portfolios has moved comes after they wrote with their new names, and processes
    /// die while the two leads become one; then they write in the other portfolio. The seed says who dies.
    MovedLate,
    /// What a customer of two portfolios wrote in the second in which they moved comes after the notice; then they write in
    /// the other portfolio with their new names.
    MovedThatSecond,
    /// A message and a call, the model dead for longer than their rows are kept.
    Expired,
    /// One message, its webhook delivered a hundred times at once.
    HundredDeliveries,
    /// Ten messages in three seconds.
    Burst,
    /// One of two messages is taken back in the moment in which the turn for the second reads; the seed says when.
    TakenBack,
    /// The first message of a customer and the notice that they have moved arrive side by side; the seed says how closely.
    MovedAtOnce,
    /// A person has a message sent while the AI answers, and the customer tells WhatsApp that they want none; the seed says
    /// how soon.
    OptedOut,
    /// The same where WhatsApp refuses for now, and the message waits for its next try.
    OptedOutRefused,
}

/// Plays a situation; the seed varies the latencies.
#[must_use]
pub fn staged(situation: Staged, seed: u64) -> Report {
    let mut report = played(plan_of(situation, seed), true);
    if let Staged::LongOutage(hours) = situation {
        let (asked, hints) = (report.counts.faults.get("model dead").copied().unwrap_or_default(), hours * 12);
        // Beside the hints only the message's first three deliveries ask.
        if asked > hints + 3 {
            let invariant = "a dead model is asked little more often than hinted";
            report.broken.get_or_insert(Broken { invariant, detail: format!("{asked} times, {hints} hints") });
        }
    }
    report
}

fn plan_of(situation: Staged, seed: u64) -> Plan {
    let at = Duration::from_secs;
    let by_hand = |steps| plan::by_hand(seed, steps, None);
    let one_message = || texts(0, 60, &[100]);
    match situation {
        Staged::DeadModel => {
            let steps = (0..15_u64).map(|n| texts(usize::try_from(n % 3).unwrap_or(0), 60 + 150 * n, &[100]));
            plan::by_hand(seed, steps.collect(), Some((at(30), at(3_630))))
        }
        Staged::LongOutage(hours) => plan::by_hand(seed, vec![one_message()], Some((at(30), at(30 + 3_600 * hours)))),
        Staged::Expired => {
            let reports = vec![(at(1), Telling::Transcript)];
            let call = Act::Call { said: vec![What::Text], withheld: false, reports };
            let step = |second, act| Step { at: at(second), customer: Some(0), act };
            // The first step's number is shown with its country.
            let steps = vec![step(200, call), one_message(), step(30 * 3_600, Act::Expire)];
            plan::by_hand(seed, steps, Some((at(30), at(40 * 3_600))))
        }
        Staged::Recycled => by_hand(recycled()).with_faults(0.1, 0.05),
        Staged::MovedAndMerged => plan::in_world(by_hand(moved_and_merged()), Place::TwoPortfolios),
        Staged::MovedThatSecond => plan::in_world(by_hand(moved_that_second()), Place::TwoPortfolios),
        Staged::MovedLate => plan::in_world(by_hand(moved_late()), Place::TwoPortfolios).with_faults(0.05, 0.1),
        Staged::HundredDeliveries => by_hand(vec![texts(0, 10, &[100; 100])]),
        Staged::Burst => {
            let after =
                |n| Step { at: at(10) + Duration::from_millis(300 * n), ..writes(0, 10, What::Text, &[100], Some(1)) };
            by_hand((0..10_u64).map(after).collect())
        }
        Staged::TakenBack => {
            // The turn reads after the wait for quiet, or as soon as it has stored the message.
            let ask_early = seed % 2 == 1;
            let after = if ask_early { 110 + seed % 150 } else { 1_300 + seed % 400 };
            let revoked = writes(0, 30, What::Revoke, &[after], None);
            let mut plan = by_hand(vec![texts(0, 10, &[100]), texts(0, 30, &[100]), revoked]);
            plan.settings.ask_early = ask_early;
            plan
        }
        Staged::OptedOut => {
            let reminder = Act::Action { kind: ActionKind::Message, after: Duration::ZERO, unless_they_write: false };
            let asked = Step { at: at(100) + Duration::from_millis(300), customer: Some(0), act: reminder };
            let told = writes(0, 100, What::Marketing { wanted: false }, &[400 + 20 * (seed % 100)], None);
            let mut plan = by_hand(vec![texts(0, 10, &[100]), texts(0, 100, &[100]), asked, told]);
            let (quiet_hours, quiet_days) = (QuietHours::never(), Some(Vec::new()));
            plan.settings = Settings { enable_actions: true, quiet_hours, quiet_days, ..plan.settings };
            plan
        }
        Staged::OptedOutRefused => {
            let reminder = Act::Action { kind: ActionKind::Message, after: at(60), unless_they_write: false };
            let asked = Step { at: at(60), customer: Some(0), act: reminder };
            let told = writes(0, 120 + seed % 120, What::Marketing { wanted: false }, &[100 + 7 * (seed % 100)], None);
            let mut plan = by_hand(vec![texts(0, 10, &[100]), asked, told]);
            let (quiet_hours, quiet_days) = (QuietHours::never(), Some(Vec::new()));
            plan.settings = Settings { enable_actions: true, quiet_hours, quiet_days, ..plan.settings };
            Plan { calm: false, rates: Rates { busy: 0.7, late_accept: 0.5, ..Rates::default() }, ..plan }
        }
        Staged::MovedAtOnce => {
            // One who is known by the number alone.
            let moved = writes(1, 30, What::Moved, &[60 + seed % 120], None);
            by_hand(vec![texts(1, 30, &[100]), moved, texts(1, 60, &[100])])
        }
    }
}

/// A customer writes at this second; the webhook comes so many milliseconds later.
fn writes(customer: usize, second: u64, what: What, deliveries: &[u64], burst: Option<u32>) -> Step {
    let deliveries = deliveries.iter().map(|ms| Duration::from_millis(*ms)).collect();
    let act = Act::Write { what, deliveries, burst };
    Step { at: Duration::from_secs(second), customer: Some(customer), act }
}

fn texts(customer: usize, second: u64, deliveries: &[u64]) -> Step {
    writes(customer, second, What::Text, deliveries, None)
}

/// The customer writes under both names first, then by their user id alone; the first message comes again when the number
/// is somebody else's.
fn recycled() -> Vec<Step> {
    // The end of a call of theirs, and what was noted in it, is told when the number is somebody else's.
    let reports = vec![(Duration::from_secs(8_000), Telling::Transcript)];
    let call = Act::Call { said: vec![What::Text], withheld: false, reports };
    vec![
        texts(0, 10, &[100, 7_200_000]),
        texts(0, 30, &[100]),
        texts(0, 60, &[100]),
        texts(HEIR, 7_200, &[100, 101, 3_000]),
        texts(HEIR, 7_201, &[60, 90]),
        texts(0, 7_202, &[100]),
        texts(0, 7_300, &[100]),
        texts(HEIR, 7_400, &[100]),
        Step { at: Duration::from_secs(100), customer: Some(0), act: call },
    ]
}

/// Two leads, one known by its user id in the second portfolio alone, the other by its first names. That one moves. What
/// was sent before, by both names of the second portfolio, comes late; then the customer writes there with their new names.
fn moved_and_merged() -> Vec<Step> {
    numbered(&[
        (1, texts(0, 10, &[100])),
        (4, texts(0, 20, &[100])),
        (8, writes(0, 60, What::Moved, &[100], None)),
        (12, texts(0, 30, &[300_000])),
        (16, texts(0, 7_200, &[100])),
    ])
}

/// One lead that has written in both portfolios, with all its names; another by the new names in the first portfolio. The
/// notice makes them one; a moment later the customer writes in the second portfolio.
fn moved_late() -> Vec<Step> {
    numbered(&[
        (0, texts(0, 10, &[100])),
        (12, texts(0, 20, &[100])),
        (20, writes(0, 60, What::Moved, &[180_000], None)),
        (28, texts(0, 90, &[100])),
        (32, texts(0, 243, &[100])),
    ])
}

/// The first message by all names in the first portfolio; in the second of the move one by the old names in the other.
fn moved_that_second() -> Vec<Step> {
    numbered(&[
        (0, texts(0, 10, &[100])),
        (16, texts(0, 60, &[600_000])),
        (20, writes(0, 60, What::Moved, &[100], None)),
        (32, texts(0, 7_200, &[100])),
    ])
}

/// These steps under these numbers: the number says by which names the customer is known in a step, and to which line they
/// write.
fn numbered(wanted: &[(usize, Step)]) -> Vec<Step> {
    let nothing = |at: usize| Step { at: Duration::from_secs(at as u64), customer: None, act: Act::Switch(true) };
    let wanted_at = |at| wanted.iter().find(|(number, _)| *number == at).map(|(_, step)| step.clone());
    let last = wanted.iter().map(|(number, _)| *number).max().unwrap_or_default();
    (0..=last).map(|at| wanted_at(at).unwrap_or_else(|| nothing(at))).collect()
}
