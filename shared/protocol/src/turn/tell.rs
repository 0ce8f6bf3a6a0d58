//! Tell: what the business must know is published and struck out. A death in between has it published twice.

use super::write::{Wrote, back_off, reload, write};
use super::{Turn, TurnError};
use crate::notice::Notice;
use crate::ports::{EventBus, Messenger, Ports, TurnPorts};
use crate::state::State;
use crate::teeth::{Bug, has};

/// Tells the business what it must know. False when the lease is lost.
pub(super) async fn tell<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<bool, TurnError> {
    let notices = turn.state.notices.clone();
    if notices.is_empty() {
        return Ok(true);
    }
    if has(Bug::NoticeStruckFirst) && !strike_out(p, turn, &notices).await? {
        return Ok(false);
    }
    let meaning = |code| p.messenger().failure(code);
    let language = turn.settings.language;
    let events: Vec<_> = notices.iter().map(|notice| notice.event(&turn.key, language, meaning)).collect();
    p.bus().publish(&events).await?;
    strike_out(p, turn, &notices).await
}

async fn strike_out<P: Ports>(p: &P, turn: &mut Turn, told: &[Notice]) -> Result<bool, TurnError> {
    for attempt in 0..p.config().attempts {
        let mut next = turn.state.next();
        next.notices.retain(|notice| !told.contains(notice));
        let landed = |state: &State| !state.notices.iter().any(|notice| told.contains(notice));
        if let Wrote::Yes = write(p, turn, Vec::new(), next, landed).await? {
            return Ok(true);
        }
        back_off(p, attempt).await;
        if !reload(p, turn).await? {
            return Ok(false);
        }
    }
    Err(TurnError::Contended)
}
