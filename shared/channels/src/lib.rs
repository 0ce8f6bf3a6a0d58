#![doc = include_str!("../README.md")]

pub mod connection;
pub mod signature;
pub mod whatsapp;
