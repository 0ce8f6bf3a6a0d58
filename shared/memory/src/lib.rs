#![doc = include_str!("../README.md")]

pub mod content;
pub mod country;
pub mod document;
pub mod evidence;
pub mod field;
mod fold;
mod fresh;
pub mod handover;
pub mod join;
pub mod language;
pub mod merge;
pub mod note;
mod order;
pub mod profile;
pub mod reason;
pub mod render;
pub mod resume;
mod room;
pub mod session;
pub mod settings;
mod stance;
pub mod summary;
mod text;
