//! The chats with one customer in parts: a chat of years is more than a function holds as messages at once.

use crate::chat::Line;
use crate::past::minute;
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::session::idle_elapsed;

/// The lines of every chat that are in one part.
pub type Part = Vec<Vec<Line>>;

/// A part is never this many times longer than it is to be, even where nobody is silent for so long.
const STRETCH: usize = 3;

/// Cuts chats where nobody in any of them says anything for so long, once a part has about so many lines: each part is
/// planned by itself as it would be among the others. No minute is cut, for equal lines are counted by the minute
/// ([`crate::past::messages`]). Each part has the lines of every chat, in their order.
#[must_use]
pub fn parts(chats: Vec<Vec<Line>>, idle: SignedDuration, about: usize) -> Vec<Part> {
    let ends = ends(&chats, idle, about);
    let of_each = chats.len();
    let mut parts: Vec<Part> = (0..=ends.len()).map(|_| vec![Vec::new(); of_each]).collect();
    for (chat, lines) in chats.into_iter().enumerate() {
        for line in lines {
            let part = ends.partition_point(|end| *end <= line.at);
            if let Some(lines) = parts.get_mut(part).and_then(|part| part.get_mut(chat)) {
                lines.push(line);
            }
        }
    }
    parts
}

/// The times of the first lines of all parts but the first.
fn ends(chats: &[Vec<Line>], idle: SignedDuration, about: usize) -> Vec<Timestamp> {
    let mut times: Vec<Timestamp> = chats.iter().flatten().map(|line| line.at).collect();
    times.sort_unstable();
    let (mut ends, mut count) = (Vec::new(), 0);
    for (before, after) in times.iter().zip(times.iter().skip(1)) {
        count += 1;
        let is_silent = count >= about && idle_elapsed(*before, *after, idle);
        if minute(*before) < minute(*after) && (is_silent || count >= about * STRETCH) {
            ends.push(*after);
            count = 0;
        }
    }
    ends
}
