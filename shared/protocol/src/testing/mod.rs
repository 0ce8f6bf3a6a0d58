//! What tests and the simulation run on: a store in memory.

pub mod in_memory_store;
