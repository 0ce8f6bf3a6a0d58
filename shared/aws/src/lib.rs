#![doc = include_str!("../README.md")]

pub mod bus;
pub mod clock;
pub mod config;
pub mod delivery;
#[cfg(feature = "gateway")]
pub mod gateway;
pub mod sdk;
pub mod secrets;
pub mod staging;
pub mod store;
pub mod telemetry;
pub mod timer;
pub mod tombstone_key;
pub mod webhook_key;

mod cache;
mod hmac_key;
mod unavailable;
