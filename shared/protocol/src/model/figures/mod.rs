//! Figures of quality and use (docs/metrics.md): what is counted, as pure functions of what is stored. A store only adds.
//!
//! A session keeps what it was counted as ([`Counted`]), in the commit that adds it to its day: the figures of a day are
//! the sum over its sessions and over what staff did on it, whatever comes twice, dies or is merged.

pub mod conversation;
pub mod counts;
pub mod learnt;
pub mod standing;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use zikaron_memory::handover::Cause;

/// How many days figures are kept for.
pub const KEPT_DAYS: u32 = 400;

/// Numbers by the name of what they count. What is counted as 0 is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tally(BTreeMap<String, i64>);

impl Tally {
    /// Counts `number` more of this.
    pub fn add(&mut self, name: impl Into<String>, number: i64) {
        let name = name.into();
        let sum = self.get(&name).saturating_add(number);
        if sum == 0 {
            self.0.remove(&name);
        } else {
            self.0.insert(name, sum);
        }
    }

    /// Counts one more of it, where that holds.
    pub fn add_if(&mut self, holds: bool, name: impl Into<String>) {
        if holds {
            self.add(name, 1);
        }
    }

    /// How many there are.
    #[must_use]
    pub fn get(&self, name: &str) -> i64 {
        self.0.get(name).copied().unwrap_or_default()
    }

    /// Counts what is counted there as well.
    pub fn extend(&mut self, other: &Self) {
        for (name, number) in &other.0 {
            self.add(name.as_str(), *number);
        }
    }

    /// Both together.
    #[must_use]
    pub fn with(&self, other: &Self) -> Self {
        let mut both = self.clone();
        both.extend(other);
        both
    }

    /// What is to be added to make this of what was counted before.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        let mut more = self.clone();
        for (name, number) in &before.0 {
            more.add(name.as_str(), number.saturating_neg());
        }
        more
    }

    /// Whether nothing is counted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Everything that is counted, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, i64)> {
        self.0.iter().map(|(name, number)| (name.as_str(), *number))
    }
}

impl<N: Into<String>> FromIterator<(N, i64)> for Tally {
    fn from_iter<T: IntoIterator<Item = (N, i64)>>(counted: T) -> Self {
        let mut tally = Self::default();
        counted.into_iter().for_each(|(name, number)| tally.add(name, number));
        tally
    }
}

/// What a session was counted as, and on which day of the business's time zone: the day it ended. It stays on that day,
/// whatever the zone is later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// The day.
    pub day: Date,
    /// What was added to it.
    pub tally: Tally,
}

/// What is noted of a conversation while it goes on, for its messages do not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Course {
    /// Why a person was asked for, each cause once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed_over: Vec<Cause>,
    /// Where the customer was asked how to go on, or chose: what they chose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Choice>,
}

impl Course {
    /// Whether there is nothing to note.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

/// What a returning customer chose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// To go on.
    Continued,
    /// To start afresh.
    Fresh,
    /// Nothing: they never answered the question.
    None,
}

/// Something that is added to the figures of a business.
#[derive(Clone, Debug, PartialEq)]
pub struct Count {
    /// Where to.
    pub of: Period,
    /// What is added; less than nothing where something counted does not hold any more.
    pub tally: Tally,
}

/// Of when a figure is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// Of what happened on this day of the business's time zone.
    Day(Date),
    /// Of what stands now, in all memories of the business.
    Now,
}

/// The name a value has in data; empty where it has none.
fn name_of<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The name of the bucket of a histogram a number falls into: `<name>.<bound>` up to and including that bound, else
/// `<name>.more`.
#[must_use]
pub fn bucket(name: &str, number: i64, bounds: &[i64]) -> String {
    match bounds.iter().find(|bound| number <= **bound) {
        Some(bound) => format!("{name}.{bound}"),
        None => format!("{name}.more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_counted_anew_is_added_as_the_difference() {
        let before: Tally = [("answers", 2), ("named", 1)].into_iter().collect();
        let after: Tally = [("answers", 3), ("calls", 1)].into_iter().collect();
        let mut sum = before.clone();
        sum.extend(&after.since(&before));
        assert_eq!(sum, after);
        assert_eq!(after.since(&before), [("answers", 1), ("calls", 1), ("named", -1)].into_iter().collect());
        assert!(after.since(&after).is_empty(), "the same again adds nothing");
    }

    #[test]
    fn a_number_falls_into_one_bucket() {
        let of = |seconds| bucket("answer_s", seconds, &[5, 60]);
        assert_eq!([of(0), of(5), of(6), of(61)], ["answer_s.5", "answer_s.5", "answer_s.60", "answer_s.more"]);
    }
}
