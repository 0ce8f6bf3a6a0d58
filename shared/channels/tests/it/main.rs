//! The channels against sample bodies and a real HTTP server.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod call_turns;
mod calls;
mod calls_missed;
mod changes;
mod crm;
mod fuzz;
mod graph;
mod hubspot;
mod inbound;
mod lines;
mod media;
mod names;
mod outbound;
mod paired;
mod samples;
mod scene;
mod signatures;
mod standby;
mod templates;
mod twilio;
mod webhook;
