//! Phone numbers as people write them.

use crate::country::Country;
use crate::{number_words, text};
use std::borrow::Cow;
use std::ops::Range;

/// Fewer digits are no phone number.
const FEWEST: usize = 7;

/// The digits of a number, one form for each as it is dialled at home and from abroad: of Israel, Britain and North America
/// that of home, of Russia and Kazakhstan, where it depends, the one with the calling code. See the
/// [plans](https://www.itu.int/oth/T0202.aspx).
pub(crate) fn key(value: &str) -> String {
    let key = text::key(value);
    if !key.bytes().all(|b| b.is_ascii_digit()) {
        return key;
    }
    let is_abroad = is_abroad(value);
    let home = key.strip_prefix('8').filter(|rest| rest.len() == 10 && rest.starts_with(['3', '4', '7', '8', '9']));
    if let Some(rest) = home.filter(|_| !is_abroad) {
        return format!("7{rest}");
    }
    if let Some(rest) = key.strip_prefix('1').filter(|rest| is_american(rest)) {
        return rest.to_owned();
    }
    if is_abroad && is_american(&key) {
        // "+65 6555 0142" is no "656-555-0142".
        return format!("+{key}");
    }
    // "+44 (0)20".
    let british = key.strip_prefix("44").map(|rest| rest.strip_prefix('0').unwrap_or(rest));
    match british.filter(|rest| rest.len() == 10 && rest.starts_with(['1', '2', '3', '7', '8'])) {
        Some(rest) => format!("0{rest}"),
        None => key,
    }
}

/// Whether a number is written as it is dialled from abroad.
fn is_abroad(value: &str) -> bool {
    let mut dialled = value.chars().flat_map(text::fold).filter(|c| *c == '+' || c.is_ascii_digit());
    match dialled.next() {
        Some('+') => true,
        first => first == Some('0') && dialled.next() == Some('0'),
    }
}

/// Whether digits are a number of [North America](https://www.nanpa.com/numbering/number-resources) without its 1.
fn is_american(digits: &str) -> bool {
    let begins = |at: usize| digits.as_bytes().get(at).is_some_and(|digit| (b'2'..=b'9').contains(digit));
    digits.len() == 10 && begins(0) && begins(3)
}

/// Where among the words digits stand in a row that are those of the value, in figures or said one by one: as they are, or
/// as that number is dialled in its own country.
pub(crate) fn place(words: &[String], value: &str) -> Option<Range<usize>> {
    let (wanted, whole) = (key(value), text::key(value));
    if whole.len() < FEWEST || !whole.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let national = Country::of_digits(&whole).filter(|_| value.contains('+')).and_then(|country| {
        let rest = whole.strip_prefix(country.calling_code())?;
        Some(format!("{}{rest}", country.trunk()))
    });
    let is_it = |said: &str| {
        let said = key(said);
        said == wanted || said == whole || national.as_ref() == Some(&said)
    };
    // Figures first: "table for two 050…" has nothing of the number in words.
    [figures, digits].iter().find_map(|read: &fn(&str) -> Option<Cow<'_, str>>| {
        let said: Vec<Option<Cow<'_, str>>> = words.iter().map(|word| read(word)).collect();
        let mut end = 0;
        said.chunk_by(|a, b| a.is_some() == b.is_some()).find_map(|run| {
            let at = end..end + run.len();
            end = at.end;
            let run: Option<String> = run.iter().map(Option::as_deref).collect();
            run.filter(|run| is_it(run)).map(|_| at)
        })
    })
}

/// A word of figures, behind its plus where it has one.
fn figures(word: &str) -> Option<Cow<'_, str>> {
    let figures = word.strip_prefix('+').unwrap_or(word);
    figures.bytes().all(|b| b.is_ascii_digit()).then_some(Cow::Borrowed(word))
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
        assert!(same("44 20 7946 0321", "020 7946 0321"));
        assert!(same("my cell is 2025550143", "(202) 555-0143"));
        assert!(same("(202) 555-0143", "+1 202 555 0143"));
        assert!(same("zero five oh, five five five, oh one four two", "0505550142"));
        assert!(same("אפס חמישים חמש חמש חמש אפס אחת ארבע שתיים", "0505550142"));
        assert!(same("ноль пять ноль пять пять пять ноль один четыре два", "050-555-0142"));
        // Another number, one from abroad that was not said to be, too few digits.
        assert!(!same("8 900 000 01 42", "8 900 000 01 24"));
        assert!(!same("0900 000 142", "84 900 000 142"));
        assert!(!same("555 01", "55501"));
        for (home, abroad) in [
            ("07700 900111", "+44 7700 900111"),
            ("020 7946 0150", "+44 (0)20 7946 0150"),
            ("07700 900222", "0044 7700 900222"),
            ("07700900222", "447700900222"),
            ("(202) 555-0143", "+1 202 555 0143"),
            ("202-555-0143", "12025550143"),
            ("8 900 000-01-42", "7 900 000 01 42"),
            ("050-555-0142", "00972 50 555 0142"),
        ] {
            assert_eq!(key(home), key(abroad));
        }
        for american in ["202-555-0143", "2025550143", "202 5550143", "1 (202) 555 0143", "001 202 555 0143"] {
            assert_eq!(key(american), key("+1 202 555 0143"));
        }
        for israeli in ["０５０ ５５５ ０１４２", "۰۵۰ ۵۵۵ ۰۱۴۲", "\u{200E}+972 50 555 0142", "(+972) 50-555-0142"]
        {
            assert_eq!(key(israeli), key("050-555-0142"));
        }
        // Of Germany, of Singapore, and of Iceland in brackets and behind the mark that copying leaves.
        assert_ne!(key("+49 7700 900111"), key("07700 900111"));
        assert_ne!(key("+65 6555 0143"), key("+1 656 555 0143"));
        for abroad in ["(+354) 555 0142", "\u{2066}+354 555 0142\u{2069}", "00354 555 0142"] {
            assert_eq!(key(abroad), key("+354 555 0142"));
            assert_ne!(key(abroad), key("+1 354 555 0142"));
        }
        // Of Vietnam and of Hong Kong as they are dialled from abroad.
        assert_ne!(key("+84 900 000 142"), key("+7 4900 000 142"));
        assert_ne!(key("852 5550 0142"), key("+7 525 550 0142"));
    }
}
