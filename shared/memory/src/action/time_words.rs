//! The words of a time as what they mean, in four languages. What a figure is depends on the mark behind it: 10:30 is
//! a time, 10/12 a day, 10-12 may be anything.

use crate::kinds::Date;
use crate::lexicon::{until, when};
use crate::number_words;
use crate::text::NormalizedText;

/// The most words a time is given in.
const MAX_WORDS: usize = 16;
/// More words than any phrase or date has.
const MAX_PHRASE: usize = 8;
/// The letter that Hebrew writes "and" with: "ten and twenty" is 10:20. In Arabic units stand before tens.
const AND: char = 'ו';
/// "Fourteen" is "four ten" in Hebrew and Arabic, with one of these.
const TENS: [&str; 4] = ["עשר", "עשרה", "عشر", "عشرة"];
/// The letters that end one of the two words of such a number, and not the other.
const ENDINGS: [char; 2] = ['ה', 'ة'];
/// Eight is written alike in both genders.
const EIGHT: i64 = 8;
/// Marks that make two numbers of those they stand between: "ten, eleven".
const MARKS: [char; 6] = [',', '،', '/', '.', ';', '('];
/// Marks that do so only where both may be hours: "ten-eleven", but "ten-thirty".
const DASHES: [char; 3] = ['-', '–', '—'];

/// A word, a phrase or a figure of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    When(when::Mark),
    Day(until::Mark),
    /// `is_bare`: nothing is written together with it, so that it may be the minutes of the hour before it.
    Number {
        value: i64,
        is_bare: bool,
    },
    /// 10:30; `is_exact`: it is written as the morning's only ("08:00").
    Clock {
        hour: i8,
        minute: i8,
        is_exact: bool,
    },
    Date(Date),
    /// "The 15th".
    DayOfMonth(i8),
}

/// One word, and what stands between the one before it and it.
pub(super) struct Word {
    pub(super) text: String,
    gap: String,
}

/// The words of a text; figures and letters that are written together ("10am") are words of their own.
pub(super) fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut end = 0;
    for (word, place) in NormalizedText::new(text).words() {
        let mut gap = text.get(end..place.start).unwrap_or_default().trim().to_owned();
        end = place.end;
        let mut rest = word.as_str();
        while let Some(first) = rest.chars().next() {
            let is_digit = |c: char| c.is_ascii_digit();
            let at = rest.find(|c: char| is_digit(c) != is_digit(first)).filter(|_| ordinal(rest).is_none());
            let (piece, behind) = rest.split_at(at.unwrap_or(rest.len()));
            words.push(Word { text: piece.to_owned(), gap: std::mem::take(&mut gap) });
            rest = behind;
        }
    }
    words
}

/// "15th".
fn ordinal(word: &str) -> Option<i8> {
    ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending))?.parse().ok()
}

pub(super) fn digits(word: &Word) -> Option<&str> {
    (word.text.len() <= 4 && word.text.bytes().all(|b| b.is_ascii_digit())).then_some(word.text.as_str())
}

/// The words as what they mean; none where one is not understood.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let words = split(text);
    if words.len() > MAX_WORDS {
        return None;
    }
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let (token, taken) = begins(rest, &tokens)?;
        tokens.push(token);
        at += taken;
    }
    Some(tokens)
}

/// What the words begin with, and how many of them that is. Figures are never read as anything but figures.
pub(super) fn begins(words: &[Word], before: &[Token]) -> Option<(Token, usize)> {
    if digits(words.first()?).is_some() { figures(words, before) } else { named(words, before) }
}

/// Figures that begin the words, as far as they belong together.
fn figures(words: &[Word], before: &[Token]) -> Option<(Token, usize)> {
    let first = digits(words.first()?)?;
    let mark = words.get(1).filter(|next| digits(next).is_some()).map_or("", |next| next.gap.as_str());
    let of_mark = words.iter().skip(1).take_while(|word| word.gap == mark && digits(word).is_some()).count();
    let group: Vec<String> = words.iter().take(of_mark + 1).map(|word| word.text.clone()).collect();
    let is_asked_for = before.last() == Some(&Token::When(when::Mark::At));
    match (mark, group.as_slice()) {
        (":", [hour, minute]) => Some((clock(hour, minute)?, 2)),
        (".", [hour, minute]) if is_minutes(minute) => Some((clock(hour, minute)?, 2)),
        // "At 10.12" may be a time and a day.
        (".", [_, minute]) if is_asked_for && minute.len() == 2 => None,
        ("." | "/", [_, _]) | ("." | "/" | "-", [_, _, _]) => Some((Token::Date(Date::whole(&group)?), group.len())),
        ("", _) => {
            let texts = texts(words);
            let date = Date::begins(&texts).map(|(date, taken)| (Token::Date(date), taken));
            date.or_else(|| {
                let value = first.parse().ok()?;
                Some((Token::Number { value, is_bare: !is_apart(words.first()?, value) }, 1))
            })
        }
        _ => None,
    }
}

fn texts(words: &[Word]) -> Vec<String> {
    words.iter().take(MAX_PHRASE).map(|word| word.text.clone()).collect()
}

/// Two figures that cannot be a month.
fn is_minutes(word: &str) -> bool {
    word.len() == 2 && word.parse::<u8>().is_ok_and(|number| number == 0 || (13..60).contains(&number))
}

fn clock(hour: &str, minute: &str) -> Option<Token> {
    let is_exact = hour.starts_with('0') && hour.len() == 2;
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok().filter(|_| minute.len() == 2)?);
    ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(Token::Clock { hour, minute, is_exact })
}

/// A phrase, a month with its day or a number in words.
fn named(words: &[Word], before: &[Token]) -> Option<(Token, usize)> {
    let texts = texts(words);
    if let Some((date, taken)) = Date::begins(&texts) {
        return Some((Token::Date(date), taken));
    }
    let first = texts.first()?;
    if let Some(day) = ordinal(first) {
        return Some((Token::DayOfMonth(day), 1));
    }
    let when = when::PHRASES.begins(&texts, true).map(|(mark, taken)| (Token::When(mark), taken));
    let day = until::PHRASES.begins(&texts, true).map(|(mark, taken)| (Token::Day(mark), taken));
    // "Через 3 дня" counts days, "в 3 дня" is in the afternoon.
    let phrase = match (when, day) {
        (Some(when), Some(day)) if day.1 > when.1 || (day.1 == when.1 && counts(before)) => Some(day),
        (when, day) => when.or(day),
    };
    // "ביום ה-15" is the 15th, not a Thursday.
    let is_of_figure = |taken: usize| {
        let is_letter = taken.checked_sub(1).and_then(|last| texts.get(last)).is_some_and(|last| last == "ה");
        let is_dashed = |next: &Word| digits(next).is_some() && next.gap.contains(DASHES);
        is_letter && words.get(taken).is_some_and(is_dashed)
    };
    match phrase {
        Some((Token::Day(until::Mark::Weekday(_)), taken)) if is_of_figure(taken) => None,
        phrase => phrase.or_else(|| number(words, before)),
    }
}

/// Whether what stands before is a length that has begun: "in", "in 3".
fn counts(before: &[Token]) -> bool {
    let begins = |token: &Token| matches!(token, Token::When(when::Mark::In | when::Mark::Ahead));
    match before {
        [.., first, Token::Number { .. }] => begins(first),
        [.., last] => begins(last),
        [] => false,
    }
}

/// A number in words: "ten", "twenty five", "four ten".
fn number(words: &[Word], before: &[Token]) -> Option<(Token, usize)> {
    let of = |word: &Word| {
        let whole = number_words::whole(std::slice::from_ref(&word.text));
        whole.and_then(|number| i64::try_from(number).ok())
    };
    let first = words.first()?;
    let value = of(first)?;
    // "Nine ten" in one gender are two numbers.
    let is_second = TENS.contains(&first.text.as_str()) && matches!(before.last(), Some(Token::Number { .. }));
    let is_bare = stands_alone(first) && !is_apart(first, value) && !is_second;
    let next = words.get(1).filter(|next| !next.gap.contains(MARKS));
    let more = next.and_then(|next| {
        if is_teen(first, value, next) {
            return Some(10);
        }
        let unit = of(next).filter(|_| stands_alone(next))?;
        ((20..60).contains(&value) && value % 10 == 0 && (1..10).contains(&unit)).then_some(unit)
    });
    Some((Token::Number { value: value + more.unwrap_or_default(), is_bare }, 1 + usize::from(more.is_some())))
}

/// Whether a number has nothing written together with it but "and".
pub(super) fn stands_alone(word: &Word) -> bool {
    number_words::is_bare(&word.text) || word.text.starts_with(AND)
}

/// Whether a number is one of its own, and not the minutes of the one before it, by the mark between them.
fn is_apart(word: &Word, value: i64) -> bool {
    word.gap.contains(MARKS) || (word.gap.contains(DASHES) && value <= 24)
}

/// Whether ten follows a number so that the two are one.
fn is_teen(first: &Word, value: i64, next: &Word) -> bool {
    let is_one = value == EIGHT || first.text.ends_with(ENDINGS) != next.text.ends_with(ENDINGS);
    (1..10).contains(&value) && is_one && TENS.contains(&next.text.as_str())
}

/// Whether a word says nothing.
pub(super) fn is_filler(token: &Token) -> bool {
    matches!(token, Token::When(when::Mark::Filler | when::Mark::About) | Token::Day(until::Mark::Filler))
}
