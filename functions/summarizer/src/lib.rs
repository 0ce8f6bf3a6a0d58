#![doc = include_str!("../README.md")]

use serde::Deserialize;
use tracing::{info, warn};
use zikaron_protocol::event::{Event, Fire};
use zikaron_protocol::ports::Ports;
use zikaron_protocol::session_end::{self, EndError};

/// What this function is invoked with.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// An event of the bus.
    Bus(Event),
    /// The input of a schedule.
    Fire(Fire),
}

/// Takes one event.
///
/// # Errors
/// [`EndError`]: Lambda delivers the event again.
pub async fn handle<P: Ports>(p: &P, input: &Input) -> Result<(), EndError> {
    let ended = match input {
        Input::Fire(fire) => session_end::fire(p, fire).await?,
        Input::Bus(Event::SessionClose(key)) => session_end::close_now(p, key).await?,
        Input::Bus(other) => {
            warn!(event = other.name(), "not an event for this function: check the rule");
            return Ok(());
        }
    };
    info!(outcome = ?ended, "session end handled");
    Ok(())
}
