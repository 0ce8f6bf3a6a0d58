//! A digest that failed is tried again later, and out of the way of customers who wait: every try holds the model for up
//! to a minute, and where that is slow or ill they all fail at once.

use super::outcome::{Digested, EndError};
use crate::model::ids::LeadKey;
use crate::model::session::Session;
use crate::model::timer::TimerFired;
use crate::model::usage::Usage;
use crate::model::write::Write;
use crate::ports::bundle::Ports;
use crate::ports::clock::Clock;
use crate::retry::{Attempt, Committed, commit};
use crate::timer::{self, ScheduledTimer};
use jiff::SignedDuration;
use tracing::warn;
use zikaron_memory::session::SessionId;

/// The first wait: one bad answer is over by then.
const FIRST: SignedDuration = SignedDuration::from_mins(1);
/// The longest wait between two tries (docs/rules.md#c6), two thirds of it without what spreads them.
const MAX_WAIT: SignedDuration = SignedDuration::from_hours(6);

/// The session stays closed and undigested, and a schedule tries again.
pub(super) async fn postpone<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    why: &str,
) -> Result<Digested, EndError> {
    let now = p.clock().now();
    if session.is_scheduled(now) {
        return Ok(Digested::Later);
    }
    let wait = wait(session.tries, &session.id);
    let next = session.again(now + wait);
    let generation = next.closed.as_ref().map_or(0, |closed| closed.generation) + next.tries;
    let fire = TimerFired { key: key.clone(), session: next.id.clone(), generation };
    warn!(
        lead = %key.lead,
        session = %next.id,
        tries = next.tries,
        why,
        metric.digest_failures = 1,
        "digest failed, will be tried again"
    );
    match commit(p.store(), key, vec![Write::Session(next)]).await? {
        Committed::Yes => {
            timer::set(p, Some(ScheduledTimer { fire, at: now + wait, first: true })).await;
            Ok(Digested::Later)
        }
        // Somebody else digested it, or failed at it too and will try again.
        Committed::Raced(_) => Ok(Digested::Nothing),
    }
}

/// The same where the model wrote nothing that can be used. What that took is counted with the digest that is written,
/// also where a schedule is to try again anyway.
pub(super) async fn unusable<P: Ports>(
    p: &P,
    key: &LeadKey,
    session: Session,
    used: Usage,
    why: &str,
) -> Result<Attempt<Digested>, EndError> {
    let session = Session { spent: session.spent.and(used), ..session };
    if session.is_scheduled(p.clock().now()) && used != Usage::default() {
        let next = Session { version: session.version + 1, ..session };
        // Where somebody else wrote it meanwhile, it is digested or tried again, and this try is left out.
        commit(p.store(), key, vec![Write::Session(next)]).await?;
        return Ok(Attempt::Done(Digested::Later));
    }
    postpone(p, key, session, why).await.map(Attempt::Done)
}

/// A minute, 8, 64, then 4 hours; from the second wait on up to half as much again, by the session's id, so that those
/// who failed together do not come back together.
fn wait(tries: u32, session: &SessionId) -> SignedDuration {
    let shortest = SignedDuration::from_secs(FIRST.as_secs() << (3 * tries).min(30)).min(MAX_WAIT * 2 / 3);
    if tries == 0 {
        return shortest;
    }
    // FNV-1a, mixed once more: ids that were made one after another differ in their last letters only.
    let step = |hash: u32, byte: u8| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let hash = session.as_str().bytes().fold(0x811C_9DC5, step);
    let spread = i64::from(hash.wrapping_mul(0x9E37_79B1) >> 16);
    shortest + SignedDuration::from_secs(shortest.as_secs() / 2 * spread / 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn failing_digests_leave_the_model_to_those_who_wait_for_an_answer() {
        let sessions: Vec<SessionId> =
            (0..8).map(|n| SessionId::new(format!("01JF00000000000000000000{n:02}"))).collect();
        for session in &sessions {
            let waits: Vec<_> = (0..40).map(|tries| wait(tries, session).as_secs()).collect();
            assert!(waits[0] <= 60 && waits.is_sorted_by(|a, b| *a <= *b) && *waits.last().unwrap() <= 6 * 3_600);
            // Each try holds the model for a minute.
            let mut tries = 0;
            let mut at = 0;
            while at < 3_600 {
                at += 60 + waits[tries];
                tries += 1;
            }
            assert!(tries <= 3, "{tries} tries within an hour");
        }
        let second: BTreeSet<_> = sessions.iter().map(|session| wait(1, session).as_secs()).collect();
        assert!(second.len() > 4, "{second:?}");
    }
}
