#![doc = include_str!("../README.md")]

pub mod admin;
mod ai;
pub mod calls;
mod clock;
pub mod customer;
pub mod driver;
mod fault;
mod http;
pub mod issuer;
pub mod local_env;
mod page;
pub mod server;
pub mod wait;
mod whatsapp;
pub mod wire;
mod world;

pub use ai::AiRequest;
pub use ai::script::{Script, Step};
pub use clock::now;
pub use http::client;
pub use page::Backstage;
pub use whatsapp::misbehave::{GraphScript, GraphStep};
pub use whatsapp::say::{Said, Say};
pub use whatsapp::sent::{Button, Sent, Typing};
pub use world::Connection;

/// The name of the offline model, in every answer it gives and every log line about it.
pub const OFFLINE_MODEL: &str = "zikaron-offline";
