#![doc = include_str!("../README.md")]

use serde::Deserialize;
use tracing::{error, info, warn};
use zikaron_protocol::call::end;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::Ports;
use zikaron_protocol::ports::store::OpenSessions;
use zikaron_protocol::session::close;
use zikaron_protocol::session::outcome::EndError;
use zikaron_protocol::session::sweep::sweep;

/// How many sessions one sweep looks at in every shard: at 8 shards and two reads each some 10 s of work.
const MAX_SWEPT: usize = 250;

/// What this function is invoked with.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one per invocation, taken apart at once")]
pub enum Input {
    /// An event of the bus.
    Bus(Event),
    /// The input of a session's schedule.
    TimerFired(TimerFired),
    /// The input of the rate rule.
    Rate {
        /// What is due.
        task: Task,
    },
}

/// What is done at a rate.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Task {
    /// Look for what a crash or an outage left.
    Sweep,
}

/// Takes one event.
///
/// # Errors
/// [`EndError`]: Lambda delivers the event again.
pub async fn handle<P: Ports>(p: &P, input: &Input) -> Result<(), EndError>
where
    P::Store: OpenSessions,
{
    let ended = match input {
        Input::TimerFired(fire) => close::fire(p, fire).await?,
        Input::Bus(Event::SessionDue(hint)) => close::hinted(p, hint).await,
        Input::Bus(Event::SessionClose(asked)) => close::close_now(p, asked).await?,
        Input::Bus(Event::CallCompleted(call)) => {
            let outcome = end::completed(p, call).await?;
            info!(call = %call.key.name, ?outcome, "call handled");
            return Ok(());
        }
        Input::Rate { task: Task::Sweep } => {
            if let Err(error) = sweep(p, MAX_SWEPT).await {
                // An error would have Lambda and the failure queue sweep again and again, beside the rule that does.
                error!(%error, metric.sweep_failures = 1, "the sweep broke off: the next one is minutes away");
            }
            return Ok(());
        }
        Input::Bus(other) => {
            warn!(event = other.name(), "not an event for this function: check the rule");
            return Ok(());
        }
    };
    info!(outcome = ?ended, "session end handled");
    Ok(())
}
