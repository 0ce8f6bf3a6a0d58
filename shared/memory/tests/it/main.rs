//! The crate as its users see it: one file per part of the specification.

#![expect(clippy::unwrap_used, reason = "helpers of tests stand outside the test functions")]
#![expect(clippy::print_stdout, reason = "figures are for whoever reads the output of a test")]

mod actions;
mod age;
mod conformance;
mod content;
mod document;
mod evidence;
mod forget;
mod growth;
mod handover;
mod histories;
mod join;
mod language;
mod lists;
mod merge;
mod poison;
mod properties;
mod render;
mod requests;
mod resume;
mod settings;
mod size;
mod spoken;
mod stance;
mod suggestions;
mod summary;
mod support;
mod values;
mod when;
