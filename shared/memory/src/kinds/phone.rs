//! Phone numbers as people write them.

use crate::country::Country;
use crate::{number_words, text};
use std::borrow::Cow;
use std::ops::Range;

/// Fewer digits are no phone number.
const FEWEST: usize = 7;

/// What North America dials first, at home and from abroad.
const AMERICAN: &str = "1";

/// The digits of a number, one form for each as it is dialled at home and from abroad in a country where the two cannot be
/// mistaken for numbers of another: of Israel and Britain that of home, of Russia, Kazakhstan and North America the one with
/// the calling code. See the [plans](https://www.itu.int/oth/T0202.aspx).
pub(crate) fn key(value: &str) -> String {
    let key = text::key(value);
    if !key.bytes().all(|b| b.is_ascii_digit()) {
        return key;
    }
    let is_abroad = value.trim_start().starts_with(['+', '＋']) || value.trim_start().starts_with("00");
    let home = |lead: &str| key.strip_prefix(lead).filter(|rest| !is_abroad && rest.len() == 10);
    if let Some(rest) = home("8").filter(|rest| rest.starts_with(['3', '4', '7', '8', '9'])) {
        return format!("7{rest}");
    }
    if let Some(rest) = home("").filter(|_| is_american(value)) {
        return format!("{AMERICAN}{rest}");
    }
    // "+44 (0)20".
    let british = key.strip_prefix("44").map(|rest| rest.strip_prefix('0').unwrap_or(rest));
    match british.filter(|rest| rest.len() == 10 && rest.starts_with(['1', '2', '3', '7', '8'])) {
        Some(rest) => format!("0{rest}"),
        None => key,
    }
}

/// Whether ten digits are written in the groups of [North America](https://www.nanpa.com/numbering/number-resources):
/// "(202) 555-0143". In a row they may be those of Russia or of Singapore.
fn is_american(value: &str) -> bool {
    let groups: Vec<&str> = value.split(|c: char| !c.is_numeric()).filter(|group| !group.is_empty()).collect();
    let begins = |group: &str| !group.starts_with(['0', '1', '٠', '١']);
    match groups.as_slice() {
        [area, exchange, line] => {
            let lengths = [area, exchange, line].map(|group| group.chars().count());
            lengths == [3, 3, 4] && begins(area) && begins(exchange)
        }
        _ => false,
    }
}

/// Where among the words digits stand in a row that are those of the value, in figures or said one by one: as they are, or
/// as that number is dialled in its own country.
pub(crate) fn place(words: &[String], value: &str) -> Option<Range<usize>> {
    let wanted = key(value);
    if wanted.len() < FEWEST || !wanted.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let country = Country::of_digits(&wanted).filter(|_| value.contains('+') || is_american(value));
    let local = country.and_then(|country| wanted.strip_prefix(country.calling_code()));
    // North America dials its 1 or leaves it out.
    let is_home = |said: &str, local: &str, trunk: &str| {
        said.strip_prefix(trunk) == Some(local) || (trunk == AMERICAN && said == local)
    };
    let is_it = |said: &String| {
        *said == wanted || country.zip(local).is_some_and(|(country, local)| is_home(said, local, country.trunk()))
    };
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
        // Of Germany, and of Singapore without its plus.
        assert_ne!(key("+49 7700 900111"), key("07700 900111"));
        assert_ne!(key("65 6555 0143"), key("+1 656 555 0143"));
        // Of Vietnam and of Hong Kong as they are dialled from abroad.
        assert_ne!(key("+84 900 000 142"), key("+7 4900 000 142"));
        assert_ne!(key("852 5550 0142"), key("+7 525 550 0142"));
    }
}
