#![doc = include_str!("../README.md")]

pub mod config;
pub mod model;

mod answer;
mod chat;
mod json_repair;
mod ordered;
mod prompts;
mod schema;
mod transcript;
