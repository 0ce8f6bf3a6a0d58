//! Phone calls: what is known of a caller when one starts, and what is kept of one that ended.

pub mod end;
mod line;
pub mod start;
