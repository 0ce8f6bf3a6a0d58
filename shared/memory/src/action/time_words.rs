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
struct Word {
    text: String,
    gap: String,
}

/// The words of a text; figures and letters that are written together ("10am") are words of their own.
fn split(text: &str) -> Vec<Word> {
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

fn digits(word: &Word) -> Option<&str> {
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

/// Whether any of the words names a time, whatever the others say.
pub(super) fn names_time(text: &str) -> bool {
    use when::Mark::{Before, Clock, Part, Tonight};
    let words = split(text);
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let found = begins(rest, &[]);
        let names = |(token, _): &(Token, usize)| match token {
            Token::Clock { .. } | Token::Date(_) => true,
            Token::Day(mark) => matches!(mark, until::Mark::Day(_) | until::Mark::Weekday(_)),
            Token::When(mark) => matches!(mark, Before | Clock(..) | Part(_) | Tonight),
            Token::Number { .. } | Token::DayOfMonth(_) => false,
        };
        if found.as_ref().is_some_and(names) {
            return true;
        }
        at += found.map_or(1, |(_, taken)| taken);
    }
    false
}

/// What the words begin with, and how many of them that is. Figures are never read as anything but figures.
fn begins(words: &[Word], before: &[Token]) -> Option<(Token, usize)> {
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
            date.or_else(|| Some((Token::Number { value: first.parse().ok()?, is_bare: true }, 1)))
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
    phrase.or_else(|| number(&texts))
}

/// Whether what stands before is a length that has begun: "in", "in 3".
fn counts(before: &[Token]) -> bool {
    let in_ = Token::When(when::Mark::In);
    matches!(before, [.., last] if *last == in_) || matches!(before, [.., last, Token::Number { .. }] if *last == in_)
}

/// A number in words: "ten", "twenty five".
fn number(words: &[String]) -> Option<(Token, usize)> {
    let of = |word: &String| number_words::whole(std::slice::from_ref(word)).and_then(|n| i64::try_from(n).ok());
    let first = words.first()?;
    let value = of(first)?;
    let is_bare = number_words::is_bare(first) || first.starts_with(AND);
    let unit = words.get(1).filter(|word| number_words::is_bare(word) || word.starts_with(AND));
    let unit = unit.and_then(of).filter(|unit| (20..60).contains(&value) && value % 10 == 0 && (1..10).contains(unit));
    Some((Token::Number { value: value + unit.unwrap_or_default(), is_bare }, 1 + usize::from(unit.is_some())))
}

/// Whether a word says nothing.
pub(super) fn is_filler(token: &Token) -> bool {
    matches!(token, Token::When(when::Mark::Filler) | Token::Day(until::Mark::Filler))
}
