//! The ports of an instance: each call fares as the seed says, and takes effect in what all instances share.

mod bus;
mod caller;
mod channel;
mod erasing;
mod model;
mod outages;
mod schedules;
mod store;
pub(crate) mod voice;
