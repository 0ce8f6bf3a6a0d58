//! Notices are published as events and removed from the state. A death in between has them published twice.

use super::context::{Holding, Turn, TurnError};
use super::write::{reload, write};
use crate::model::lead_state::State;
use crate::model::notice::Notice;
use crate::ports::bundle::{Ports, TurnPorts};
use crate::ports::bus::EventBus;
use crate::ports::messenger::Messenger;
use crate::retry::{Attempt, update};

/// Publishes the lead's notices.
pub(super) async fn publish_notices<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    let notices = turn.state.notices.clone();
    if notices.is_empty() {
        return Ok(Holding::Held(()));
    }
    let meaning = |code| p.messenger().failure(code);
    let language = turn.settings.language;
    let numbered = (turn.state.told..).zip(&notices);
    let events: Vec<_> = numbered.map(|(number, notice)| notice.event(&turn.key, number, language, meaning)).collect();
    p.bus().publish(&events).await?;
    strike_out(p, turn, &notices).await
}

async fn strike_out<P: Ports>(p: &P, turn: &mut Turn, published: &[Notice]) -> Result<Holding, TurnError> {
    update!(p.clock(), p.config().attempts, |attempt| {
        if attempt > 0 && reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Holding::Lost));
        }
        let mut next = turn.state.next();
        next.notices.retain(|notice| !published.contains(notice));
        next.told += u64::try_from(turn.state.notices.len() - next.notices.len()).unwrap_or(0);
        let landed = |state: &State| !state.notices.iter().any(|notice| published.contains(notice));
        write(p, turn, Vec::new(), next, Holding::Held(()), landed).await
    })
}
