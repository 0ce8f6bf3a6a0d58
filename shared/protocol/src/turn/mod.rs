//! A turn: from a customer's message to one answer that has read everything he wrote.
//!
//! The order is the file list: `ingest` → `lease` → `read` → `ask` → `claim` → `send` → `record`; `merging_lead` waits
//! for a lead that is being joined into this one, `leftover` deals with what an earlier turn left, `publish_notices`
//! with what the business must know, and `write` is how all of them commit. Each step reads what it decides on and
//! commits on the condition that it still stands.

mod ask;
mod claim;
mod context;
mod drive;
mod ingest;
mod lease;
mod leftover;
mod parts;
mod plan;
mod publish_notices;
mod read;
mod record;
mod send;
mod wait_for_merge;
mod write;

pub use context::{Done, Outcome, TurnError};
pub use drive::{answer, due, resume};
pub(crate) use record::note;
