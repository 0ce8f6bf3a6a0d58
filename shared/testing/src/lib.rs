#![doc = include_str!("../README.md")]

pub mod bus;
pub mod caller;
pub mod clock;
pub mod ids;
pub mod media;
pub mod messenger;
pub mod model;
pub mod people;
pub mod ports;
pub mod scheduler;
pub mod staging;
pub mod transcriber;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a failed test left locked is still to be read.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
