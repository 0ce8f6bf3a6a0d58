//! What a value of a kind comes to, however it is written: a day by its month's name or in figures, a number in words or in
//! digits, a phone number as it is dialled at home or from abroad.

mod date;
mod phone;

pub(crate) use date::{Date, dates};
pub(crate) use phone::is_same_phone;

use crate::field::Kind;
use crate::{number_words, text};

/// The form in which two values of this kind are equal (docs/rules.md#b1): that of a text, unless all of it is a day, a
/// number or a phone number. Only what is certainly equal has one form.
pub(crate) fn key(kind: Kind, value: &str) -> String {
    let read = match kind {
        Kind::Date => Date::whole(&text::words(value)).map(|date| date.key()),
        Kind::Number => number_words::whole(&text::words(value)).map(|number| number.to_string()),
        Kind::Phone => Some(phone::key(value)),
        Kind::Name | Kind::Place | Kind::Choice | Kind::Text | Kind::Interest => None,
    };
    read.unwrap_or_else(|| text::key(value))
}
