//! Which digests a budget of tokens pays for.

use crate::plan::{Plan, Progress};
use jiff::Timestamp;
use std::collections::BTreeSet;

/// Marks which digests a budget of tokens pays for, the oldest conversations of all customers first: those beyond it are
/// left out of the plans. Answers how many are within it, and their estimated tokens.
pub fn budget(plans: &mut [Plan], most: u64) -> Budget {
    let mut due: Vec<(Timestamp, usize, usize)> = Vec::new();
    for (customer, plan) in plans.iter().enumerate() {
        let of = plan.sessions.iter().enumerate().filter(|(_, session)| session.progress == Progress::Due);
        due.extend(of.map(|(number, session)| (session.first_sent_at, customer, number)));
    }
    due.sort();
    let mut budget = Budget::default();
    let mut left: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (_, customer, number) in due {
        let tokens = plans.get(customer).and_then(|plan| plan.sessions.get(number)).map_or(0, |session| session.tokens);
        // Once one does not fit, none of the later ones is taken before it.
        if left.is_empty() && budget.tokens + tokens <= most {
            budget.tokens += tokens;
            budget.sessions += 1;
        } else {
            left.insert((customer, number));
            budget.left += 1;
        }
    }
    for (customer, plan) in plans.iter_mut().enumerate() {
        let mut number = 0;
        plan.sessions.retain(|_| {
            number += 1;
            !left.contains(&(customer, number - 1))
        });
    }
    budget
}

/// What a budget pays for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Budget {
    /// How many digests.
    pub sessions: usize,
    /// Their tokens, by an estimate.
    pub tokens: u64,
    /// How many are left for another time.
    pub left: usize,
}
