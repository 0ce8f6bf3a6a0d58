//! How many people are meant where they are named one by one: "two adults and three kids", "me, my wife and our daughter".

use crate::lexicon::heads::{Heads, PHRASES};
use crate::number_words;

/// Whether people named one after the other among the words are `wanted` together. What stands between ends a row:
/// "two adults, no child", "my wife said a table for two".
pub(crate) fn adds_up(wanted: &str, words: &[String]) -> bool {
    let Ok(wanted) = wanted.parse::<u64>() else { return false };
    let mut from = 0;
    while from < words.len() {
        let (row, taken) = row(words.get(from..).unwrap_or_default());
        if row.named > 1 && row.sum == wanted {
            return true;
        }
        from += taken.max(1);
    }
    false
}

/// People who are named one after the other.
#[derive(Default)]
struct Row {
    sum: u64,
    /// How many were named; a number of pairs counts twice.
    named: usize,
}

/// The row that words begin with, and how many words that is.
fn row(words: &[String]) -> (Row, usize) {
    let (mut found, mut at, mut number, mut is_more) = (Row::default(), 0, None, false);
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let taken = if let Some((heads, taken)) = PHRASES.begins(rest, true) {
            let of: Option<u64> = number.take();
            match (heads, of) {
                (Heads::Several, Some(of)) => found.add(of, 1),
                // "Two children, small ones".
                (Heads::Several, None) if found.named > 0 => {}
                (Heads::One, of) => found.add(of.unwrap_or(1), 1),
                (Heads::Pair, of) => found.add(2 * of.unwrap_or(1), 1 + usize::from(of.is_some())),
                (Heads::Oneself, None) if found.named == 0 => found.add(1, 1),
                (Heads::And | Heads::Plus, None) => {}
                _ => break,
            }
            is_more = heads == Heads::Plus;
            taken
        } else if let Some((value, taken)) = number_words::begins(rest).filter(|_| number.is_none()) {
            // "Me plus two": nobody is named behind it.
            if is_more && taken == rest.len() {
                found.add(value, 1);
            }
            number = Some(value);
            taken
        } else {
            break;
        };
        at += taken;
    }
    (found, at)
}

impl Row {
    fn add(&mut self, people: u64, named: usize) {
        self.sum += people;
        self.named += named;
    }
}

/// A number without what only says that people are counted: "four people".
pub(crate) fn without_people(words: &[String]) -> &[String] {
    let are_people = |at: &usize| {
        let rest = words.get(*at..).unwrap_or_default();
        PHRASES.begins(rest, false) == Some((Heads::People, rest.len()))
    };
    words.get(..(1..words.len()).find(are_people).unwrap_or(words.len())).unwrap_or(words)
}
