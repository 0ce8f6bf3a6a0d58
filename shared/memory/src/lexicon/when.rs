//! Words of which a time is made beside those of a day (`until.rs`): hours, parts of the day, "in", "before".

use super::phrases::Phrases;

pub(crate) const FILES: &[&str] = &[
    include_str!("data/when.he.txt"),
    include_str!("data/when.en.txt"),
    include_str!("data/when.ru.txt"),
    include_str!("data/when.ar.txt"),
];
pub(crate) static PHRASES: Phrases<Mark> = Phrases::new(FILES, Mark::headed);

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DayPart {
    Morning,
    Noon,
    Afternoon,
    Evening,
    Night,
    Am,
    Pm,
}

/// What a word or phrase means beside others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// Says nothing.
    Filler,
    /// At once.
    Now,
    /// A length of time follows.
    In,
    /// What stands before it is a length, and behind it what it is counted back from.
    Before,
    /// A time of day stands beside it: "at", "o'clock".
    At,
    Hour,
    Minute,
    Part(DayPart),
    /// In the evening of the day it is said.
    Tonight,
    /// So many minutes from the hour beside it.
    Shift(i8),
    /// A time of day in words, on a clock of twelve hours.
    Clock(i8, i8),
    /// A length of time, in minutes.
    Minutes(i64),
    /// A length of time, in days.
    Days(i64),
}

impl Mark {
    fn headed(heading: &str) -> Option<Self> {
        Some(match heading {
            "filler" => Self::Filler,
            "now" => Self::Now,
            "in" => Self::In,
            "before" => Self::Before,
            "at" => Self::At,
            "hour" => Self::Hour,
            "minute" => Self::Minute,
            "morning" => Self::Part(DayPart::Morning),
            "noon" => Self::Part(DayPart::Noon),
            "afternoon" => Self::Part(DayPart::Afternoon),
            "evening" => Self::Part(DayPart::Evening),
            "night" => Self::Part(DayPart::Night),
            "am" => Self::Part(DayPart::Am),
            "pm" => Self::Part(DayPart::Pm),
            "tonight" => Self::Tonight,
            "half past" => Self::Shift(30),
            "quarter past" => Self::Shift(15),
            "quarter to" => Self::Shift(-15),
            other => match other.split_once(' ')? {
                ("clock", time) => {
                    let (hour, minute) = time.split_once(':').unwrap_or((time, "0"));
                    Self::Clock(hour.parse().ok()?, minute.parse().ok()?)
                }
                (count, "minutes") => Self::Minutes(count.parse().ok()?),
                (count, "days") => Self::Days(count.parse().ok()?),
                _ => return None,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::phrases::assert_headings;

    #[test]
    fn every_heading_is_known_and_stands_in_every_language() {
        // Languages differ in what they have one word for.
        let is_special = |heading: &str| {
            let is_length = heading.starts_with(|c: char| c.is_ascii_digit());
            is_length || heading.starts_with("clock ") || matches!(heading, "am" | "pm")
        };
        assert_headings(FILES, Mark::headed, is_special);
    }
}
