//! The words that mean something by themselves, as data, and the marks at which a text is taken apart. What follows
//! from a word is decided where it is used.

pub(crate) mod answer;
pub(crate) mod assent;
pub(crate) mod boundary;
pub(crate) mod grammar;
pub(crate) mod heads;
pub(crate) mod hours;
pub(crate) mod injection;
pub(crate) mod intent;
pub(crate) mod list;
pub(crate) mod month;
pub(crate) mod nothing;
pub(crate) mod optout;
mod part;
pub(crate) mod person;
pub(crate) mod phrases;
pub(crate) mod reset;
pub(crate) mod somebody;
pub(crate) mod state;
pub(crate) mod statement;
pub(crate) mod towns;
pub(crate) mod until;
pub(crate) mod value;
pub(crate) mod when;
