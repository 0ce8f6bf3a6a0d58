//! Words of which an end is made: "until", "the end of", the days of the week, lengths of time.

use crate::text;
use std::sync::OnceLock;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/until.he.txt"),
    include_str!("data/until.en.txt"),
    include_str!("data/until.ru.txt"),
    include_str!("data/until.ar.txt"),
];

/// A length of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// What a word or phrase means beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    Until,
    For,
    /// Says nothing.
    Filler,
    /// "The end of".
    End,
    This,
    /// Of which nobody knows whether the coming one is meant or the one after it.
    Next,
    /// The coming one, or those to come.
    Coming,
    /// Makes a number beside it a day of the month.
    DayOfMonth,
    /// So many days after the day it is said.
    Day(u8),
    /// Monday is 1.
    Weekday(i8),
    Unit(Unit),
    /// Several of them in one word: "a fortnight".
    Length(u16, Unit),
}

impl Mark {
    fn headed(heading: &str) -> Option<Self> {
        let unit = |name: &str| {
            Some(match name {
                "day" => Unit::Day,
                "week" => Unit::Week,
                "month" => Unit::Month,
                "year" => Unit::Year,
                _ => return None,
            })
        };
        Some(match heading {
            "until" => Self::Until,
            "for" => Self::For,
            "filler" => Self::Filler,
            "end" => Self::End,
            "this" => Self::This,
            "next" => Self::Next,
            "coming" => Self::Coming,
            "dayth" => Self::DayOfMonth,
            "today" => Self::Day(0),
            "tomorrow" => Self::Day(1),
            "after tomorrow" => Self::Day(2),
            other => match other.split_once(' ') {
                Some(("weekday", number)) => Self::Weekday(number.parse().ok()?),
                Some((count, name)) => Self::Length(count.parse().ok()?, unit(name)?),
                None => Self::Unit(unit(other)?),
            },
        })
    }
}

/// Every phrase and what it means, the longest first.
fn phrases() -> &'static [(Vec<String>, Mark)] {
    static PHRASES: OnceLock<Vec<(Vec<String>, Mark)>> = OnceLock::new();
    PHRASES.get_or_init(|| {
        let mut phrases = Vec::new();
        for file in FILES {
            let mut mark = None;
            for line in file.lines().filter(|line| !line.starts_with(['#', '+', '-'])) {
                if let Some(heading) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                    mark = Mark::headed(heading);
                } else if let Some(mark) = mark {
                    phrases.extend(line.split(',').map(|phrase| (text::words(phrase), mark)));
                }
            }
        }
        phrases.retain(|(words, _)| !words.is_empty());
        phrases.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
        phrases
    })
}

/// What these words begin with, and how many of them that are. `is_first`: Hebrew and Arabic may write "in" or "to"
/// together with the first of them.
pub(crate) fn begins(words: &[String], is_first: bool) -> Option<(Mark, usize)> {
    let first = words.first()?;
    let bare = [text::without_prefix(first), text::without_arabic_prefix(first)];
    let whole = |phrase: &[String]| words.starts_with(phrase);
    let prefixed = |phrase: &[String]| {
        let same = |word: &String| is_first && bare.contains(&word.as_str());
        phrase.first().is_some_and(same) && words.get(1..phrase.len()) == phrase.get(1..)
    };
    let found = phrases().iter().find(|(phrase, _)| whole(phrase));
    let found = found.or_else(|| phrases().iter().find(|(phrase, _)| prefixed(phrase)));
    found.map(|(phrase, mark)| (*mark, phrase.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_heading_is_known_and_stands_in_every_language() {
        let headings = |file: &'static str| file.lines().filter_map(|line| line.strip_prefix('[')?.strip_suffix(']'));
        for heading in FILES.iter().flat_map(|file| headings(file)) {
            assert!(Mark::headed(heading).is_some(), "{heading}");
            let is_length = heading.starts_with(|c: char| c.is_ascii_digit());
            assert!(is_length || FILES.iter().all(|file| headings(file).any(|other| other == heading)), "{heading}");
        }
    }
}
