//! What staff do: correct the memory, take a conversation over, write, enter and import customers, erase. Their values
//! go through the same merge as everything else.

mod edit;
mod erase;
mod handover;
mod lead;
mod notes;
mod profile;
mod read;
mod send;
mod service;
mod suggestions;

pub use erase::{ErasurePorts, erase};
pub use lead::{Import, Opened};
pub use read::{leads_of_customer, read_memory};
pub use service::{EditError, StaffService};
