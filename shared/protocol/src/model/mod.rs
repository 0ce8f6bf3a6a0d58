//! Items and what they are made of: pure, without any port.

pub mod alias;
pub mod amendment;
pub mod call;
pub mod closing;
pub mod config;
pub mod conversation;
pub mod elsewhere;
pub mod event;
pub mod figures;
pub mod ids;
pub mod lead_state;
pub mod listed;
pub mod marketing;
pub mod message;
pub mod model_outage;
pub mod notice;
pub mod outbox;
pub mod phone;
pub mod session;
pub mod spent;
pub mod timer;
pub mod unheard;
pub mod usage;
pub mod write;
