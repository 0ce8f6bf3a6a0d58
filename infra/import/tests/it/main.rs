//! Past conversations, from the file to the memory.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]

mod chats;
mod forms;
mod writer;
