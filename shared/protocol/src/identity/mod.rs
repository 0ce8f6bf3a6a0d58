//! Who is who: the names that lead to leads, what happens when two leads turn out to be one person, and what an erasure
//! leaves behind.

pub mod aliases;
pub(crate) mod erased;
pub mod merge;
pub(crate) mod merging_lead;
pub(crate) mod recipient;
