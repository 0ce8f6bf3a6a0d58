//! The events that are published when a session is digested or an action has ended.

use super::outcome::EndError;
use crate::model::action::Action;
use crate::model::event::{ActionEnded, Event, LeadJoined, MemoryUpdated, SessionClosed, TurnDue};
use crate::model::ids::LeadKey;
use crate::model::session::{Job, Session};
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::bus::EventBus;
use crate::ports::store::{CommitError, Store};
use zikaron_memory::merge::Verdict;
use zikaron_memory::session::SessionId;

/// Publishes that the session is over and the memory changed, and marks the session as published; twice where that mark
/// is lost.
pub(crate) async fn publish_session_end<P: Ports>(p: &P, key: &LeadKey, session: Session) -> Result<(), EndError> {
    let published =
        Session { version: session.version + 1, retry_at: None, unpublished_changes: None, ..session.clone() };
    let updated = || {
        Event::MemoryUpdated(MemoryUpdated {
            key: key.clone(),
            session: session.id.clone(),
            fields: session.unpublished_changes.clone().unwrap_or_default(),
            version: session.version,
        })
    };
    let mut events = match &session.job {
        Job::Conversation | Job::Call(_) => vec![updated()],
        Job::Merge(joined) => {
            vec![updated(), Event::LeadJoined(LeadJoined { key: key.clone(), joined: joined.clone() })]
        }
        Job::Action(action) => ended(key, &session.id, action),
    };
    let channel = Some(session.channel());
    // In the same PutEvents batch: it costs no call more.
    events.extend(session.closed.map(|closed| {
        let (session, opened_at, ended_at) = (session.id, session.opened_at, closed.last_at);
        Event::SessionClosed(SessionClosed { key: key.clone(), session, opened_at, ended_at, channel })
    }));
    p.bus().publish(&events).await?;
    p.store().commit(key, vec![Write::Session(published)]).await.or_else(conflict_is_fine)
}

/// What is told of an action that has ended, and that its message is to be sent.
fn ended(key: &LeadKey, id: &SessionId, action: &Action) -> Vec<Event> {
    let told = action.ended.map(|ended| {
        let (kind, due_at) = (action.kind, action.due_at);
        ActionEnded { key: key.clone(), action: id.clone(), kind, due_at, how: ended.how }.event()
    });
    let waits = action.message.as_ref().map(|_| Event::TurnDue(TurnDue { key: key.clone(), swept: false }));
    told.into_iter().chain(waits).collect()
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
