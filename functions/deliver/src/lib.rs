#![doc = include_str!("../README.md")]

use serde::Deserialize;
use tracing::info;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::webhook::DeliveryDue;
use zikaron_protocol::ports::{Clock, DeliveryTimer, EventBus, Receiver, Unavailable, WebhookStore};
use zikaron_protocol::webhook::courier::{Announced, Courier};

/// What this function is invoked with.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
#[expect(clippy::large_enum_variant, reason = "one per invocation, taken apart at once")]
pub enum Input {
    /// An event of the bus.
    Bus(Announced),
    /// The input of a retry's schedule.
    Retry(DeliveryDue),
}

/// Takes one event.
///
/// # Errors
/// [`Unavailable`]: Lambda delivers the event again.
pub async fn handle<S, B, T, R, C>(courier: &Courier<S, B, T, R, C>, input: &Input) -> Result<(), Unavailable>
where
    S: WebhookStore,
    B: EventBus,
    T: DeliveryTimer,
    R: Receiver,
    C: Clock,
{
    let handled = match input {
        Input::Retry(due) | Input::Bus(Announced { event: Event::DeliveryDue(due), .. }) => courier.due(due).await?,
        Input::Bus(announced) => courier.announced(announced).await?,
    };
    info!(outcome = ?handled, "delivery handled");
    Ok(())
}
