#![doc = include_str!("../README.md")]

use tracing::warn;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::ports::TurnPorts;
use zikaron_protocol::turn::TurnError;
use zikaron_protocol::{status, turn};

/// Takes one event of the bus.
///
/// # Errors
/// [`TurnError`]: Lambda delivers the event again.
pub async fn handle<P: TurnPorts>(p: &P, event: &Event) -> Result<(), TurnError> {
    match event {
        Event::MessageReceived(received) => turn::answer(p, received).await.map(drop),
        Event::MessageStatus(received) => status::settle(p, received).await.map(drop),
        Event::TurnDue(hint) => turn::hinted(p, hint).await.map(drop),
        other => {
            warn!(event = other.name(), "not an event for this function: check the rule");
            Ok(())
        }
    }
}
