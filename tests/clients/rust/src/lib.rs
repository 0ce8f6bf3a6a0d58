//! A client of the staff API, made from its OpenAPI document when this is built, by
//! [openapi-to-rust](https://crates.io/crates/openapi-to-rust) as it comes: the document is of OpenAPI 3.1, and of the
//! public generators for Rust this one reads that. `round.rs` is what it is for.

#![allow(clippy::all, reason = "it is compiled as it comes")]

include!(concat!(env!("OUT_DIR"), "/modules.rs"));
