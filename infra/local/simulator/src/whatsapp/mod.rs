//! The simulator as WhatsApp.

pub(crate) mod delivery;
pub(crate) mod envelope;
pub(crate) mod graph;
pub(crate) mod misbehave;
pub(crate) mod refusal;
pub(crate) mod rules;
pub(crate) mod say;
pub(crate) mod sent;
pub(crate) mod written;
