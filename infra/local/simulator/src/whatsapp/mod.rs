//! The simulator as WhatsApp: `say` is what customers write, `graph` what businesses send, `delivery` the webhooks.

pub(crate) mod delivery;
mod envelope;
pub(crate) mod graph;
pub(crate) mod inspect;
mod refusal;
mod rules;
pub(crate) mod say;

pub(crate) use rules::NUMBER_REQUEST;
