//! Words of which an end is made: "until", "the end of", the days of the week, lengths of time.

use super::phrases::Phrases;

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

pub(crate) static PHRASES: Phrases<Mark> = Phrases::new(FILES, Mark::headed);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::phrases::assert_headings;

    #[test]
    fn every_heading_is_known_and_stands_in_every_language() {
        assert_headings(FILES, Mark::headed, |heading| heading.starts_with(|c: char| c.is_ascii_digit()));
    }
}
