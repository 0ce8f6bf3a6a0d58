//! What a conversation leaves to be done becomes actions, and what the customer calls off is cancelled, in the commit of
//! its digest (docs/rules.md#m1).

use super::announce::publish_session_end;
use super::outcome::EndError;
use crate::model::action::{Action, Asked, LATEST, action_id};
use crate::model::ids::LeadKey;
use crate::model::session::{Job, Session};
use crate::model::timer::TimerFired;
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::error::Unavailable;
use crate::timer::{self, ScheduledTimer};
use jiff::Timestamp;
use zikaron_memory::action::commitment::{Commitment, Judged};
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller};
use zikaron_memory::session::SessionId;

/// How many actions of the customer are looked through, the newest.
const KNOWN: usize = 100;
/// How many actions one digest writes, of those it makes and those it cancels.
const MAX_WRITTEN: usize = 10;

/// The actions that are to be written with the digest of `session`, each as it is from then on.
pub(super) async fn actions<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: &Session,
    judged: &Judged,
    now: Timestamp,
) -> Result<Vec<Session>, Unavailable> {
    // Digested anew, it may have made some before, of words that do not stand any more.
    let is_anew = session.changed_at.is_some();
    if judged.kept.is_empty() && judged.withdrawn.is_empty() && !is_anew {
        return Ok(Vec::new());
    }
    let (known, _) = p.store().page::<Session>(key, None, KNOWN).await?;
    let ids: Vec<SessionId> = judged.kept.iter().map(|kept| id_of(session, kept)).collect();
    let waiting = known.iter().filter_map(|known| Some((known, waits(known)?)));
    let is_off = |(known, action, asked): &(&Session, &Action, &Asked)| {
        let is_gone = is_anew && asked.session == session.id && !ids.contains(&known.id);
        is_gone || judged.withdrawn.iter().any(|off| off.kind == action.kind && action.made_at <= off.at)
    };
    let asked = waiting.filter_map(|(known, action)| Some((known, action, action.asked.as_ref()?)));
    let cancelled = asked
        .filter(is_off)
        .map(|(known, action, _)| known.clone().ended(action.clone(), ActionEnd::Cancelled(Canceller::Customer), now));
    let fresh = judged.kept.iter().zip(&ids).filter(|(kept, id)| !is_known(&known, kept, id));
    let fresh = fresh.map(|(kept, id)| made(session, kept, id.clone(), now));
    Ok(fresh.chain(cancelled).take(MAX_WRITTEN).collect())
}

/// Its place within the session: digested anew, the same words are the same action.
fn id_of(session: &Session, kept: &Commitment) -> SessionId {
    action_id(&format!("{}-{:010}", session.id, kept.position))
}

fn waits(session: &Session) -> Option<&Action> {
    session.action().filter(|action| action.ended.is_none() && action.claimed_at.is_none())
}

/// Whether it was made before, or the customer has asked for the same already: people say it again.
fn is_known(known: &[Session], kept: &Commitment, id: &SessionId) -> bool {
    let is_same = |action: &Action| {
        action.kind == kept.kind && kept.due.is_some_and(|due| due.at == action.due_at) && action.asked.is_some()
    };
    known.iter().any(|known| known.id == *id || waits(known).is_some_and(is_same))
}

/// Where it is in doubt when, a person of the business is told now, and asks.
fn made(session: &Session, kept: &Commitment, id: SessionId, now: Timestamp) -> Session {
    let (kind, at) = kept.due.map_or((ActionKind::Person, now), |due| (kept.kind, due.at));
    let latest = kept.due.and_then(|due| due.until).unwrap_or(at + LATEST);
    let is_in_doubt = kept.due.is_none() && !kept.when.is_empty();
    let text = if is_in_doubt { format!("{} ({})", kept.what, kept.when) } else { kept.what.clone() };
    let action = Action {
        kind,
        text,
        composed: kind == ActionKind::Message,
        template: None,
        due_at: at,
        latest,
        made_at: kept.at,
        asked: Some(Asked { session: session.id.clone(), quote: kept.quote.clone() }),
        unless_they_write: false,
        claimed_at: None,
        message: None,
        call: None,
        ended: None,
    };
    // What was to be done at once is due when it is known: a digest comes after the silence.
    Session::due(id, Job::Action(Box::new(action)), None, now, at.max(now))
}

/// What follows the commit: the schedules of the new ones, and the business is told of those that were cancelled. What
/// is lost of it the sweep finds.
pub(super) async fn follow_up<P: Ports>(p: &P, key: &LeadKey, written: Vec<Session>) -> Result<(), EndError> {
    for session in written {
        if session.action().is_some_and(|action| action.ended.is_some()) {
            publish_session_end(p, key, session).await?;
        } else if let Some(at) = session.retry_at {
            let fire = TimerFired { key: key.clone(), session: session.id, generation: session.tries };
            timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
        }
    }
    Ok(())
}
