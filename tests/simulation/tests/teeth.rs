//! The simulation bites: every deliberate bug breaks a promise within so many seeds.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use zikaron_protocol::mutation::{Bug, set};
use zikaron_simulation::{Limits, Staged, run, staged};

/// A bug that is not found by then is a hole in the net.
const BOUND: u64 = 3_000;

const BUGS: [Bug; 54] = [
    Bug::ClaimTakesEverything,
    Bug::NumberBeforeMessage,
    Bug::RepeatIsNew,
    Bug::UnknownSentAgain,
    Bug::ReleaseWithoutLook,
    Bug::TimerLostAtIngest,
    Bug::TimerNotMoved,
    Bug::CutOffByOne,
    Bug::DigestWithoutStage,
    Bug::FireWithoutIdle,
    Bug::LeaseShort,
    Bug::HumanModeIgnored,
    Bug::StaleAnswered,
    Bug::LateSummaryWins,
    Bug::MergeNotRepeated,
    Bug::StatusOfUnknownIgnored,
    Bug::LastInteractionBack,
    Bug::PartsAfterRefused,
    Bug::UncertainNotReopened,
    Bug::LeaseUnconditional,
    Bug::FenceNotRaised,
    Bug::RedeliveryDropped,
    Bug::PartsOvertake,
    Bug::HandBackUnseen,
    Bug::LateStatusBelieved,
    Bug::BelowThePageUnseen,
    Bug::NoticeStruckFirst,
    Bug::ToldFirst,
    Bug::EditUnseen,
    Bug::ChangeBetweenReads,
    Bug::LastEditToArriveWins,
    Bug::EarlyForgotten,
    Bug::DigestOfOldWords,
    Bug::RevocationIgnored,
    Bug::EchoIgnored,
    Bug::OwnEchoTakenForPerson,
    Bug::HandoverForgotten,
    Bug::CallTrusted,
    Bug::WithheldJoined,
    Bug::CallUnheard,
    Bug::LaterReportDropped,
    Bug::CallMovesSession,
    Bug::ErasedRevived,
    Bug::MergingLeadStoredTwice,
    Bug::MergingLeadOvertaken,
    Bug::MergingLeadNotAmended,
    Bug::MergingLeadUnseen,
    Bug::MergingLeadForgotten,
    Bug::MovedAndLost,
    Bug::JoinedWithoutRest,
    Bug::StatusNotFollowed,
    Bug::MergingLeadNotErased,
    Bug::NumberKept,
    Bug::GivenUpForgotten,
];

/// The seed that finds a bug, and the promise it breaks there.
fn found(bug: Bug) -> Option<(u64, &'static str)> {
    set(Some(bug));
    let play = |seed| match bug {
        // A window of milliseconds, which one run in ten thousand hits by itself.
        Bug::ChangeBetweenReads => staged(Staged::TakenBack, seed),
        _ => run(seed, Limits::default(), false),
    };
    let found = (0..BOUND).find_map(|seed| Some((seed, play(seed).broken?.invariant)));
    set(None);
    found
}

#[test]
fn every_deliberate_bug_breaks_a_promise() {
    let next = AtomicUsize::new(0);
    let rows = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..std::thread::available_parallelism().map_or(2, std::num::NonZero::get) {
            scope.spawn(|| {
                while let Some(bug) = BUGS.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let found = found(*bug);
                    rows.lock().unwrap().push((format!("{bug:?}"), found));
                }
            });
        }
    });
    let mut rows = rows.into_inner().unwrap();
    rows.sort();
    println!("{:<26}{:>7}  found by", "deliberate bug", "seeds");
    for (bug, found) in &rows {
        let (seeds, invariant) = found.map_or(("-".to_owned(), "SURVIVES"), |(seed, by)| ((seed + 1).to_string(), by));
        println!("{bug:<26}{seeds:>7}  {invariant}");
    }
    let survivors: Vec<_> = rows.iter().filter(|(_, found)| found.is_none()).collect();
    assert!(survivors.is_empty(), "{survivors:?}");
}
