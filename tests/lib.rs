#![doc = include_str!("README.md")]

pub mod business;
pub mod desk;
pub mod queues;
pub mod schedules;
pub mod stage;
