//! The end of a merge: when nothing of the merging lead is under way, its items are moved, its memory is folded in, and
//! a redirect stays in its place.
//!
//! Every step is one commit that can be repeated after a death: an item is put here and taken there at once, and the
//! last commit stands only if state and memory of both are those that were read before the first item was moved.

use super::announce::publish_session_end;
use super::outcome::{Digested, EndError};
use crate::amend;
use crate::identity::merge::take_over;
use crate::identity::merging_lead::come_from;
use crate::model::call::Call;
use crate::model::figures::counts;
use crate::model::ids::{LeadId, LeadKey};
use crate::model::lead_state::{MAX_PENDING_AMENDMENTS, State};
use crate::model::listed::{ItemKind, Listed};
use crate::model::message::Message;
use crate::model::session::{Session, Stage};
use crate::model::timer::TimerFired;
use crate::model::write::{Memory, Write};
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::clock::Clock;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, ConflictingItem, Store};
use crate::retry::{Attempt, Committed, commit};
use crate::timer::{self, ScheduledTimer};
use futures_util::future::try_join;
use jiff::{SignedDuration, Timestamp};
use tracing::info;
use zikaron_memory::document::{KEPT_NOTES, LeadMemory};
use zikaron_memory::field::FieldList;
use zikaron_memory::join::join;
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;

/// How many changes the last commit writes: a transaction holds 100 items.
const MAX_CHANGES: usize = 40;
/// How many sessions are read at once.
const SESSIONS: usize = 100;
/// The longest wait between two looks: the digest of the merging lead's session may fail for days.
const MAX_WAIT: SignedDuration = SignedDuration::from_mins(30);

/// Goes on with a merge, as far as it can. Raced when somebody wrote meanwhile.
pub(crate) async fn resume_merge<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    from: &LeadId,
) -> Result<Attempt<Digested>, EndError> {
    let merging_lead = LeadKey { business: key.business.clone(), lead: from.clone() };
    let store = p.store();
    let (ours, theirs) = try_join(store.state_and_memory(key), store.state_and_memory(&merging_lead)).await?;
    let (Some(state), memory) = ours else { return Ok(Attempt::Done(Digested::Nothing)) };
    let (Some(mut their_state), their_memory) = theirs else {
        return nobody_left(p, key, session, state, from).await;
    };
    if !is_quiescent(p, &merging_lead, &their_state).await? {
        return later(p, key, session).await;
    }
    let fields = store.settings(&key.business).await?.fields();
    let done = async {
        // In this order: what writes changes needs a session, and a session a message or call. What is added to a kind that
        // was moved already raises state or memory, and the last commit fails.
        let theirs = &mut their_state;
        move_all::<Message, P>(p, &merging_lead, key, theirs).await?;
        move_all::<Call, P>(p, &merging_lead, key, theirs).await?;
        move_all::<Session, P>(p, &merging_lead, key, theirs).await?;
        move_all::<Note, P>(p, &merging_lead, key, theirs).await?;
        move_all::<Verdict, P>(p, &merging_lead, key, theirs).await?;
        store.forget_names(&merging_lead).await?;
        if caught_up(p, key, &state, &merging_lead, &their_state).await? {
            return Err(CommitError::Conflict(ConflictingItem::State));
        }
        // A note that was changed or deleted since it came is as it is here, not as the other memory remembers it. Behind our
        // memory, whose version every writer of notes raises.
        let (notes, _) = store.page::<Note>(key, None, KEPT_NOTES).await?;
        let both = Both { state, memory, their_state, their_memory, notes };
        let (done, ours, theirs) = folded(&fields, session, both, from, p.clock().now());
        let theirs = theirs.into_iter().chain([Write::Redirect(key.lead.clone())]).collect();
        store.commit_all(vec![(key.clone(), ours), (merging_lead.clone(), theirs)]).await?;
        Ok(done)
    };
    match done.await {
        Ok(done) => {
            info!(business = %key.business, lead = %key.lead, from = %from, "[CUSTOMER-MEMORY] joined");
            publish_session_end(p, key, done).await?;
            Ok(Attempt::Done(Digested::Written))
        }
        Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}

/// Whether nothing of the merging lead waits, is on its way or is to be digested: from then on it stays as it is.
async fn is_quiescent<P: Ports>(p: &P, merging_lead: &LeadKey, state: &State) -> Result<bool, Unavailable> {
    let open = state.session.is_some() || state.pending > 0 || !state.unsettled.is_empty();
    if open || !state.notices.is_empty() || !state.joining.is_empty() || state.is_leased(p.clock().now()) {
        return Ok(false);
    }
    let mut before = None;
    loop {
        let (sessions, next) = p.store().page::<Session>(merging_lead, before.as_ref(), SESSIONS).await?;
        // An action waits with whom it is moved to.
        if sessions.iter().any(|session| session.is_unfinished() && session.action().is_none()) {
            return Ok(false);
        }
        match next {
            Some(next) => before = Some(next),
            None => return Ok(true),
        }
    }
}

/// How many items of a kind fit into one transaction, by count and by size.
const fn moved_at_once(kind: ItemKind) -> usize {
    match kind {
        ItemKind::Message | ItemKind::Note => 20,
        ItemKind::Call => 8,
        ItemKind::Session | ItemKind::Change => 40,
    }
}

/// The item as it is stored with the other lead.
fn from_lead(mut item: Write, lead: &LeadId) -> Write {
    if let Write::Message(message) = &mut item {
        come_from(message, lead);
    }
    item
}

/// Moves all items of a kind. Each commit raises the state of the merging lead, `their_state`: whoever changes calls or notes
/// there writes that state too, so that nothing is written to what has gone.
async fn move_all<T: Listed, P: Ports>(
    p: &P,
    from: &LeadKey,
    to: &LeadKey,
    their_state: &mut State,
) -> Result<(), CommitError> {
    let mut is_twice = false;
    loop {
        let (items, _) = p.store().page::<T>(from, None, moved_at_once(T::KIND)).await?;
        if items.is_empty() {
            return Ok(());
        }
        let (mut came, mut counted) = (Vec::new(), Vec::new());
        for item in items.iter().cloned() {
            let item = from_lead(item.into_item(), &from.lead);
            if !is_twice || !stands(p, to, &item).await? {
                came.push(Write::MoveIn(Box::new(item)));
            } else if let Write::Session(session) = item {
                counted.extend(session.counted);
            }
        }
        let next = their_state.next();
        let gone = items.into_iter().map(|item| Write::Delete(Box::new(item.into_item())));
        let gone = gone.chain(counts::taken_off(counted)).chain([Write::State(next.clone())]).collect();
        match p.store().commit_all(vec![(to.clone(), came), (from.clone(), gone)]).await {
            Ok(()) => *their_state = next,
            Err(CommitError::Conflict(ConflictingItem::Message | ConflictingItem::Session)) if !is_twice => {
                is_twice = true
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether it is here already: ids of imported messages, and of their sessions, are made of what was said and when, and one chat
/// may have been imported for both leads.
async fn stands<P: Ports>(p: &P, to: &LeadKey, item: &Write) -> Result<bool, Unavailable> {
    Ok(match item {
        Write::Message(message) => p.store().message(to, &message.key).await?.is_some(),
        Write::Session(session) => p.store().session(to, &session.id).await?.is_some(),
        _ => false,
    })
}

/// An edit, a revocation or a reaction may have come under another name than its message. Now that both are here it is
/// applied, one at a time. True where there was one.
async fn caught_up<P: Ports>(
    p: &P,
    key: &LeadKey,
    state: &State,
    merging_lead: &LeadKey,
    theirs: &State,
) -> Result<bool, CommitError> {
    if !theirs.early.is_empty() {
        let mut next = state.next();
        next.early.extend(theirs.early.iter().cloned());
        let surplus = next.early.len().saturating_sub(MAX_PENDING_AMENDMENTS);
        next.early.drain(..surplus);
        let left = State { early: Vec::new(), ..theirs.next() };
        let both = vec![(key.clone(), vec![Write::State(next)]), (merging_lead.clone(), vec![Write::State(left)])];
        return p.store().commit_all(both).await.map(|()| true);
    }
    for early in &state.early {
        let Some(mut change) = p.store().message(key, &early.by).await? else { continue };
        let Some(amends) = change.amends.clone() else { continue };
        let Some(target) = amend::target(p, key, state, &amends).await? else { continue };
        let mut next = state.next();
        next.early.retain(|other| other != early);
        let now = p.clock().now();
        let mut items = amend::amend(&mut next, &mut change, Some(target), now);
        change.version += 1;
        items.extend([Write::Message(change), Write::State(next)]);
        let anew = amend::timer(key, &items, now);
        p.store().commit(key, items).await?;
        timer::set(p, anew).await;
        return Ok(true);
    }
    Ok(false)
}

/// Both leads as they were read.
struct Both {
    state: State,
    memory: Memory,
    their_state: State,
    their_memory: Memory,
    /// The newest notes of both, as they are stored here.
    notes: Vec<Note>,
}

/// The last commit: the work done, and what is written here and there.
fn folded(
    fields: &FieldList,
    session: Session,
    both: Both,
    from: &LeadId,
    now: Timestamp,
) -> (Session, Vec<Write>, Vec<Write>) {
    let Both { state, memory, their_state, their_memory, notes } = both;
    let (document, verdicts) = join(fields, &memory.document, &their_memory.document);
    let document = LeadMemory { notes, ..document };
    let accepted = verdicts.iter().filter(|verdict| verdict.accepted).map(|verdict| verdict.field.clone());
    let mut changed: Vec<String> = accepted.collect();
    changed.dedup();
    let done = Session {
        version: session.version + 1,
        stage: Stage::Digested,
        // The end is published at once; the sweep looks after it from here on.
        retry_at: Some(now),
        unpublished_changes: Some(changed),
        ..session
    };
    let mut next = state.next();
    next.joining.retain(|lead| lead != from);
    next.amended += 1;
    take_over(&mut next, &their_state);
    for note in their_state.unheard.iter().flat_map(|unheard| &unheard.notes) {
        next.leave_unheard(note.clone(), now);
    }
    let causes = their_state.handed_over.iter().filter(|cause| !state.handed_over.contains(cause));
    next.handed_over.extend(causes);
    let counted = counts::joined(&memory, &their_memory, &document);
    let mut ours =
        vec![Write::State(next), Write::Session(done.clone()), Write::Memory(Box::new(memory.next(document)))];
    ours.extend(counted);
    ours.extend(crate::session::announce::changes(&verdicts).take(MAX_CHANGES).cloned().map(Write::Change));
    let theirs = vec![
        Write::Delete(Box::new(Write::State(their_state))),
        Write::Delete(Box::new(Write::Memory(Box::new(their_memory)))),
    ];
    (done, ours, theirs)
}

/// The merging lead was erased, or folded in by somebody whose answer was lost.
async fn nobody_left<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    state: State,
    from: &LeadId,
) -> Result<Attempt<Digested>, EndError> {
    let mut next = state.next();
    next.joining.retain(|lead| lead != from);
    let done = Session { version: session.version + 1, stage: Stage::Digested, retry_at: None, ..session };
    Ok(match commit(p.store(), key, vec![Write::State(next), Write::Session(done)]).await? {
        Committed::Yes => Attempt::Done(Digested::Nothing),
        Committed::Raced(_) => Attempt::Raced,
    })
}

/// Something of the merging lead is still under way: a schedule looks again, after waits that double up to
/// [`MAX_WAIT`].
async fn later<P: Ports>(p: &P, key: &LeadKey, session: Session) -> Result<Attempt<Digested>, EndError> {
    let now = p.clock().now();
    if session.is_scheduled(now) {
        return Ok(Attempt::Done(Digested::Later));
    }
    let wait = SignedDuration::from_secs(60 << session.tries.min(10)).min(MAX_WAIT);
    let next = session.again(now + wait);
    let fire = TimerFired { key: key.clone(), session: next.id.clone(), generation: next.tries };
    Ok(match commit(p.store(), key, vec![Write::Session(next)]).await? {
        Committed::Yes => {
            timer::set(p, Some(ScheduledTimer { fire, at: now + wait, first: true })).await;
            Attempt::Done(Digested::Later)
        }
        Committed::Raced(_) => Attempt::Done(Digested::Nothing),
    })
}
