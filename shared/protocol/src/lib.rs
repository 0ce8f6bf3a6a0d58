#![doc = include_str!("../README.md")]

pub mod beside;
pub mod call;
pub mod call_end;
mod call_line;
pub mod call_start;
pub mod config;
pub mod digest;
mod erased;
pub mod event;
pub mod ids;
pub mod join;
pub mod json;
pub mod message;
pub mod notice;
pub mod phone;
pub mod ports;
pub mod session;
pub mod session_end;
pub mod staff;
pub mod state;
pub mod status;
pub mod store;
pub mod sweep;
#[cfg(feature = "teeth")]
pub mod teeth;
#[cfg(not(feature = "teeth"))]
mod teeth;
mod timer;
pub mod turn;
mod words;
pub mod world;
