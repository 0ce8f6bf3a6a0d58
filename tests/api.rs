//! The staff API: as the function by itself, over a store in memory, and as it is deployed. Run inside the local stack
//! (`make test`).

#[path = "api/actions.rs"]
mod actions;
#[path = "api/chat_import.rs"]
mod chat_import;
#[path = "api/console.rs"]
mod console;
#[path = "api/conversation.rs"]
mod conversation;
#[path = "api/door.rs"]
mod door;
#[path = "api/erasure.rs"]
mod erasure;
#[path = "api/figures.rs"]
mod figures;
#[path = "api/isolation.rs"]
mod isolation;
#[path = "api/joining.rs"]
mod joining;
#[path = "api/mcp.rs"]
mod mcp;
#[path = "api/once.rs"]
mod once;
#[path = "api/tokens.rs"]
mod tokens;
#[path = "api/webhook.rs"]
mod webhook;
