//! Numbers that are said in words.

use crate::lexicon::list::List;
use crate::text;
use std::collections::HashMap;
use std::sync::OnceLock;

/// Whether a number in digits stands among the words in words: "אלף חמש מאות" is 1500.
pub(crate) fn is_counted(wanted: &str, quote: &[String]) -> bool {
    let Ok(wanted) = wanted.parse::<u64>() else { return false };
    let (mut sum, mut part, mut counts) = (0, 0, false);
    for word in quote {
        match number(word) {
            Some(1000) => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            Some(100) => part = 100 * u64::max(part, 1),
            Some(value) => part += value,
            None if counts && sum + part == wanted => return true,
            None => (sum, part) = (0, 0),
        }
        counts = sum + part > 0;
    }
    counts && sum + part == wanted
}

/// The number that all of these words are, in digits or in words.
pub(crate) fn whole(words: &[String]) -> Option<u64> {
    match words {
        [] => None,
        [one] if one.bytes().all(|b| b.is_ascii_digit()) => one.parse().ok(),
        words => counted(words),
    }
}

fn counted(words: &[String]) -> Option<u64> {
    let (mut sum, mut part) = (0, 0);
    for word in words {
        match number(word)? {
            1000 => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            100 => part = 100 * u64::max(part, 1),
            value => part += value,
        }
    }
    Some(sum + part)
}

/// Whether a word is that of a number, of the few that count things: "two", "ten".
pub(crate) fn is_number(word: &str) -> bool {
    numbers().get(word).is_some_and(|number| *number <= 10)
}

const FILES: &[&str] = &[
    include_str!("lexicon/data/number.he.txt"),
    include_str!("lexicon/data/number.en.txt"),
    include_str!("lexicon/data/number.ru.txt"),
    include_str!("lexicon/data/number.ar.txt"),
];

/// What a word comes to, also with what is written together with it.
fn number(word: &str) -> Option<u64> {
    let of = |word: &str| numbers().get(word).copied();
    of(word).or_else(|| of(text::without_prefix(word))).or_else(|| of(text::without_arabic_prefix(word)))
}

/// Every word of a number, and what it comes to.
fn numbers() -> &'static HashMap<String, u64> {
    static NUMBERS: OnceLock<HashMap<String, u64>> = OnceLock::new();
    NUMBERS.get_or_init(|| {
        let lines = FILES.iter().flat_map(|file| file.lines()).filter_map(|line| line.split_once(' '));
        let numbers = lines.filter_map(|(number, words)| Some((number.parse::<u64>().ok()?, words)));
        numbers.flat_map(|(number, words)| text::words(words).into_iter().map(move |word| (word, number))).collect()
    })
}

/// A half.
static HALF: List = List::new(FILES, "half");

/// "42 and a half" as 42.5, "half past seven" as 7:30.
pub(crate) fn is_half(digits: &str, quote: &[String]) -> bool {
    matches!(digits, "5" | "30")
        && quote.iter().any(|word| {
            [word, text::without_prefix(word), text::without_arabic_prefix(word)].iter().any(|word| HALF.has(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;

    #[test]
    fn every_language_counts_in_words() {
        assert_sentences(FILES, |line| {
            let (said, number) = line.split_once('|').unwrap();
            let said = text::words(said);
            is_counted(number.trim(), &said) || is_half(number.trim(), &said)
        });
    }
}
