//! What a business has spent of the budget of a day (docs/rules.md#h13).

use super::ids::BusinessId;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use zikaron_memory::settings::Settings;

/// What was spent on a day. Counted beside the work, and not with it: a process that dies may leave a little out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Spent {
    /// Messages the AI sent.
    pub messages: u64,
    /// Tokens the model used, in and out.
    pub tokens: u64,
    /// Whether the business was told that it is too much.
    pub told: bool,
}

impl Spent {
    /// Whether the budget is spent.
    #[must_use]
    pub fn is_all(&self, settings: &Settings) -> bool {
        let reached = |spent: u64, budget: u64| budget > 0 && spent >= budget;
        reached(self.messages, settings.daily_messages_budget.into())
            || reached(self.tokens, settings.daily_tokens_budget)
    }
}

/// Which day of which business.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BudgetDay {
    /// The business.
    pub business: BusinessId,
    /// The day, by its time zone.
    pub day: Date,
}
