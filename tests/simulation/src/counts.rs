//! What happened in a run, or in many.

use std::collections::BTreeMap;

/// How often things happened.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Runs.
    pub seeds: u64,
    /// Invocations of a function, repeated ones included.
    pub invocations: u64,
    /// Messages customers wrote.
    pub messages: u64,
    /// Phone calls customers made.
    pub phone_calls: u64,
    /// Customers who got another number.
    pub moved: u64,
    /// Leads that were found to be one.
    pub joins: u64,
    /// Of those, while the one that goes over had something under way: a turn, a session, a digest.
    pub joins_amid: u64,
    /// Calls of ports.
    pub calls: u64,
    /// Faults, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Processes that died, or were ended for taking too long.
    pub deaths: u64,
    /// Answers claimed.
    pub turns: u64,
    /// Answers to more than one message.
    pub coalesced: u64,
    /// Answers thrown away because newer messages had come.
    pub supersedes: u64,
    /// Messages put on their way to the channel.
    pub posts: u64,
    /// Sends nobody could tell the end of, settled by a status after all.
    pub uncertain_settled: u64,
    /// Those that stayed so.
    pub uncertain_left: u64,
    /// Sessions and phone calls digested.
    pub digested: u64,
    /// Messages people wrote.
    pub by_staff: u64,
    /// Actions that came to their end.
    pub actions: u64,
    /// Those that became messages.
    pub actions_sent: u64,
    /// Calls a provider was asked for and placed.
    pub calls_placed: u64,
    /// Leads erased.
    pub erased: u64,
    /// Deliveries of what was written before an erasure, not taken in.
    pub kept_out: u64,
    /// Hints of the sweep.
    pub hints: u64,
    /// Events given up by the retries and the failure queue.
    pub parked: u64,
}

impl Counts {
    /// Adds the counts of another run.
    pub fn add(&mut self, other: &Self) {
        self.seeds += other.seeds;
        self.invocations += other.invocations;
        self.messages += other.messages;
        self.phone_calls += other.phone_calls;
        self.moved += other.moved;
        self.joins += other.joins;
        self.joins_amid += other.joins_amid;
        self.calls += other.calls;
        for (name, count) in &other.faults {
            *self.faults.entry(name).or_default() += count;
        }
        self.deaths += other.deaths;
        self.turns += other.turns;
        self.coalesced += other.coalesced;
        self.supersedes += other.supersedes;
        self.posts += other.posts;
        self.uncertain_settled += other.uncertain_settled;
        self.uncertain_left += other.uncertain_left;
        self.digested += other.digested;
        self.by_staff += other.by_staff;
        self.actions += other.actions;
        self.actions_sent += other.actions_sent;
        self.calls_placed += other.calls_placed;
        self.erased += other.erased;
        self.kept_out += other.kept_out;
        self.hints += other.hints;
        self.parked += other.parked;
    }

    /// The counts as a table of two columns.
    #[must_use]
    pub fn table(&self) -> String {
        let calls = self.calls.checked_div(self.messages.max(1)).unwrap_or_default();
        let mut rows = vec![
            ("seeds", self.seeds),
            ("invocations", self.invocations),
            ("messages", self.messages),
            ("phone calls", self.phone_calls),
            ("customers who moved", self.moved),
            ("leads joined", self.joins),
            ("  amid a turn, a session or a digest", self.joins_amid),
            ("calls of ports", self.calls),
            ("calls per message, sweeps included", calls),
            ("deaths and time-outs", self.deaths),
            ("turns (answers claimed)", self.turns),
            ("  coalesced", self.coalesced),
            ("  superseded before the claim", self.supersedes),
            ("posts to the channel", self.posts),
            ("uncertain, settled later", self.uncertain_settled),
            ("uncertain, left", self.uncertain_left),
            ("sessions and phone calls digested", self.digested),
            ("messages of staff", self.by_staff),
            ("actions ended", self.actions),
            ("  as messages", self.actions_sent),
            ("calls placed", self.calls_placed),
            ("leads erased", self.erased),
            ("deliveries from before an erasure", self.kept_out),
            ("hints of the sweep", self.hints),
            ("parked events", self.parked),
            ("faults", self.faults.values().sum()),
        ];
        rows.extend(self.faults.iter().map(|(name, count)| (*name, *count)));
        let line = |(place, (name, count)): (usize, &(&str, u64))| {
            let indent = if place >= 25 { "  " } else { "" };
            format!("{:<38}{count:>14}\n", format!("{indent}{name}"))
        };
        rows.iter().enumerate().map(line).collect()
    }
}
