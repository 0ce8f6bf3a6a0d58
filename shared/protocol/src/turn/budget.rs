//! A business may bound what a day costs: beyond it conversations go to people (docs/rules.md#h13).
//!
//! What was spent is counted beside the work, for it has to stop a flood and need not be exact: two answers at one moment
//! may both be the last.

use super::context::{Turn, TurnError};
use crate::model::event::{BudgetExceeded, Event};
use crate::model::spent::{BudgetDay, Spent};
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::clock::Clock;
use crate::ports::store::Store;
use tracing::{info, warn};

/// The day it is at the business.
fn today<P: Ports>(p: &P, turn: &Turn) -> BudgetDay {
    let day = turn.settings.zone().at(p.clock().now()).date();
    BudgetDay { business: turn.key.business.clone(), day }
}

/// Whether the budget of today is spent. The first conversation that finds it so tells the business: the event is
/// published before it is noted that it was, so that a death between the two tells it twice.
pub(super) async fn is_spent<P: Ports>(p: &P, turn: &Turn) -> Result<bool, TurnError> {
    if !turn.settings.has_budget() {
        return Ok(false);
    }
    let today = today(p, turn);
    let spent = p.store().spent(&today).await?;
    if !spent.is_all(&turn.settings) {
        return Ok(false);
    }
    if !spent.told {
        tell(p, &today, spent).await;
    }
    Ok(true)
}

/// Tells the business. Where that fails the customer does not wait for it: the next conversation tells.
async fn tell<P: Ports>(p: &P, today: &BudgetDay, spent: Spent) {
    let BudgetDay { business, day } = today.clone();
    let Spent { messages, tokens, .. } = spent;
    let event = Event::BudgetExceeded(BudgetExceeded { business, day, messages, tokens });
    if let Err(error) = p.bus().publish(&[event]).await {
        warn!(business = %today.business, %error, "that the budget of today is spent is told later");
        return;
    }
    warn!(business = %today.business, messages, tokens, metric.budgets_exceeded = 1, "the budget of today is spent");
    if let Err(error) = p.store().spend(today, Spent { told: true, ..Spent::default() }).await {
        info!(business = %today.business, %error, "that the budget of today is spent may be told again");
    }
}

/// Counts an answer that was claimed. Where that fails the customer is answered all the same.
pub(super) async fn spend<P: Ports>(p: &P, turn: &Turn, messages: usize, tokens: u64) {
    if !turn.settings.has_budget() {
        return;
    }
    let more = Spent { messages: u64::try_from(messages).unwrap_or(u64::MAX), tokens, told: false };
    if let Err(error) = p.store().spend(&today(p, turn), more).await {
        info!(lead = %turn.key.lead, %error, "an answer is not counted in the budget");
    }
}
