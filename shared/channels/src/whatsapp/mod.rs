//! WhatsApp Cloud API: [`inbound`] reads what Meta posts to the webhook, [`graph`] sends.

pub mod error_code;
pub mod graph;
pub mod inbound;
pub mod set_aside;

mod attachments;
mod call;
mod control;
mod identity;
mod message;
mod moved;
mod notice;
mod preference;
mod room;
mod said;
mod status;
