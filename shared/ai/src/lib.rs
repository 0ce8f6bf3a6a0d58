#![doc = include_str!("../README.md")]

pub mod config;
pub mod model;

mod answer;
mod chat;
mod mend;
mod prompts;
mod schema;
mod transcript;
