//! What the customer wrote under another name, before that name was known to be theirs, is answered before what they
//! write now. The lead that holds it ends its own turn; the turn of the lead it is being merged into waits for that.

use super::context::{Holding, Turn, TurnError};
use super::lease;
use super::write::{reload, write};
use crate::identity::merging_lead::{self, MergingLead};
use crate::model::config::Config;
use crate::model::ids::{LeadId, LeadKey};
use crate::model::lead_state::State;
use crate::model::outbox::{InFlight, Unsettled};
use crate::model::write::Write;
use crate::ports::bundle::TurnPorts;
use crate::ports::clock::Clock;
use crate::ports::store::{CommitError, Store};
use crate::retry::{Attempt, update};
use jiff::{SignedDuration, Timestamp};
use tracing::info;

/// How long a turn waits between two looks …
pub(super) const EVERY: SignedDuration = SignedDuration::from_secs(1);
/// … and how long a turn waits before its event is delivered again: as long as the lease leaves room for an answer.
const MAX_WAIT: SignedDuration = SignedDuration::from_secs(25);

/// What a turn found out about the leads that are being merged into its own.
#[derive(Debug)]
pub(super) enum Waited {
    /// Nothing of these waits or is on its way any more.
    Finished(Vec<LeadId>),
    /// The lease of this one has run out, for its holder died: somebody has to take its turn up.
    Abandoned(LeadKey),
}

/// Waits until nothing of the merging leads waits or is on its way, or one is found abandoned. `waited` is the time
/// spent so far.
pub(super) async fn wait_for_merging_leads<P: TurnPorts>(
    p: &P,
    turn: &mut Turn,
    waited: &mut SignedDuration,
) -> Result<Holding<Waited>, TurnError> {
    while !turn.state.joining.is_empty() {
        if *waited >= MAX_WAIT {
            return Err(TurnError::EarlierInFlight);
        }
        let Some(merging_leads) = merging_lead::merging_leads(p.store(), &turn.key, &turn.state).await? else {
            // Folded in since this state was read, or just about to be.
            if reload(p, turn).await? == Holding::Lost {
                return Ok(Holding::Lost);
            }
            p.clock().sleep(EVERY).await;
            *waited += EVERY;
            continue;
        };
        let now = p.clock().now();
        if let Some(busy) =
            merging_leads.iter().find(|merging_lead| has_pending_work(&merging_lead.state, now, p.config()))
        {
            if waited.is_zero() {
                let (lead, merging_lead) = (&turn.key.lead, &busy.key.lead);
                info!(%lead, %merging_lead, "what came under another name is answered first");
            }
            if !busy.state.is_leased(now) {
                return Ok(Holding::Held(Waited::Abandoned(busy.key.clone())));
            }
        } else if drop_unsent_parts(p, &merging_leads).await? {
            break;
        }
        p.clock().sleep(EVERY).await;
        *waited += EVERY;
    }
    let finished_leads = turn.state.joining.clone();
    if !waited.is_zero() && extend(p, turn).await? == Holding::Lost {
        return Ok(Holding::Lost);
    }
    Ok(Holding::Held(Waited::Finished(finished_leads)))
}

/// Whether a message of the lead waits for an answer, or an outgoing one may still be sent or be on its way. An
/// outgoing one whose end is only to be recorded counts too: a person's message or a refused part may wait behind it.
fn has_pending_work(state: &State, now: Timestamp, config: &Config) -> bool {
    state.is_leased(now) || state.pending > 0 || state.leftover(now, config).is_some()
}

/// Drops parts of the AI's answers that were not sent. They wait behind a part of unknown end; sent after this turn's
/// answer they would come out of order, and answers to one customer go out first in, first out. False where somebody
/// wrote meanwhile.
async fn drop_unsent_parts<P: TurnPorts>(p: &P, merging_leads: &[MergingLead]) -> Result<bool, TurnError> {
    for merging_lead in
        merging_leads.iter().filter(|merging_lead| merging_lead.state.unsettled.iter().any(is_ai_message))
    {
        let mut next = merging_lead.state.next();
        next.unsettled
            .iter_mut()
            .filter(|entry| is_ai_message(entry))
            .for_each(|entry| entry.stage = InFlight::Dropped);
        match p.store().commit(&merging_lead.key, vec![Write::State(next)]).await {
            Ok(()) => {}
            Err(CommitError::Conflict(_)) => return Ok(false),
            Err(CommitError::Unavailable(error)) => return Err(error.into()),
        }
    }
    Ok(true)
}

/// Whether it waits and the AI wrote it. What a person wrote is never dropped for an answer of the AI's.
fn is_ai_message(entry: &Unsettled) -> bool {
    entry.stage == InFlight::Waiting && !entry.staff
}

/// Renews the lease before the model is asked: the wait has used up time of it that the answer needs.
async fn extend<P: TurnPorts>(p: &P, turn: &mut Turn) -> Result<Holding, TurnError> {
    update!(p.clock(), p.config().attempts, |_| {
        if reload(p, turn).await? == Holding::Lost {
            return Ok(Attempt::Done(Holding::Lost));
        }
        let mut next = turn.state.next();
        lease::renew(p, &mut next, p.clock().now());
        let version = next.version;
        let holder = turn.holder.clone();
        let landed = move |state: &State| state.version == version && state.is_held_by(&holder);
        write(p, turn, Vec::new(), next, Holding::Held(()), landed).await
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::ids::{CustomerAddress, MessageId};
    use crate::model::message::MessageKey;

    fn entry(now: Timestamp, answer: u64, (stage, minutes, staff): (InFlight, i64, bool)) -> Unsettled {
        Unsettled {
            key: MessageKey { sent_at: now, id: MessageId::parse(format!("out{answer}")).unwrap() },
            answer,
            since: now - SignedDuration::from_mins(minutes),
            stage,
            staff,
            until: None,
        }
    }

    #[test]
    fn only_what_the_ai_wrote_and_is_not_sent_is_dropped() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let dropped = |stage, staff| is_ai_message(&entry(now, 1, (stage, 1, staff)));
        assert!(dropped(InFlight::Waiting, false));
        assert!(!dropped(InFlight::Waiting, true), "a person's second part behind a first nobody knows the end of");
        assert!(!dropped(InFlight::Unknown, false) && !dropped(InFlight::Sending, false));
    }

    #[test]
    fn a_merging_lead_has_pending_work_while_anything_is_to_be_sent_or_recorded_first() {
        let now = Timestamp::from_second(1_800_000_000).unwrap();
        let config = Config::default();
        let left = |stages: &[(InFlight, i64, bool)]| {
            let unsettled = (0..).zip(stages).map(|(answer, &left)| entry(now, answer, left)).collect();
            has_pending_work(&State { unsettled, ..State::new(CustomerAddress::default(), now) }, now, &config)
        };
        assert!(!left(&[]));
        assert!(!left(&[(InFlight::Unknown, 1, false)]), "nobody knows: nothing is to be done");
        assert!(left(&[(InFlight::Unknown, 1, false), (InFlight::Waiting, 1, true)]), "a person's message");
        assert!(left(&[(InFlight::Dropped, 1, false), (InFlight::Waiting, 1, true)]), "… behind one that is dropped");
        let refused = InFlight::Retry { at: now };
        assert!(left(&[(InFlight::Unknown, 11, false), (refused, 1, false)]), "… behind one that is given up");
    }
}
