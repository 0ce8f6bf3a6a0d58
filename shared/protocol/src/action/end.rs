//! The end of an action, in one commit with what follows from it; or another schedule.

use crate::model::action::Action;
use crate::model::conversation::{Body, Speaker};
use crate::model::enqueue::{Enqueued, enqueue, in_session};
use crate::model::figures::conversation::tokens;
use crate::model::figures::counts;
use crate::model::ids::{LeadKey, MessageId};
use crate::model::lead_state::State;
use crate::model::message::{Message, MessageKey};
use crate::model::session::Session;
use crate::model::spent::{BudgetDay, Spent};
use crate::model::timer::TimerFired;
use crate::model::usage::Usage;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::Ids;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit};
use crate::session::announce::publish_session_end;
use crate::session::outcome::{EndError, Ended};
use crate::timer::{self, ScheduledTimer};
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::action::ActionEnd;
use zikaron_memory::session::SessionId;
use zikaron_memory::settings::Settings;

/// An action whose time has come, as it was read.
pub(super) struct Due {
    pub(super) key: LeadKey,
    pub(super) session: Session,
    pub(super) action: Action,
    pub(super) settings: Settings,
    pub(super) now: Timestamp,
}

impl Due {
    /// The day it is at the business.
    pub(super) fn today(&self) -> BudgetDay {
        BudgetDay { business: self.key.business.clone(), day: self.settings.zone().at(self.now).date() }
    }

    /// What it takes of the budget of that day, where there is one.
    pub(super) fn costs(&self, messages: u64, usage: Usage) -> Option<(BudgetDay, Spent)> {
        let more = Spent { messages, tokens: usage.tokens_in + usage.tokens_out, ..Spent::default() };
        (self.settings.has_budget() && more != Spent::default()).then(|| (self.today(), more))
    }
}

/// It ends, and nothing is sent.
pub(super) async fn end<P: Ports>(
    p: &P,
    of: Due,
    state: Option<&State>,
    how: ActionEnd,
) -> Result<Attempt<Ended>, EndError> {
    let unwritten = still_unwritten(&of.action, state, how);
    let done = of.session.ended(of.action, how, of.now);
    let items = [Write::Session(done.clone())].into_iter().chain(unwritten).collect();
    written(p, &of.key, done, items, None).await
}

/// The state, written as it stands: nobody asks a person to follow up on a customer who has written meanwhile. None where
/// that does not matter, or it was decided before (`state` is none).
fn still_unwritten(action: &Action, state: Option<&State>, how: ActionEnd) -> Option<Write> {
    let matters = action.unless_they_write && matches!(how, ActionEnd::HandedToPerson(_));
    state.filter(|_| matters).map(|state| Write::State(state.next()))
}

/// It ends with a person, for the model wrote nothing that can be sent. What that used is counted with the action: there is
/// no message to count it with.
pub(super) async fn unwritten<P: Ports>(
    p: &P,
    of: Due,
    state: &State,
    usage: Usage,
) -> Result<Attempt<Ended>, EndError> {
    let how = ActionEnd::HandedToPerson(None);
    if usage.is_nothing() {
        return end(p, of, Some(state), how).await;
    }
    let mut items: Vec<_> = still_unwritten(&of.action, Some(state), how).into_iter().collect();
    let mut done = of.session.ended(of.action, how, of.now);
    if of.settings.enable_customer_service {
        let (counted, count) = counts::counted(&done, tokens(usage), of.now, &of.settings.zone());
        done.counted = Some(counted);
        items.extend(count);
    }
    items.push(Write::Session(done.clone()));
    written(p, &of.key, done, items, None).await
}

/// The words of a message.
pub(super) struct Words {
    body: Body,
    speaker: Speaker,
    /// Whether they say that an AI writes.
    discloses: bool,
    /// What the model used to write them.
    usage: Usage,
    /// When the time is over in which it may be sent.
    until: Timestamp,
}

impl Words {
    /// What a person of the business wrote, or had approved.
    pub(super) fn of_staff(body: Body, until: Timestamp) -> Self {
        Self { body, speaker: Speaker::Staff, discloses: false, usage: Usage::default(), until }
    }

    /// What the model wrote, whether that says that an AI writes, and what it used.
    pub(super) fn of_ai(text: String, (discloses, usage): (bool, Usage), until: Timestamp) -> Self {
        Self { body: Body::Text(text), speaker: Speaker::Assistant, discloses, usage, until }
    }
}

/// It ends as a message, which stands in the outbox with the same commit.
pub(super) async fn send<P: Ports>(p: &P, of: Due, state: &State, words: Words) -> Result<Attempt<Ended>, EndError> {
    let Words { body, speaker, discloses, usage, until } = words;
    let (now, costs) = (of.now, of.costs(1, Usage::default()));
    let id = MessageId::parse(p.ids().ulid()).map_err(|_| EndError::Contended)?;
    let place = MessageKey { sent_at: now, id };
    let mut next = state.next();
    let mut items = in_session(&mut next, &SessionId::new(p.ids().ulid()), now, p.config().idle);
    let remembered = of.settings.enable_customer_service;
    let message = Enqueued { key: place.clone(), speaker, body, until: Some(until), remembered };
    let message = Message { spent: Some(usage).filter(|usage| !usage.is_nothing()), ..enqueue(&mut next, message) };
    if discloses {
        next.ai_disclosed = true;
        next.disclosed_by = Some(place.id.clone());
    }
    if of.action.asked.is_none() {
        next.unasked_at = Some(now);
    }
    let done = of.session.ended(Action { message: Some(place), ..of.action }, ActionEnd::Done, now);
    items.extend([Write::Message(message), Write::Session(done.clone()), Write::State(next)]);
    written(p, &of.key, done, items, costs).await
}

/// Commits the end of an action, counts what it costs, and tells of it.
async fn written<P: Ports>(
    p: &P,
    key: &LeadKey,
    done: Session,
    items: Vec<Write>,
    costs: Option<(BudgetDay, Spent)>,
) -> Result<Attempt<Ended>, EndError> {
    if let Committed::Raced(_) = commit(p.store(), key, items).await? {
        return Ok(Attempt::Raced);
    }
    let how = done.action().and_then(|action| action.ended).map(|ended| ended.how);
    info!(business = %key.business, lead = %key.lead, action = %done.id, ?how, metric.actions = 1, "action ended");
    // Before it is told: where that fails, whoever tells it again finds an action that has ended, and counts nothing.
    spend(p, key, costs).await;
    publish_session_end(p, key, done).await?;
    Ok(Attempt::Done(Ended::Acted))
}

/// Counts in the budget, which is not exact: a death before it counts too little.
pub(super) async fn spend<P: Ports>(p: &P, key: &LeadKey, costs: Option<(BudgetDay, Spent)>) {
    if let Some((today, more)) = costs
        && let Err(error) = p.store().spend(&today, more).await
    {
        info!(lead = %key.lead, %error, "an action is not counted in the budget");
    }
}

/// It waits on, with a schedule of its own: the one that fired deletes itself.
pub(super) async fn again<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    at: Timestamp,
) -> Result<Attempt<Ended>, EndError> {
    let next = session.again(at);
    let fire = TimerFired { key: key.clone(), session: next.id.clone(), generation: next.tries };
    if let Committed::Raced(_) = commit(p.store(), key, vec![Write::Session(next)]).await? {
        return Ok(Attempt::Raced);
    }
    timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
    Ok(Attempt::Done(Ended::Rearmed))
}
