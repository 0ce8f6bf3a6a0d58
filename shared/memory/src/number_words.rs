//! Numbers that are said in words.

use crate::lexicon::list::List;
use crate::lexicon::until::{Mark, PHRASES};
use crate::text;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::OnceLock;

const DOZEN: u64 = 12;
const HUNDRED: u64 = 100;

/// Whether a number in digits stands among the words in words: "אלף חמש מאות" is 1500.
pub(crate) fn is_counted(wanted: &str, quote: &[String]) -> bool {
    let says = |wanted: u64| runs(quote).into_iter().any(|run| quote.get(run).and_then(counted) == Some(wanted));
    wanted.parse::<u64>().is_ok_and(says)
}

/// Where words of one number follow one another: "seven, one of us" are two.
fn runs(words: &[String]) -> Vec<Range<usize>> {
    const UNITS: u64 = 10;
    let mut runs: Vec<Range<usize>> = Vec::new();
    let mut last = 0;
    for (at, word) in words.iter().enumerate() {
        let Some(value) = number(word) else { continue };
        let is_next = |end: usize| end == at || (end + 1 == at && words.get(end).is_some_and(|word| word == "and"));
        match runs.last_mut() {
            Some(run) if is_next(run.end) && (last >= UNITS || value >= UNITS) => run.end = at + 1,
            _ => runs.push(at..at + 1),
        }
        last = value;
    }
    runs
}

/// Where among the words all words of a number stand, with nothing of it left over. A day of the week says no number, nor
/// does "one", which is also somebody.
pub(crate) fn place(wanted: &str, words: &[String]) -> Option<Range<usize>> {
    let wanted = wanted.parse::<u64>().ok().filter(|wanted| *wanted > 1)?;
    let from = |at: usize| words.get(at..).unwrap_or_default();
    let is_weekday = |at: usize, end: usize| {
        let found = PHRASES.begins(from(at), true);
        found.is_some_and(|(mark, taken)| matches!(mark, Mark::Weekday(_)) && at + taken >= end)
    };
    let has_half =
        |end: usize| from(end).iter().take(HALF_AT).any(|word| forms(word).iter().any(|word| HALF.has(word)));
    runs(words).into_iter().find(|run| {
        let before = run.start.saturating_sub(1);
        words.get(run.clone()).and_then(counted) == Some(wanted)
            && !has_half(run.end)
            && !(before..=run.start).any(|at| is_weekday(at, run.end))
    })
}

/// Up to so many words behind a number a half may stand: "seven and a half".
const HALF_AT: usize = 3;

/// A word, and what is left of it without what is written together with it.
fn forms(word: &str) -> [&str; 3] {
    [word, text::without_prefix(word), text::without_arabic_prefix(word)]
}

/// The number that all of these words are, in digits or in words.
pub(crate) fn whole(words: &[String]) -> Option<u64> {
    match words {
        [] => None,
        [one] if one.bytes().all(|b| b.is_ascii_digit()) => one.parse().ok(),
        words => counted(words),
    }
}

/// The one number that all of these words are, with nothing written together with them: "three four" are two.
pub(crate) fn one(words: &[String]) -> Option<u64> {
    let said = words.strip_prefix(&["a".to_owned()]).unwrap_or(words);
    let is_one = matches!(runs(said).as_slice(), [run] if *run == (0..said.len()));
    // "שלושים ואחת".
    let joined = |word: &str| word.strip_prefix(['ו', 'و']).is_some_and(is_bare);
    let is_bare =
        || said.iter().enumerate().all(|(at, word)| word == "and" || is_bare(word) || (at > 0 && joined(word)));
    let in_digits = matches!(words, [one] if one.bytes().all(|b| b.is_ascii_digit()));
    // "Ten twelve" are two.
    let counts = || said.iter().any(|word| number(word) >= Some(HUNDRED)) || below_hundred(said).is_some();
    if in_digits || (is_one && is_bare() && (said.len() == 1 || counts())) { whole(words) } else { None }
}

/// The number that all of these words are in words.
pub(crate) fn counted(words: &[String]) -> Option<u64> {
    let (mut sum, mut part) = (0, 0);
    // "A dozen", "one hundred and twenty".
    let is_between = |(at, word): (usize, &String)| (at == 0 && word == "a") || (at > 0 && word == "and");
    let said = words.iter().enumerate().filter(|word| !is_between(*word)).map(|(_, word)| word);
    if words.last().is_none_or(|word| number(word).is_none()) {
        return None;
    }
    for word in said {
        match number(word)? {
            1000 => (sum, part) = (sum + 1000 * u64::max(part, 1), 0),
            100 => part = 100 * u64::max(part, 1),
            // "Two dozen".
            DOZEN if (2..10).contains(&part) => part *= DOZEN,
            value => part += value,
        }
    }
    Some(sum + part)
}

/// The number below a hundred that these words are: one word, or tens and a unit in either order, "twenty three",
/// "שבעה עשר", "خمسة وعشرين". "Seven five" is none.
pub(crate) fn below_hundred(words: &[String]) -> Option<u64> {
    let said: Vec<u64> = words.iter().filter(|word| *word != "and").map(|word| number(word)).collect::<Option<_>>()?;
    match said.as_slice() {
        [one] if *one < 100 => Some(*one),
        [tens, unit] | [unit, tens] if *tens >= 20 && *tens < 100 && tens % 10 == 0 && *unit < 10 => Some(tens + unit),
        [unit, 10] if *unit < 10 => Some(unit + 10),
        _ => None,
    }
}

/// The number that words begin with, in digits or in words, and how many words that are.
pub(crate) fn begins(words: &[String]) -> Option<(u64, usize)> {
    let taken = match words.first()?.bytes().all(|b| b.is_ascii_digit()) {
        true => 1,
        false => runs(words).first().filter(|run| run.start == 0)?.end,
    };
    Some((whole(words.get(..taken)?)?, taken))
}

/// A word as one or two digits of a number that is said digit by digit: "five", "oh", "fifty".
pub(crate) fn digit(word: &str) -> Option<u64> {
    if ZERO.has(word) { Some(0) } else { numbers().get(word).copied().filter(|number| *number < 100) }
}

/// Whether a word is that of a number, with nothing written together with it.
pub(crate) fn is_bare(word: &str) -> bool {
    numbers().contains_key(word)
}

/// Whether a word is that of a number, of the few that count things: "two", "ten".
pub(crate) fn is_number(word: &str) -> bool {
    numbers().get(word).is_some_and(|number| *number <= 10)
}

/// Whether a word begins an amount: "11pm", "twenty", "half".
pub(crate) fn is_amount(word: &str) -> bool {
    let is_one = |word: &&str| word.starts_with(|c: char| c.is_ascii_digit()) || HALF.has(word);
    forms(word).iter().any(is_one) || number(word).is_some()
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

/// A zero among digits that are said one by one.
static ZERO: List = List::new(FILES, "zero");

/// "42 and a half" as 42.5, "half past seven" as 7:30.
pub(crate) fn is_half(digits: &str, quote: &[String]) -> bool {
    matches!(digits, "5" | "30") && quote.iter().any(|word| forms(word).iter().any(|word| HALF.has(word)))
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

    #[test]
    fn a_number_stands_where_all_of_its_words_do() {
        let place = |wanted: &str, said: &str| place(wanted, &text::words(said));
        for (wanted, said, at) in [
            ("8", "שולחן לשמונה בערב", 1..2),
            ("25", "there are twenty five of us", 2..4),
            ("4", "столик на четверых", 2..3),
            ("7", "طاولة لسبعة", 1..2),
        ] {
            assert_eq!(place(wanted, said), Some(at), "{said}");
        }
        for (wanted, said) in [
            ("5", "there are twenty five of us"),
            ("2", "ביום שני"),
            ("2", "يوم الاثنين"),
            ("7", "at seven and a half"),
            ("1", "one of us is late"),
            ("8", "8 of us"),
        ] {
            assert_eq!(place(wanted, said), None, "{said}");
        }
    }
}
