//! The work on a closed session: which of the three it is, a conversation, a call or a merge of two leads, and one step
//! of it that is retried until it stands.

use super::announce::publish_session_end;
use super::outcome::EndError;
use super::{digest, finish_merge};
use crate::model::ids::LeadKey;
use crate::model::session::{Job, Session, Stage};
use crate::ports::bundle::Ports;
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use crate::session::outcome::Digested;
use zikaron_memory::session::SessionId;

/// Digests a closed session, or goes on with the merge it stands for, once.
///
/// # Errors
/// [`EndError`], where the store or the bus failed or others kept writing: call it again.
pub async fn work<P: Ports>(p: &P, key: &LeadKey, id: &SessionId) -> Result<Digested, EndError> {
    update!(p.clock(), p.config().attempts, |_| { step(p, key, id).await })
}

/// Raced when somebody wrote the session meanwhile: it is digested already, or one of its messages was edited or taken
/// back, and what was read does not stand any more.
async fn step<P: Ports>(p: &P, key: &LeadKey, id: &SessionId) -> Result<Attempt<Digested>, EndError> {
    let Some(session) = p.store().session(key, id).await?.filter(Session::is_unfinished) else {
        return Ok(Attempt::Done(Digested::Nothing));
    };
    if session.stage == Stage::Digested {
        publish_session_end(p, key, session).await?;
        return Ok(Attempt::Done(Digested::Nothing));
    }
    if let Job::Merge(from) = &session.job {
        let from = from.clone();
        return finish_merge::resume_merge(p, key, session, &from).await;
    }
    digest::digest(p, key, session).await
}
