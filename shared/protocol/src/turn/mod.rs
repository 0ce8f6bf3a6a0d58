//! A turn: from a customer's message to one answer that has read everything they wrote.
//!
//! The steps in their order: `ingest` → `lease` → `read` → `ask` → `claim` → `send` → `record`; `drive` goes through
//! them. Before it reads, a turn publishes what the business must know (`publish_notices`), waits for leads that are
//! being merged into this one (`wait_for_merge`) and does what an earlier turn left (`leftover`). `plan` is what
//! `ingest` decides, `hear` (with `listen` and `look`) takes in the voice notes and pictures that `read` finds, `early_file`
//! fetches that of the message a turn began with, `unanswered` listens to voice notes nobody answers, `parts` cuts an answer
//! into messages, `write` is how all of them commit. Each step reads what it decides on, and commits on the condition that
//! it still stands.

mod ask;
mod budget;
mod claim;
mod context;
mod drive;
mod early_file;
mod echo;
mod hands;
mod hear;
mod ingest;
mod lease;
mod leftover;
mod listen;
mod look;
mod merging_lead_update;
mod pace;
mod parts;
mod plan;
mod publish_notices;
mod read;
mod record;
mod send;
mod sound;
mod unanswered;
mod wait_for_merge;
mod write;

pub use context::{Done, Outcome, TurnError};
pub use drive::{answer, due, hinted, resume};
pub(crate) use record::note;
