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
    /// Says nothing, but a number beside it is one of a time: "around".
    About,
    /// At once.
    Now,
    /// A length of time follows.
    In,
    /// A length follows that is counted back from what else is named; alone it names no moment.
    Ahead,
    /// Beside a time it leaves the moment open: "after", "within".
    Loose,
    /// A time, of which nobody knows for sure when it is: "later", the eve of a day that is a day of its own.
    Unsure,
    /// What stands before it is a length, and behind it what it is counted back from.
    Before,
    /// A time of day stands beside it: "at", "o'clock".
    At,
    Hour,
    Minute,
    Part(DayPart),
    /// In the evening of the day it is said.
    Tonight,
    /// In the evening of that day of the week; Monday is 1.
    EveningOf(i8),
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
            "about" => Self::About,
            "now" => Self::Now,
            "in" => Self::In,
            "ahead" => Self::Ahead,
            "loose" => Self::Loose,
            "unsure" => Self::Unsure,
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
                ("evening", day) => Self::EveningOf(day.parse().ok()?),
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
            let is_one = ["clock ", "evening "].iter().any(|start| heading.starts_with(start));
            is_length || is_one || matches!(heading, "am" | "pm" | "ahead")
        };
        assert_headings(FILES, Mark::headed, is_special);
    }
}
