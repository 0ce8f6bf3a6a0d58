//! What people of the business do to the memory. It goes through the same merge as everything else.

mod desk;
mod edit;
mod erase;
mod handover;
mod lead;
mod notes;
mod profile;
mod send;
mod suggestions;

pub use desk::{Desk, EditError};
pub use erase::{Removal, erase};
pub use lead::{Import, Opened};
