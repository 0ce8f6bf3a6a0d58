//! Past conversations, from the file to the memory.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

mod archives;
mod asked;
mod by_api;
mod chats;
mod digests;
mod files;
mod forms;
mod in_parts;
mod meanwhile;
mod past_calls;
mod refused;
mod story;
mod town;
mod writer;
