//! WhatsApp Cloud API: [`inbound`] reads what Meta posts to the webhook, [`graph`] sends, [`media`] fetches what came with a message.

pub mod error_code;
pub mod graph;
pub mod inbound;
pub mod media;
pub mod set_aside;

mod attachments;
mod call;
mod control;
mod identity;
mod limit;
mod message;
mod moved;
mod notice;
mod preference;
mod room;
mod said;
mod status;
mod template;
mod template_update;
