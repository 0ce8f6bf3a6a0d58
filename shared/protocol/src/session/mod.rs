//! What happens to sessions: they close, their digest is written, its end is published, and the sweep finds what a
//! crash or an outage left.

pub(crate) mod announce;
pub mod close;
mod commitments;
pub mod digest;
pub(crate) mod finish_merge;
mod forget;
mod material;
pub mod outcome;
mod postpone;
mod probe;
pub mod sweep;
pub mod work;
