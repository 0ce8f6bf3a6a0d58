//! Phone numbers as people write them.

use crate::country::Country;
use crate::{number_words, text};
use std::borrow::Cow;
use std::ops::Range;

/// Fewer digits are no phone number.
const FEWEST: usize = 7;

/// The digits of a number, with the `8` that Russia and Kazakhstan dial at home written as their calling code, see the
/// [plan](https://www.itu.int/oth/T02020000AD/en).
pub(crate) fn key(value: &str) -> String {
    let key = text::key(value);
    let is_abroad = value.trim_start().starts_with(['+', '＋']) || value.trim_start().starts_with("00");
    let home = key.strip_prefix('8').filter(|rest| rest.len() == 10 && rest.starts_with(['3', '4', '7', '8', '9']));
    match home.filter(|rest| !is_abroad && rest.bytes().all(|b| b.is_ascii_digit())) {
        Some(rest) => format!("7{rest}"),
        None => key,
    }
}

/// Where among the words digits stand in a row that are those of the value, in figures or said one by one: as they are, or
/// as that number is dialled in its own country.
pub(crate) fn place(words: &[String], value: &str) -> Option<Range<usize>> {
    let wanted = key(value);
    if wanted.len() < FEWEST || !wanted.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let national = Country::of_digits(&wanted).and_then(|country| {
        let rest = wanted.strip_prefix(country.calling_code())?;
        Some(format!("{}{rest}", country.trunk()))
    });
    let is_it = |said: &String| *said == wanted || (value.contains('+') && national.as_ref() == Some(said));
    // Figures first: "table for two 050…" has nothing of the number in words.
    [figures, digits].iter().find_map(|read: &fn(&str) -> Option<Cow<'_, str>>| {
        let said: Vec<Option<Cow<'_, str>>> = words.iter().map(|word| read(word)).collect();
        let mut end = 0;
        said.chunk_by(|a, b| a.is_some() == b.is_some()).find_map(|run| {
            let at = end..end + run.len();
            end = at.end;
            let run: Option<String> = run.iter().map(Option::as_deref).collect();
            run.map(|run| key(&run)).filter(is_it).map(|_| at)
        })
    })
}

/// A word of figures.
fn figures(word: &str) -> Option<Cow<'_, str>> {
    word.bytes().all(|b| b.is_ascii_digit()).then_some(Cow::Borrowed(word))
}

/// A word as the digits of a number that is said: figures, or the words for one or two of them.
fn digits(word: &str) -> Option<Cow<'_, str>> {
    figures(word).or_else(|| number_words::digit(word).map(|digit| Cow::Owned(digit.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_as_it_is_dialled_at_home_and_no_other_is() {
        let same = |said: &str, value: &str| place(&text::words(said), value).is_some();
        assert!(same("мой номер 8 900 000-01-42", "+7 900 000 01 42"));
        assert!(same("call 020 7946 0321 please", "+44 20 7946 0321"));
        assert!(same("050-555-0142", "+972505550142"));
        assert!(same("table for two 050-555-0142", "+972505550142"));
        assert!(same("zero five oh, five five five, oh one four two", "0505550142"));
        assert!(same("אפס חמישים חמש חמש חמש אפס אחת ארבע שתיים", "0505550142"));
        assert!(same("ноль пять ноль пять пять пять ноль один четыре два", "050-555-0142"));
        // Another number, one from abroad that was not said to be, too few digits.
        assert!(!same("8 900 000 01 42", "8 900 000 01 24"));
        assert!(!same("44 20 7946 0321", "020 7946 0321"));
        assert!(!same("555 01", "55501"));
        // Of Vietnam and of Hong Kong as they are dialled from abroad.
        assert_ne!(key("+84 900 000 142"), key("+7 4900 000 142"));
        assert_ne!(key("852 5550 0142"), key("+7 525 550 0142"));
    }
}
