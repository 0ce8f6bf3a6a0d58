//! A call that is due. No provider has an idempotency key: it is claimed by a commit, asked for once, and never asked for
//! again by whoever finds it claimed. What nobody knows the end of waits for the report of the call, which gives our tag
//! back, as long as a message waits for its status, and then is a person's.

use super::bring::bring;
use super::end::{self, Due};
use crate::call::line;
use crate::call::start::{Recalled, recall_lead};
use crate::identity::merge::resolve_lead;
use crate::model::action::{Action, CallTag};
use crate::model::call::{CallCompleted, CallName};
use crate::model::ids::{BusinessId, ConnectionId, E164, LeadKey, NumberId};
use crate::model::lead_state::State;
use crate::model::session::{Job, Session};
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::caller::{Caller, OutgoingCall};
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::messenger::SendError;
use crate::ports::store::Store;
use crate::retry::{Attempt, Committed, commit, update};
use crate::session::outcome::{EndError, Ended};
use crate::timer::{self, ScheduledTimer};
use jiff::{SignedDuration, Timestamp};
use tracing::info;
use zikaron_memory::action::means::CallerSpec;
use zikaron_memory::action::{ActionEnd, Refusal};
use zikaron_memory::session::SessionId;

/// Under this name an agent's prompt finds what the call is about.
const REASON: &str = "call_reason";
/// The pauses between two tries of a call a provider refuses for now double up to the power of this, in minutes.
const LONGEST_PAUSE: u32 = 5;

/// Who calls for the business.
struct Agent {
    connection: ConnectionId,
    agent: NumberId,
    from: NumberId,
}

impl Agent {
    fn of(spec: &CallerSpec) -> Option<Self> {
        Some(Self {
            connection: ConnectionId::parse(spec.connection.as_str()).ok()?,
            agent: NumberId::parse(spec.agent.as_str()).ok()?,
            from: NumberId::parse(spec.number.as_str()).ok()?,
        })
    }

    /// Whether the account is the business's: its agent or its number leads there. Nobody calls at another's expense, and
    /// the report of the call will find its way.
    async fn is_of<S: Store>(&self, store: &S, business: &BusinessId) -> Result<bool, Unavailable> {
        let routes = [self.agent.clone(), self.from.clone()];
        Ok(line::business(store, &self.connection, &routes).await?.as_ref() == Some(business))
    }
}

/// Claims the call and has it placed.
pub(super) async fn place<P: Ports, C: Caller>(
    p: &P,
    caller: &C,
    of: Due,
    state: &State,
    (number, until): (&E164, Timestamp),
) -> Result<Attempt<Ended>, EndError> {
    let agent = of.settings.caller.as_ref().and_then(Agent::of);
    let agent = match agent {
        Some(agent) if agent.is_of(p.store(), &of.key.business).await? => agent,
        _ => return end::end(p, of, Some(state), ActionEnd::without(Refusal::NoCaller)).await,
    };
    let known = recall_lead(p.store(), &of.key, &of.settings, of.now, p.config().block_chars).await?;
    if !claim(p, &of, state).await? {
        return Ok(Attempt::Raced);
    }
    // Reading and writing took their time.
    let asked = if p.clock().now() >= until {
        Err(SendError::RefusedForNow { code: SendError::NOT_REACHED })
    } else {
        ask(caller, &of, &agent, number, &known).await
    };
    info!(business = %of.key.business, lead = %of.key.lead, action = %of.session.id, ?asked, "a call was asked for");
    settle(p, &of.key, &of.session.id, &asked).await.map(Attempt::Done)
}

async fn ask<C: Caller>(
    caller: &C,
    of: &Due,
    agent: &Agent,
    number: &E164,
    known: &Recalled,
) -> Result<CallName, SendError> {
    let mut variables = known.variables();
    variables.push((REASON.to_owned(), of.action.text.clone()));
    let tag = CallTag { lead: of.key.lead.clone(), action: of.session.id.clone() };
    let Agent { connection, agent, from } = agent;
    let tag = tag.to_string();
    caller.call(OutgoingCall { connection, agent, from, to: number, variables: &variables, tag: &tag }).await
}

/// Marks it as asked for, before it is; `false` where somebody else wrote first. The state is written with it, so that a
/// customer who wants no more of it meanwhile is not called.
async fn claim<P: Ports>(p: &P, of: &Due, state: &State) -> Result<bool, EndError> {
    let now = p.clock().now();
    let mut next = state.next();
    if of.action.asked.is_none() {
        next.unasked_at = Some(now);
    }
    let action = Action { claimed_at: Some(now), ..of.action.clone() };
    let claimed = waiting(&of.session, action, now + p.config().uncertain_after);
    let committed = commit(p.store(), &of.key, vec![Write::Session(claimed), Write::State(next)]).await?;
    Ok(matches!(committed, Committed::Yes))
}

/// The session of the action as it waits on, with schedules that count anew.
fn waiting(session: &Session, action: Action, at: Timestamp) -> Session {
    Session { job: Job::Action(Box::new(action)), ..session.clone().again(at) }
}

/// Writes what came of a call that was asked for. Whoever settles it first, the one who asked or the report, has.
async fn settle<P: Ports>(
    p: &P,
    key: &LeadKey,
    id: &SessionId,
    asked: &Result<CallName, SendError>,
) -> Result<Ended, EndError> {
    let from = key;
    update!(p.clock(), p.config().attempts, |_| {
        let key = resolve_lead(p.store(), from).await?;
        let session = p.store().session(&key, id).await?;
        if session.is_none() && key != *from {
            return brought(p, (from, &key), id).await;
        }
        let claimed = session.and_then(|session| {
            let action = session.action().filter(|action| action.claimed_at.is_some() && action.ended.is_none());
            action.cloned().map(|action| (session, action))
        });
        let Some((session, action)) = claimed else { return Ok(Attempt::Done(Ended::Nothing)) };
        let now = p.clock().now();
        let how = match asked {
            Ok(_) => ActionEnd::Done,
            Err(SendError::Unknown { .. }) => return Ok(Attempt::Done(watch(p, key, &session).await)),
            Err(SendError::RefusedForNow { .. }) => return again(p, key, &session, action, now).await,
            // Nothing was asked: there is no account, or no key of it.
            Err(SendError::RefusedUntilMended { code: SendError::NOT_REACHED }) => {
                ActionEnd::without(Refusal::NoCaller)
            }
            Err(SendError::RefusedUntilMended { .. } | SendError::RefusedForGood { .. }) => {
                ActionEnd::without(Refusal::NotAccepted)
            }
        };
        let action = Action { call: asked.as_ref().ok().cloned(), ..action };
        let settings = p.store().settings(&key.business).await?;
        end::end(p, Due { key, session, action, settings, now }, None, how).await
    })
}

/// Meanwhile the lead was found to be another: what is known of its call is written where it stands from now on.
async fn brought<P: Ports>(
    p: &P,
    (from, to): (&LeadKey, &LeadKey),
    id: &SessionId,
) -> Result<Attempt<Ended>, EndError> {
    let fire = TimerFired { key: from.clone(), session: id.clone(), generation: 0 };
    let brought = bring(p, &fire, to).await?;
    // A merge may have moved it between the two looks.
    let is_there = matches!(brought, Attempt::Raced) || p.store().session(to, id).await?.is_some();
    Ok(if is_there { Attempt::Raced } else { Attempt::Done(Ended::Nothing) })
}

/// It may have been placed: it is looked at when its report should long have come.
async fn watch<P: Ports>(p: &P, key: LeadKey, session: &Session) -> Ended {
    let at = session.retry_at.unwrap_or_else(|| p.clock().now());
    let fire = TimerFired { key, session: session.id.clone(), generation: session.tries };
    timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
    Ended::Rearmed
}

/// It was certainly not placed, and may be later.
async fn again<P: Ports>(
    p: &P,
    key: LeadKey,
    session: &Session,
    action: Action,
    now: Timestamp,
) -> Result<Attempt<Ended>, EndError> {
    let at = now + SignedDuration::from_mins(1 << session.tries.min(LONGEST_PAUSE));
    let (was_asked_for, claimed_at) = (action.asked.is_some(), action.claimed_at);
    let next = waiting(session, Action { claimed_at: None, ..action }, at);
    let mut items = vec![Write::Session(next.clone())];
    if !was_asked_for && let Some(state) = p.store().state(&key).await?.filter(|state| state.unasked_at == claimed_at) {
        // The one of this day did not come about. Where another one was sent since, that one did.
        items.push(Write::State(State { unasked_at: None, ..state.next() }));
    }
    if let Committed::Raced(_) = commit(p.store(), &key, items).await? {
        return Ok(Attempt::Raced);
    }
    Ok(Attempt::Done(watch(p, key, &next).await))
}

/// A call has ended. Where it was one of ours, and nobody knew whether it was placed, its action is done.
///
/// # Errors
/// [`EndError`], where the store or the bus failed or others kept writing: deliver it again.
pub async fn called<P: Ports>(p: &P, event: &CallCompleted) -> Result<Ended, EndError> {
    let Some(tag) = event.tag.as_deref().and_then(CallTag::parse) else { return Ok(Ended::Nothing) };
    let Some(business) = line::business(p.store(), &event.connection, &event.routes).await? else {
        return Ok(Ended::Nothing);
    };
    settle(p, &LeadKey { business, lead: tag.lead }, &tag.action, &Ok(event.key.name.clone())).await
}
