#![doc = include_str!("../README.md")]

mod cast;
mod chance;
mod counts;
mod digests;
mod hooks;
mod instance;
mod invocation;
mod load;
mod many;
mod people;
mod plan;
mod ports;
mod run;
mod scenario;
mod shrink;
mod staged;
mod trace;
mod universe;
mod verdict;
mod witness;
mod words;
mod work;
mod world;

pub use counts::Counts;
pub use hooks::webhooks;
pub use load::{FOUND_WITHIN, Load, Measured, load, many_waiting, never_ending};
pub use many::{Outcome, many};
pub use plan::Limits;
pub use run::{Report, run};
pub use shrink::shrink;
pub use staged::{Staged, staged};
pub use universe::Broken;
