#![doc = include_str!("../README.md")]

pub mod admin;
mod ai;
mod api_error;
pub mod calls;
pub mod clock;
pub mod customer;
pub mod driver;
mod http;
pub mod issuer;
pub mod local_env;
mod log;
mod oidc;
mod operator_view;
mod page;
mod sample;
pub mod server;
mod sign_in;
mod simulator;
mod state;
pub mod wait;
mod whatsapp;
pub mod wire;

pub use clock::now;
pub use http::client;
pub use operator_view::OperatorView;
pub use state::{
    AiRequest, Button, Connection, FaultScript, FaultStep, FileFault, OFFLINE_MODEL, PlacedCall, SaidFile, Say,
    SayResult, Script, Sent, Step, Template, TemplateStatus, Typing,
};
