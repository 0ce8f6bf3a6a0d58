#![doc = include_str!("README.md")]

pub mod business;
pub mod schedules;
pub mod stage;
