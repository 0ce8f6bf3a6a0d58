//! How long an answer may be, in tokens. What a bound cuts keeps its whole sentences, lines and claims; what the deadline
//! ends is lost, and has held the model all the while. So a model too slow for the usual bound is given a lower one.

use crate::known::Purpose;
use std::time::Duration;

/// The longest answer to a customer: some 2,000 characters of Hebrew, and longer than anybody reads there; and of a slow
/// model, a sentence or two.
const REPLY: [u32; 2] = [600, 100];
/// The longest digest: ten lines of summary and some twenty claims; and of a slow model, the summary, which comes first.
const DIGEST: [u32; 2] = [1_500, 200];
/// So much more a model gets that thinks before it answers: its thoughts count, and half a thought is no answer.
const THOUGHTS: u32 = 4;

fn bounds(purpose: Purpose) -> [u32; 2] {
    match purpose {
        Purpose::Reply => REPLY,
        Purpose::Digest => DIGEST,
    }
}

/// `short`: there is no time for a long one.
pub(crate) fn tokens(purpose: Purpose, thinks: bool, short: bool) -> u32 {
    let [usual, lower] = bounds(purpose);
    match (thinks, short) {
        (true, _) => THOUGHTS * usual,
        (false, true) => lower,
        (false, false) => usual,
    }
}

/// The longest a short answer takes of a model that writes a long one in this time.
pub(crate) fn share_of_short(purpose: Purpose, time: Duration) -> Duration {
    let [usual, lower] = bounds(purpose);
    time * lower / usual
}

/// One part in so many of the time is the usual answer's: half of a customer's, for whom a second request is as dear as
/// time; a third of a digest's, for which nobody waits: a short one that comes fast is asked for whole.
pub(crate) fn part_of_usual(purpose: Purpose) -> u32 {
    match purpose {
        Purpose::Reply => 2,
        Purpose::Digest => 3,
    }
}
