//! What tests and the simulation run on: a store in memory.

mod in_memory_business_store;
pub mod in_memory_store;
