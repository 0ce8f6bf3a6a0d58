//! What a load came to.

use std::time::Duration;

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub struct Measured {
    /// Items in the store at the end.
    pub items: usize,
    /// Messages customers wrote.
    pub messages: usize,
    /// How long a message waited for its answer to be claimed: half of them, all but a hundredth, and the longest.
    pub waited: [Duration; 3],
    /// Messages without an answer at the end.
    pub unanswered: usize,
    /// Schedules that were lost.
    pub lost: usize,
    /// How long after its time the last of their sessions was closed.
    pub found_after: Duration,
    /// Sweeps.
    pub sweeps: usize,
    /// Sessions one sweep looked at: on average, and at most.
    pub looked_at: (usize, usize),
    /// How long the longest sweep took.
    pub swept_in: Duration,
    /// Hints of all sweeps.
    pub hints: usize,
    /// Sessions that were open at once, at most.
    pub open: usize,
    /// Invocations that failed and were repeated.
    pub repeated: usize,
    /// How often the model was asked while it was dead.
    pub asked_in_vain: usize,
}

impl Measured {
    /// As a table of two columns.
    #[must_use]
    pub fn table(&self) -> String {
        let [half, most, longest] = self.waited.map(|waited| waited.as_secs_f64());
        let rows = [
            ("messages", self.messages.to_string()),
            ("items in the store at the end", self.items.to_string()),
            ("waited for an answer, half of them", format!("{half:.1} s")),
            ("  all but one in a hundred", format!("{most:.1} s")),
            ("  the oldest", format!("{longest:.1} s")),
            ("  without an answer", self.unanswered.to_string()),
            ("sessions unfinished at once", self.open.to_string()),
            ("schedules lost", self.lost.to_string()),
            ("  found after, at most", format!("{:.0} s", self.found_after.as_secs_f64())),
            ("sweeps", self.sweeps.to_string()),
            ("  sessions looked at, on average", self.looked_at.0.to_string()),
            ("  sessions looked at, at most", self.looked_at.1.to_string()),
            ("  the longest took", format!("{:.1} s", self.swept_in.as_secs_f64())),
            ("  hints in all", self.hints.to_string()),
            ("invocations repeated", self.repeated.to_string()),
            ("dead model asked", self.asked_in_vain.to_string()),
        ];
        rows.iter().map(|(name, value)| format!("{name:<38}{value:>14}\n")).collect()
    }
}
