//! What tests and the simulation run on: a store in memory, and a recount of its rows.

pub mod in_memory_store;
pub mod recount;
