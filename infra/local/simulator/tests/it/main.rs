//! The simulator over real HTTP.
#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

mod bodies;
mod harness;
mod media;
mod model;
mod page;
mod webhooks;
mod whatsapp;
