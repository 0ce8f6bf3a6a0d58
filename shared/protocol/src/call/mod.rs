//! Phone calls: what is known of a caller when one starts, what is found for a question in its course, what a voice
//! agent writes down in it, and what is kept of one that ended.

pub mod ask;
pub mod end;
pub(crate) mod line;
pub mod note;
pub mod start;
