//! A message of a session that was digested was changed or taken back: what that digest wrote goes, before the session
//! is digested anew (docs/rules.md#c10). What is gone already is not looked for again, so a death anywhere in it costs
//! a repetition.

use super::outcome::EndError;
use crate::model::figures::counts;
use crate::model::ids::LeadKey;
use crate::model::listed::Listed;
use crate::model::session::{Closed, Session};
use crate::model::write::{Memory, Write};
use crate::ports::bundle::Ports;
use crate::ports::business_store::LeadCollections;
use crate::ports::error::Unavailable;
use crate::ports::store::{CommitError, Store};
use crate::retry::{Committed, commit};
use jiff::Timestamp;
use tracing::info;
use zikaron_memory::document::KEPT_NOTES;
use zikaron_memory::field::FieldList;
use zikaron_memory::forget::{Forgotten, summed_up};
use zikaron_memory::merge::Verdict;
use zikaron_memory::note::Note;
use zikaron_memory::session::SessionId;

/// How many rows are read at once, and how many of them one commit deletes.
const ROWS: usize = 50;

/// What the last digest wrote is taken out. Answers session and memory as they stand then; none where somebody wrote
/// meanwhile.
pub(super) async fn forget<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    closed: &Closed,
    fields: &FieldList,
    memory: Memory,
) -> Result<Option<(Session, Memory)>, EndError> {
    let Some(session) = forget_changes(p, key, session, closed.first_sent_at).await? else { return Ok(None) };
    let (of_it, others) = notes(p, key, &session, closed.last_at).await?;
    let gone = Forgotten { session: &session.id, ended_at: closed.last_at };
    let document = memory.document.without(fields, gone, &others);
    if of_it.is_empty() && document == memory.document {
        return Ok(Some((session, memory)));
    }
    let before = memory.document.customer_profile_json.iter();
    let after = &document.customer_profile_json;
    let changed = before.filter(|(name, field)| after.get(name) != Some(*field)).map(|(name, _)| name.to_owned());
    let mut changed: Vec<String> = changed.chain(session.unpublished_changes.clone().unwrap_or_default()).collect();
    changed.sort();
    changed.dedup();
    // What is left of the memory is told with the end of the digest that follows.
    let next = Session { version: session.version + 1, unpublished_changes: Some(changed), ..session };
    let left = memory.next(document);
    let mut items = vec![Write::Session(next.clone()), Write::Memory(Box::new(left.clone()))];
    items.extend(of_it.into_iter().map(|note| Write::DeleteNote { at: note.at, id: note.id }));
    items.extend(counts::standing(&memory, &left.document));
    Ok(match commit(p.store(), key, items).await? {
        Committed::Yes => {
            info!(business = %key.business, lead = %key.lead, session = %next.id, "[CUSTOMER-MEMORY] forgotten");
            Some((next, left))
        }
        Committed::Raced(_) => None,
    })
}

/// The notes of this session, and the newest of the others, newest first: five, and on to the last one that sums up a
/// conversation.
async fn notes<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: &Session,
    ended_at: Timestamp,
) -> Result<(Vec<Note>, Vec<Note>), Unavailable> {
    let (mut of_it, mut others, mut before) = (Vec::new(), Vec::new(), None);
    loop {
        let (page, next) = p.store().page::<Note>(key, before.as_ref(), ROWS).await?;
        for note in page {
            let may_be = note.at == ended_at && summed_up(&note) == Some(session.channel());
            if may_be && is_of(p, key, &note, session).await? { &mut of_it } else { &mut others }.push(note);
        }
        let has_summary = others.iter().any(|note| summed_up(note).is_some());
        let is_past = others.last().is_some_and(|note| note.at < ended_at);
        before = next;
        if before.is_none() || is_past && has_summary && others.len() >= KEPT_NOTES {
            return Ok((of_it, others));
        }
    }
}

/// Whether a note of the time the session ended is its own. It bears the session's id; older code gave it one of no
/// session.
async fn is_of<P: Ports>(p: &P, key: &LeadKey, note: &Note, session: &Session) -> Result<bool, Unavailable> {
    let id = SessionId::new(note.id.clone());
    Ok(id == session.id || p.store().session(key, &id).await?.is_none())
}

/// The log of what the digest offered goes as well, for it quotes what was said. Answers the session, which is written with
/// it: who read it before a new digest was written must not take the log of that one. None where somebody wrote meanwhile.
async fn forget_changes<P: Ports>(
    p: &P,
    key: &LeadKey,
    mut session: Session,
    since: Timestamp,
) -> Result<Option<Session>, EndError> {
    let mut before = None;
    loop {
        let (page, next) = p.store().page::<Verdict>(key, before.as_ref(), ROWS).await?;
        let is_past = page.last().is_some_and(|change| change.at < since);
        let of_it = page.into_iter().filter(|change| change.session == session.id);
        let mut gone: Vec<_> = of_it.map(|change| Write::Delete(Box::new(change.into_item()))).collect();
        if !gone.is_empty() {
            let next = Session { version: session.version + 1, ..session.clone() };
            gone.push(Write::Session(next.clone()));
            match p.store().commit(key, gone).await {
                Ok(()) => session = next,
                Err(CommitError::Conflict(_)) => return Ok(None),
                Err(CommitError::Unavailable(error)) => return Err(error.into()),
            }
        }
        if next.is_none() || is_past {
            return Ok(Some(session));
        }
        before = next;
    }
}
