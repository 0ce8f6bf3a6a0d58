#![doc = include_str!("../README.md")]

pub mod config;
pub mod model;
pub mod transcriber;

mod answer;
mod bound;
mod chat;
mod finish;
mod form;
mod json_repair;
mod known;
mod markdown;
mod marks;
mod ordered;
mod pause;
mod picture;
mod prompts;
mod refusal;
mod schema;
mod spent;
mod thoughts;
mod timed;
mod transcript;
mod whole;
