//! Conversations that other applications hold: each is that with one number of the business.

use super::ids::Line;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// No more than so many are kept, the newest: a business has few numbers a customer writes to.
const MOST: usize = 8;

/// The numbers at which another application has the conversation with a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Elsewhere(Vec<Held>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Held {
    line: Line,
    since: Timestamp,
}

impl Elsewhere {
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Since when the conversation at this number is another application's; none where it is ours.
    #[must_use]
    pub fn since(&self, line: &Line) -> Option<Timestamp> {
        self.0.iter().find(|held| held.line == *line).map(|held| held.since)
    }

    /// Since when the last of them is.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.0.iter().map(|held| held.since).max()
    }

    /// The conversation at this number is another application's from then on, unless a later time is known.
    pub fn take(&mut self, line: &Line, since: Timestamp) {
        let since = self.since(line).map_or(since, |known| known.max(since));
        self.0.retain(|held| held.line != *line);
        self.0.push(Held { line: line.clone(), since });
        let surplus = self.0.len().saturating_sub(MOST);
        self.0.drain(..surplus);
    }

    /// It is ours again, by something of this time. The channel's clock has whole seconds.
    pub fn give(&mut self, line: &Line, at: Timestamp) {
        self.0.retain(|held| held.line != *line || at.as_second() < held.since.as_second());
    }

    /// Takes in what another state of the same customer's says.
    pub fn extend(&mut self, other: &Self) {
        other.0.iter().for_each(|held| self.take(&held.line, held.since));
    }
}
