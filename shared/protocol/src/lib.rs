#![doc = include_str!("../README.md")]

pub mod action;
mod amend;
pub mod call;
pub mod identity;
pub mod json;
pub mod model;
pub mod ports;
pub mod presentation;
mod retry;
pub mod session;
pub mod staff;
pub mod status;
pub mod testing;
mod timer;
pub mod turn;
mod waiting;
pub mod webhook;
pub mod with_background;
