#![doc = include_str!("../README.md")]

use serde::Deserialize;
use tracing::{error, info, warn};
use zikaron_channels::calls::DueCalls;
use zikaron_import::worker;
use zikaron_protocol::action;
use zikaron_protocol::call::{end, note};
use zikaron_protocol::model::action::is_action;
use zikaron_protocol::model::call::CallCompleted;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::timer::TimerFired;
use zikaron_protocol::ports::business_store::LeadCollections;
use zikaron_protocol::ports::store::OpenSessions;
use zikaron_protocol::ports::{Caller, ImportStore, Ports, Staging};
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

/// Where the files of imports wait, and for how many days messages are kept; none: for ever.
#[derive(Debug)]
pub struct Imports<F> {
    /// The files.
    pub staging: F,
    /// The days.
    pub keep_days: Option<u32>,
}

/// Takes one event. `provider` is asked for calls of which it only said that they ended.
///
/// # Errors
/// [`EndError`]: Lambda delivers the event again.
pub async fn handle<P: Ports, C: Caller, D: DueCalls, F: Staging>(
    p: &P,
    caller: &C,
    provider: &D,
    imports: &Imports<F>,
    input: &Input,
) -> Result<(), EndError>
where
    P::Store: OpenSessions + LeadCollections + ImportStore,
{
    let ended = match input {
        Input::TimerFired(fire) if is_action(&fire.session) => action::fire(p, caller, fire).await?,
        Input::TimerFired(fire) => close::fire(p, fire).await?,
        Input::Bus(Event::SessionDue(hint)) if is_action(&hint.session) => action::hinted(p, caller, hint).await,
        Input::Bus(Event::SessionDue(hint)) => close::hinted(p, hint).await,
        Input::Bus(Event::SessionClose(asked)) => close::close_now(p, asked).await?,
        Input::Bus(Event::CallCompleted(call)) => return completed(p, call).await,
        Input::Bus(Event::CallNoted(remark)) => {
            let outcome = note::noted(p, remark).await?;
            info!(call = %remark.name, ?outcome, "remark handled");
            return Ok(());
        }
        Input::Bus(Event::CallsDue(due)) => {
            // One after the other: most conversations are one call. What is taken in already is nothing new when the
            // event is delivered again.
            for call in provider.calls(due).await? {
                completed(p, &call).await?;
            }
            return Ok(());
        }
        Input::Bus(Event::ImportDue(due)) => {
            let worked = Box::pin(worker::due(p, &imports.staging, imports.keep_days, due)).await?;
            info!(import = %due.import, outcome = ?worked, "import handled");
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

async fn completed<P: Ports>(p: &P, call: &CallCompleted) -> Result<(), EndError> {
    let outcome = end::completed(p, call).await?;
    let action = action::called(p, call).await?;
    info!(call = %call.key.name, ?outcome, ?action, "call handled");
    Ok(())
}
