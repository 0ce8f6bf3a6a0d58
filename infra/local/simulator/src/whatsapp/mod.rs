//! The simulator as WhatsApp: `say` is what customers write, `graph` what businesses send, `delivery` the webhooks.

pub(crate) mod delivery;
mod envelope;
pub(crate) mod graph;
pub(crate) mod inspect;
pub(crate) mod media;
mod refusal;
mod rules;
pub(crate) mod say;
pub(crate) mod template;
mod text_rule;

pub(crate) use rules::NUMBER_REQUEST;
