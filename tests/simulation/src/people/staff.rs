//! The staff of the business, at their desk.

use crate::cast;
use crate::instance::{Cause, Instance};
use crate::invocation;
use crate::scenario::Act;
use crate::universe::{Edit, Universe};
use crate::words::REMINDER;
use crate::work::Work;
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::identity::merge;
use zikaron_protocol::model::event::{Event, SessionClose, TurnDue};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::Session;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::ports::{Clock, EventBus};
use zikaron_protocol::staff::{ActionChange, EditError, ErasurePorts, NewAction, StaffService, actions, erase};

/// The lead of a customer, if there is one already.
async fn lead(universe: &Universe, customer: usize) -> Option<LeadKey> {
    let business = cast::business_of(customer);
    let names = cast::names(customer, universe.live().moves_of(customer));
    let found = universe.store.find(&business, &names, Timestamp::MAX).await.ok()?;
    Some(LeadKey { business, lead: found.lead()?.clone() })
}

/// Does what staff do of a step.
pub(super) async fn work(universe: &Arc<Universe>, customer: usize, act: &Act) {
    let Some(key) = lead(universe, customer).await else { return };
    if matches!(act, Act::Close) {
        let open = universe.store.state(&key).await.ok().flatten().and_then(|state| state.session);
        let asked = SessionClose { key, session: open.map(|open| open.id) };
        invocation::start(universe, Work::Event(Event::SessionClose(asked)));
        return;
    }
    // A person sees an error and tries again, with the lead the customer is by then. Who has to erase goes on until it is
    // done: nobody else does.
    let tries = if matches!(act, Act::Erase) { 500 } else { 20 };
    for _ in 0..tries {
        let Ok(key) = merge::resolve_lead(&universe.store, &key).await else { return };
        if matches!(act, Act::Erase) {
            universe.live().erased.insert(key.clone(), customer);
        }
        let instance = Instance::start(universe, Cause::Staff);
        instance.trace(|| format!("staff: {act:?}"));
        let done = tokio::select! {
            biased;
            () = instance.death() => None,
            done = Box::pin(at_desk(&instance, &key, act)) => Some(done),
        };
        match done {
            Some(Ok(edits)) => {
                instance.trace(|| "staff: done".to_owned());
                universe.live().edits.extend(edits);
                return;
            }
            // Erased meanwhile: there is nothing left to do.
            Some(Err(EditError::NoLead)) => return,
            Some(Err(error)) => instance.trace(|| format!("staff: {error}")),
            None => {}
        }
        // Who sees that nothing works comes back when it does.
        if let Some(outage) = universe
            .plan
            .world
            .outage
            .filter(|outage| universe.plan.world.is_out(universe.elapsed(), |part| part == outage.part))
        {
            universe.until(outage.to).await;
        }
        tokio::time::sleep(Duration::from_secs(2)).await;
    }
}

/// What the API does after a write: the summarizer makes the schedule, or tells of the end. A person sees what is not
/// possible, and lets it be.
async fn hinted(
    instance: &Instance,
    key: &LeadKey,
    written: Result<Session, EditError>,
) -> Result<Vec<Edit>, EditError> {
    let session = match written {
        Ok(session) => session,
        Err(EditError::NotAllowed(_) | EditError::NoConversation | EditError::ActionOver | EditError::NoAction) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let fire = TimerFired { key: key.clone(), session: session.id, generation: session.tries };
    instance.publish(&[Event::SessionDue(fire)]).await?;
    Ok(Vec::new())
}

async fn at_desk(instance: &Instance, key: &LeadKey, act: &Act) -> Result<Vec<Edit>, EditError> {
    let desk = StaffService { store: instance, clock: instance, ids: instance };
    match act {
        Act::Edit { field, value } => {
            let verdicts = desk.set_field(key, field, value.map(str::to_owned)).await?;
            let edit = |verdict: zikaron_memory::merge::Verdict| Edit {
                key: key.clone(),
                field: verdict.field,
                occasion: verdict.session.as_str().to_owned(),
            };
            Ok(verdicts.into_iter().map(edit).collect())
        }
        Act::Note => desk.add_note(key, "לקוח קבוע").await.map(|_| Vec::new()),
        Act::TakeOver => desk.take_over(key).await.map(|()| Vec::new()),
        Act::HandBack => desk.hand_back(key).await.map(|()| Vec::new()),
        Act::Send => match desk.send(key, "היי, כאן רוני", instance.universe.config.idle).await {
            Ok(_) => {
                instance.publish(&[Event::TurnDue(TurnDue { key: key.clone(), swept: false })]).await?;
                Ok(Vec::new())
            }
            // A person sees that too many messages are on their way, and waits.
            Err(EditError::Full) => Ok(Vec::new()),
            Err(error) => Err(error),
        },
        Act::Action { kind, after, unless_they_write } => {
            let due_at = instance.now() + SignedDuration::try_from(*after).unwrap_or_default();
            let new = NewAction {
                kind: *kind,
                text: REMINDER.to_owned(),
                template: None,
                due_at,
                latest: None,
                unless_they_write: *unless_they_write,
            };
            hinted(instance, key, desk.add_action(key, &new).await).await
        }
        Act::ActionAgain { cancels } => {
            let (found, _) = actions(instance, key, None, 10).await?;
            let waits = |session: &&Session| session.action().is_some_and(|action| action.ended.is_none());
            // A page that was not read anew offers to cancel what has ended meanwhile.
            let ended = found.first().filter(|_| *cancels);
            let Some(session) = found.iter().find(waits).or(ended) else { return Ok(Vec::new()) };
            let later = session.action().map(|action| action.due_at + SignedDuration::from_mins(10));
            let change = ActionChange { text: None, due_at: later };
            let written = if *cancels {
                desk.cancel_action(key, &session.id).await
            } else {
                desk.change_action(key, &session.id, &change).await
            };
            hinted(instance, key, written).await
        }
        Act::Erase => {
            let with = ErasurePorts { store: instance, clock: instance, bus: instance, schedules: instance };
            erase(&with, key).await.map(|_| Vec::new())
        }
        Act::Write { .. } | Act::Echo { .. } | Act::Call { .. } | Act::Close | Act::Expire | Act::Switch(_) => {
            Ok(Vec::new())
        }
    }
}
