//! The simulator over real HTTP.

mod model;
mod webhooks;
mod whatsapp;
mod world;
