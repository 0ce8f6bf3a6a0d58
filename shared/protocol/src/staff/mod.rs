//! What staff do: correct the memory, take a conversation over, write, enter and import customers, erase. Their values
//! go through the same merge as everything else.

mod actions;
mod chat_import;
mod edit;
mod erase;
mod handover;
mod lead;
mod marketing;
mod notes;
mod profile;
mod read;
mod recount;
mod send;
mod service;
mod suggestions;

pub use actions::{ActionChange, NewAction, actions};
pub use chat_import::{
    ChatImportError, begin_chat_import, cancel_chat_import, last_chat_import, put_chat_import, start_chat_import,
};
pub use erase::{ErasurePorts, erase};
pub use lead::{Import, Opened};
pub use read::{leads_of_customer, read_memory};
pub use service::{EditError, StaffService};
