//! What a conversation leaves to be done becomes actions, and what the customer calls off is cancelled, in the commit of
//! its digest (docs/rules.md#m1).

use super::announce::publish_session_end;
use super::outcome::EndError;
use crate::identity::merge::leads_ahead;
use crate::model::action::{Action, Asked, LATEST, action_id};
use crate::model::ids::LeadKey;
use crate::model::session::{Job, Session};
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::error::Unavailable;
use crate::ports::store::Store;
use crate::timer::{self, ScheduledTimer};
use jiff::Timestamp;
use std::collections::BTreeMap;
use zikaron_memory::action::commitment::{Commitment, Judged, Withdrawn};
use zikaron_memory::action::{ActionEnd, ActionKind, Canceller};
use zikaron_memory::session::SessionId;

/// How many actions of the customer are looked through, the newest.
const KNOWN: usize = 100;
/// How many actions one digest writes, of those it makes and those it cancels.
const MAX_WRITTEN: usize = 10;

/// The actions that are to be written with a digest, each as it is from then on.
#[derive(Clone, Default)]
pub(super) struct Agreed {
    own: Vec<Session>,
    /// Those that stand with the leads it is being merged with.
    elsewhere: BTreeMap<LeadKey, Vec<Session>>,
}

impl Agreed {
    /// What is written of the lead itself.
    pub(super) fn items(&self) -> impl Iterator<Item = Write> {
        self.own.iter().cloned().map(Write::Session)
    }

    /// What is written of other leads, in the same commit.
    pub(super) fn items_elsewhere(&self) -> Vec<(LeadKey, Vec<Write>)> {
        let items = |sessions: &Vec<Session>| sessions.iter().cloned().map(Write::Session).collect();
        self.elsewhere.iter().map(|(key, sessions)| (key.clone(), items(sessions))).collect()
    }
}

/// The actions that are to be written with the digest of `session`.
pub(super) async fn actions<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: &Session,
    judged: &Judged,
    now: Timestamp,
) -> Result<Agreed, Unavailable> {
    // Digested anew, it may have made some before, of words that do not stand any more.
    let is_anew = session.changed_at.is_some();
    if judged.kept.is_empty() && judged.withdrawn.is_empty() && !is_anew {
        return Ok(Agreed::default());
    }
    let (known, elsewhere) = known(p, key).await?;
    let ids: Vec<SessionId> = judged.kept.iter().map(|kept| id_of(session, kept)).collect();
    let waiting: Vec<Waiting<'_>> = known
        .iter()
        .filter_map(|known| Some((known, waits(known)?)))
        .filter_map(|(known, action)| Some((known, action, action.asked.as_ref()?)))
        .collect();
    let meant: Vec<Vec<&Session>> = judged.withdrawn.iter().map(|off| meant(&waiting, off)).collect();
    let is_off = |(known, action, asked): &&Waiting<'_>| {
        let stands = ids.contains(&known.id) || judged.kept.iter().any(|kept| is_again(session, kept, action));
        let is_gone = is_anew && asked.session == session.id;
        let is_meant = meant.iter().any(|meant| matches!(meant.as_slice(), [only] if only.id == known.id));
        !stands && (is_gone || is_meant)
    };
    let cancelled = waiting.iter().filter(is_off).map(|(known, action, _)| {
        (*known).clone().ended((*action).clone(), ActionEnd::Cancelled(Canceller::Customer), now)
    });
    let fresh = judged.kept.iter().zip(&ids).filter(|(kept, id)| !is_known(&known, session, kept, id));
    let fresh = fresh.map(|(kept, id)| made(session, kept, id.clone(), now));
    let doubtful = judged.withdrawn.iter().zip(&meant).filter(|(_, meant)| meant.len() > 1);
    let doubtful =
        doubtful.map(|(off, _)| which(session, off, now)).filter(|new| known.iter().all(|old| old.id != new.id));
    let mut agreed = Agreed::default();
    for session in fresh.chain(doubtful).chain(cancelled).take(MAX_WRITTEN) {
        match elsewhere.get(&session.id) {
            Some(lead) => agreed.elsewhere.entry(lead.clone()).or_default().push(session),
            None => agreed.own.push(session),
        }
    }
    Ok(agreed)
}

/// The customer's actions, and with which other lead some of them stand: one that was due goes ahead of a merge to the other
/// lead, and on to a third where that is merged as well. Each lead is read after those that are merged into it, so that
/// none is missed which goes on meanwhile; one that is seen twice is where it was seen last.
async fn known<P: Ports>(p: &P, key: &LeadKey) -> Result<(Vec<Session>, BTreeMap<SessionId, LeadKey>), Unavailable> {
    let merging = p.store().state(key).await?.map(|state| state.joining).unwrap_or_default();
    let merging = merging.into_iter().map(|lead| LeadKey { business: key.business.clone(), lead });
    let (mut known, mut elsewhere) = (Vec::<Session>::new(), BTreeMap::new());
    for lead in merging.chain([key.clone()]) {
        look(p, &lead, &mut known, &mut elsewhere).await?;
    }
    for lead in leads_ahead(p.store(), key).await? {
        look(p, &lead, &mut known, &mut elsewhere).await?;
    }
    elsewhere.retain(|_, lead| lead != key);
    Ok((known, elsewhere))
}

async fn look<P: Ports>(
    p: &P,
    lead: &LeadKey,
    known: &mut Vec<Session>,
    at: &mut BTreeMap<SessionId, LeadKey>,
) -> Result<(), Unavailable> {
    let (there, _) = p.store().page::<Session>(lead, None, KNOWN).await?;
    known.retain(|before| there.iter().all(|session| session.id != before.id));
    at.extend(there.iter().map(|session| (session.id.clone(), lead.clone())));
    known.extend(there);
    Ok(())
}

/// An action that the customer asked for, and that nobody has begun.
type Waiting<'a> = (&'a Session, &'a Action, &'a Asked);

/// What the customer may mean who calls something off: all of its kind that they had asked for by then.
fn meant<'a>(waiting: &[Waiting<'a>], off: &Withdrawn) -> Vec<&'a Session> {
    let is_of = |(_, action, _): &&Waiting<'a>| action.kind == off.kind && action.made_at <= off.at;
    waiting.iter().filter(is_of).map(|(known, ..)| *known).collect()
}

/// Of several it is not known which is called off, and neither is to be guessed: a person asks.
fn which(session: &Session, off: &Withdrawn, now: Timestamp) -> Session {
    let id = action_id(&format!("{}-{:010}-off", session.id, off.position));
    let Withdrawn { kind, ref what, ref quote, at, position } = *off;
    let (what, quote, when) = (what.clone(), quote.clone(), String::new());
    made(session, &Commitment { kind, what, quote, when, due: None, at, position }, id, now)
}

/// Its place within the session: digested anew, the same words are the same action.
fn id_of(session: &Session, kept: &Commitment) -> SessionId {
    action_id(&format!("{}-{:010}", session.id, kept.position))
}

fn waits(session: &Session) -> Option<&Action> {
    session.action().filter(|action| action.ended.is_none() && action.claimed_at.is_none())
}

/// Whether it was made before, or the customer has asked for the same already: people say it again. One call is enough
/// at a time; of messages each may hold something else.
fn is_known(known: &[Session], session: &Session, kept: &Commitment, id: &SessionId) -> bool {
    let is_same = |action: &Action| {
        let is_due = kept.due.is_some_and(|due| due.at == action.due_at);
        let asked = action.asked.as_ref().filter(|_| action.kind == kept.kind && is_due);
        asked.is_some_and(|asked| action.kind == ActionKind::Call || asked.quote == kept.quote)
    };
    let is_it = |known: &Session| {
        known.id == *id
            || waits(known).is_some_and(is_same)
            || known.action().is_some_and(|action| is_again(session, kept, action))
    };
    known.iter().any(is_it)
}

/// Whether it is the same request of the same message, wherever the quote begins there now, be it done or not: a message
/// may be edited, and a model may quote more of it when it reads it again.
fn is_again(session: &Session, kept: &Commitment, action: &Action) -> bool {
    let (here, new) = (action.asked.as_ref(), kept.quote.as_str());
    let is_here = here.is_some_and(|asked| {
        // One message may ask for two things at a time.
        let is_same = asked.quote.contains(new) || new.contains(&asked.quote);
        asked.session == session.id && (is_same || kept.kind != ActionKind::Message)
    });
    let is_due =
        kept.due.map_or(action.kind == ActionKind::Person, |due| action.kind == kept.kind && due.at == action.due_at);
    is_here && is_due && action.made_at == kept.at
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
pub(super) async fn follow_up<P: Ports>(p: &P, key: &LeadKey, written: Agreed) -> Result<(), EndError> {
    for (lead, sessions) in written.elsewhere {
        for session in sessions {
            publish_session_end(p, &lead, session).await?;
        }
    }
    for session in written.own {
        if session.action().is_some_and(|action| action.ended.is_some()) {
            publish_session_end(p, key, session).await?;
        } else if let Some(at) = session.retry_at {
            let fire = TimerFired { key: key.clone(), session: session.id, generation: session.tries };
            timer::set(p, Some(ScheduledTimer { fire, at, first: true })).await;
        }
    }
    Ok(())
}
