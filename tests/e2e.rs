//! What a customer, an operator and a stranger see of the deployed whole. Run inside the local stack (`make test`).

#[path = "e2e/actions.rs"]
mod actions;
#[path = "e2e/answering.rs"]
mod answering;
#[path = "e2e/calls.rs"]
mod calls;
#[path = "e2e/door.rs"]
mod door;
#[path = "e2e/failures.rs"]
mod failures;
#[path = "e2e/import.rs"]
mod import;
#[path = "e2e/import_killed.rs"]
mod import_killed;
#[path = "e2e/logs.rs"]
mod logs;
#[path = "e2e/memory.rs"]
mod memory;
#[path = "e2e/pictures.rs"]
mod pictures;
#[path = "e2e/tenants.rs"]
mod tenants;
#[path = "e2e/voice.rs"]
mod voice;
