#![doc = include_str!("../README.md")]

pub mod content;
pub mod country;
pub mod document;
pub mod evidence;
pub mod field;
mod fold;
pub mod handover;
mod items;
pub mod join;
pub mod language;
mod lexicon;
pub mod merge;
pub mod note;
pub mod profile;
mod prompt_injection;
pub mod reason;
pub mod render;
mod reset_intent;
pub mod resume;
pub mod session;
pub mod settings;
mod size_budget;
pub mod spoken;
mod stance;
pub mod summary;
mod text;
pub mod zone;
