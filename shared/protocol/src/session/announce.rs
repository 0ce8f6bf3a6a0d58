//! The events that are published when a session is digested.

use super::outcome::EndError;
use crate::model::event::{Event, LeadJoined, MemoryUpdated, SessionClosed};
use crate::model::ids::LeadKey;
use crate::model::session::{Job, Session};
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::store::{CommitError, Store};
use zikaron_memory::merge::Verdict;

/// Publishes that the session is over and the memory changed, and marks the session as published; twice where that mark
/// is lost.
pub(crate) async fn publish_session_end<P: Ports>(p: &P, key: &LeadKey, session: Session) -> Result<(), EndError> {
    let published =
        Session { version: session.version + 1, retry_at: None, unpublished_changes: None, ..session.clone() };
    let mut events = vec![Event::MemoryUpdated(MemoryUpdated {
        key: key.clone(),
        session: session.id.clone(),
        fields: session.unpublished_changes.unwrap_or_default(),
    })];
    if let Job::Merge(joined) = session.job {
        events.push(Event::LeadJoined(LeadJoined { key: key.clone(), joined }));
    }
    // In the same PutEvents batch: it costs no call more.
    events.extend(session.closed.map(|closed| {
        let (session, opened_at, ended_at) = (session.id, session.opened_at, closed.last_at);
        Event::SessionClosed(SessionClosed { key: key.clone(), session, opened_at, ended_at })
    }));
    p.bus().publish(&events).await?;
    p.store().commit(key, vec![Write::Session(published)]).await.or_else(conflict_is_fine)
}

/// Somebody else has published the end of this session too, and marked it first.
fn conflict_is_fine(error: CommitError) -> Result<(), EndError> {
    match error {
        CommitError::Conflict(_) => Ok(()),
        CommitError::Unavailable(error) => Err(error.into()),
    }
}

/// Each verdict once: two changes that say the same are one row, which one transaction must not write twice.
pub(crate) fn changes(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    let said = |(at, verdict): &(usize, &Verdict)| !verdicts.iter().take(*at).any(|earlier| earlier == *verdict);
    verdicts.iter().enumerate().filter(said).map(|(_, verdict)| verdict)
}
