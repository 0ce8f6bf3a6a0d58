#![doc = include_str!("../README.md")]

mod bus;
mod calls;
mod cast;
mod chance;
mod channel;
mod counts;
mod customer;
mod erasing;
mod instance;
mod invocation;
mod many;
mod model;
mod plan;
mod run;
mod scenario;
mod schedules;
mod shrink;
mod staged;
mod store;
mod universe;
mod verdict;
mod witness;

pub use counts::Counts;
pub use many::{Outcome, many};
pub use plan::Limits;
pub use run::{Report, run};
pub use shrink::shrink;
pub use staged::{Staged, staged};
pub use universe::Broken;
