#![doc = include_str!("../README.md")]

pub mod archive;
pub mod budget;
pub mod calls;
pub mod chat;
pub mod digest;
pub mod files;
pub mod parts;
pub mod past;
pub mod plan;
pub mod store;
mod stored;
pub mod worker;
