//! An action whose lead was found to be another.

use crate::model::ids::LeadKey;
use crate::model::timer::TimerFired;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::store::{CommitError, Store};
use crate::retry::Attempt;
use crate::session::outcome::{EndError, Ended};

/// The lead is being merged into another, or was: the action goes there at once, and does not wait for the merge.
pub(super) async fn bring<P: Ports>(p: &P, fire: &TimerFired, to: &LeadKey) -> Result<Attempt<Ended>, EndError> {
    let Some(session) = p.store().session(&fire.key, &fire.session).await? else {
        return Ok(Attempt::Done(Ended::Nothing));
    };
    let came = vec![Write::MoveIn(Box::new(Write::Session(session.clone())))];
    let gone = vec![Write::Delete(Box::new(Write::Session(session)))];
    match p.store().commit_all(vec![(to.clone(), came), (fire.key.clone(), gone)]).await {
        // It is looked at where it stands now.
        Ok(()) | Err(CommitError::Conflict(_)) => Ok(Attempt::Raced),
        Err(CommitError::Unavailable(error)) => Err(error.into()),
    }
}
