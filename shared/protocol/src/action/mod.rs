//! An action that may be due: a schedule or the sweep says so, and the state says whether it is.
//!
//! It comes to its one end in one commit, with all that follows from it: a message stands in the outbox from then on,
//! and is sent by the steps of every other; the business is told of the end after it. Whoever races this commit, staff
//! who move or cancel it, a merge, an erasure, makes it void, and it is looked at again. What is due is decided in
//! `decide`, written in `end`.

mod bring;
mod call;
mod compose;
mod decide;
mod end;
mod template;

pub use call::called;

use crate::identity::merge::resolve_lead;
use crate::model::session::Stage;
use crate::model::timer::TimerFired;
use crate::ports::bundle::Ports;
use crate::ports::caller::Caller;
use crate::ports::clock::Clock;
use crate::ports::store::Store;
use crate::retry::{Attempt, update};
use crate::session::announce::publish_session_end;
use crate::session::outcome::{EndError, Ended};
use bring::bring;
use compose::Composed;
use decide::Next;
use end::Words;
use futures_util::future::try_join;
use jiff::SignedDuration;
use tracing::info;
use zikaron_memory::action::{ActionEnd, Refusal};

/// When a model that does not answer is asked again to write a message.
const AGAIN: SignedDuration = SignedDuration::from_mins(10);

/// A schedule fired: does what is due of an action. Whether a session is one, [`crate::model::action::is_action`] says.
///
/// # Errors
/// [`EndError`], where the store or the bus failed or others kept writing: deliver it again.
pub async fn fire<P: Ports, C: Caller>(p: &P, caller: &C, fire: &TimerFired) -> Result<Ended, EndError> {
    update!(p.clock(), p.config().attempts, |_| { look(p, caller, fire).await })
}

/// The same for one the sweep hinted at, or staff have written. Where it fails, it is left to the next sweep.
pub async fn hinted<P: Ports, C: Caller>(p: &P, caller: &C, hint: &TimerFired) -> Ended {
    fire(p, caller, hint).await.unwrap_or_else(|error| {
        info!(lead = %hint.key.lead, action = %hint.session, %error, "left to the next sweep");
        Ended::LeftToSweep
    })
}

async fn look<P: Ports, C: Caller>(p: &P, caller: &C, fire: &TimerFired) -> Result<Attempt<Ended>, EndError> {
    let nothing = Ok(Attempt::Done(Ended::Nothing));
    let key = resolve_lead(p.store(), &fire.key).await?;
    let Some(session) = p.store().session(&key, &fire.session).await? else {
        return if key == fire.key { nothing } else { bring(p, fire, &key).await };
    };
    let (true, Some(action)) = (session.is_unfinished(), session.action().cloned()) else { return nothing };
    if session.stage == Stage::Digested {
        publish_session_end(p, &key, session).await?;
        return Ok(Attempt::Done(Ended::Acted));
    }
    let (state, settings) = try_join(p.store().state(&key), p.store().settings(&key.business)).await?;
    let Some(state) = state else { return nothing };
    let now = p.clock().now();
    if let Some(at) = session.retry_at.filter(|at| now < *at) {
        // Where this was not the last schedule that was made for it, another one stands.
        return if fire.generation == session.tries { end::again(p, &key, session, at).await } else { nothing };
    }
    let of = end::Due { key, session, action, settings, now };
    let is_spent = of.settings.has_budget() && p.store().spent(&of.today()).await?.is_all(&of.settings);
    match decide::next(&of.action, &state, &of.settings, is_spent, now) {
        Next::End(how) => end::end(p, of, Some(&state), how).await,
        Next::At(at) => end::again(p, &of.key, of.session, at).await,
        Next::Send(body, until) => end::send(p, of, &state, Words::of_staff(body, until)).await,
        Next::Compose(until) => {
            let composed = compose::compose(p, &of, &state).await?;
            // Whatever comes of it: where somebody else writes first, it is composed anew.
            end::spend(p, &of.key, of.costs(0, composed.usage())).await;
            match composed {
                Composed::Text(text, discloses, usage) => {
                    end::send(p, of, &state, Words::of_ai(text, (discloses, usage), until)).await
                }
                Composed::Nothing(usage) => end::unwritten(p, of, &state, usage).await,
                Composed::Later => end::again(p, &of.key, of.session, now + AGAIN).await,
            }
        }
        Next::Template(template, until) => match template::filled(p, &of, &template).await? {
            Some(body) => end::send(p, of, &state, Words::of_staff(body, until)).await,
            None => end::end(p, of, Some(&state), ActionEnd::without(Refusal::NoTemplate)).await,
        },
        Next::Call(number, until) => call::place(p, caller, of, &state, (&number, until)).await,
    }
}
