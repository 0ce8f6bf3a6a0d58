//! How long an answer may be, in tokens. What a bound cuts keeps its whole sentences, lines and claims; what the deadline
//! ends is lost, and has held the model all the while. So a model too slow for the usual bound is given a lower one.

use crate::known::{Known, Purpose};
use std::time::Duration;

/// The longest answer to a customer: some 2,000 characters of Hebrew, and longer than anybody reads there; and of a slow
/// model, two or three sentences.
const REPLY: [u32; 2] = [600, 150];
/// The longest digest: ten lines of summary and some twenty claims; and of a slow model, the summary, which comes first.
const DIGEST: [u32; 2] = [1_500, 300];
/// So much more a model gets that thinks before it answers: its thoughts count, and half a thought is no answer.
const THOUGHTS: u32 = 4;

/// `short`: there is no time for a long one.
pub(crate) fn tokens(purpose: Purpose, known: &Known, short: bool) -> u32 {
    let [usual, lower] = match purpose {
        Purpose::Reply => REPLY,
        Purpose::Digest => DIGEST,
    };
    match (known.thinks, short || known.slow[purpose as usize]) {
        (true, _) => THOUGHTS * usual,
        (false, true) => lower,
        (false, false) => usual,
    }
}

/// The longest a short digest may take of a model that can write one of the usual length in this time.
pub(crate) fn share_of_short_digest(time: Duration) -> Duration {
    let [usual, lower] = DIGEST;
    time * lower / usual
}
