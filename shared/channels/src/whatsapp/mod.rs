//! WhatsApp Cloud API: [`inbound`] reads what Meta posts to the webhook, [`graph`] sends.

pub mod graph;
pub mod inbound;
pub mod refusal;
pub mod set_aside;

mod enclosed;
mod identity;
mod message;
mod moved;
mod status;

use crate::loose;
