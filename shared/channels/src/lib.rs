#![doc = include_str!("../README.md")]

pub mod calls;
pub mod connection;
pub mod crm;
pub mod signature;
pub mod webhook;
pub mod whatsapp;

mod lenient_json;
mod once;
