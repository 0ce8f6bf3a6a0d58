//! Days as people write them.

use crate::lexicon::month;
use crate::lexicon::until::{Mark, PHRASES, Unit};
use crate::{number_words, text};
use std::ops::Range;

/// A day, with the year if one is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Date {
    year: Option<u32>,
    month: u32,
    day: u32,
}

/// Two figures of a year from here on are of the last century: nobody says "32" of a year to come.
const LAST_CENTURY: u32 = 32;
/// Figures up to here are two of a year.
const TWO_FIGURES: u32 = 99;

impl Date {
    /// The day that all of these words are.
    pub(crate) fn whole(words: &[String]) -> Option<Self> {
        let before = words.iter().take_while(|word| month::stands_between(word)).count();
        let words = words.get(before..)?;
        let (date, taken) = at(words, true)?;
        let rest = words.get(taken..).unwrap_or_default();
        rest.iter().all(|word| month::stands_between(word)).then_some(date)
    }

    /// The day the words begin with, by its month's name, and how many of them are of it. In figures alone: beside a day a
    /// number in words may be the hour.
    pub(crate) fn begins(words: &[String]) -> Option<(Self, usize)> {
        named(words, false)
    }

    /// Year, if one is said, month and day.
    pub(crate) fn parts(self) -> (Option<u32>, u32, u32) {
        (self.year, self.month, self.day)
    }

    pub(crate) fn key(self) -> String {
        let year = self.year.map_or_else(String::new, |year| year.to_string());
        format!("{year}/{}/{}", self.month, self.day)
    }

    /// Whether words that say this day also say `wanted`: the same, or without the year.
    pub(crate) fn says(self, wanted: Self) -> bool {
        let short = |year: u32| year % (TWO_FIGURES + 1);
        let years = match (self.year, wanted.year) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(a), Some(b)) if a.min(b) <= TWO_FIGURES => short(a) == short(b),
            (Some(a), Some(b)) => a == b,
        };
        years && (self.month, self.day) == (wanted.month, wanted.day)
    }

    fn new(day: u32, month: u32, year: Option<u32>) -> Option<Self> {
        let year = year.map(|year| if (LAST_CENTURY..=TWO_FIGURES).contains(&year) { 1900 + year } else { year });
        ((1..=31).contains(&day) && (1..=12).contains(&month)).then_some(Self { year, month, day })
    }

    /// Of two figures the day stands first, unless it cannot be a month where it stands.
    fn of_figures(first: u32, second: u32, year: Option<u32>) -> Option<Self> {
        Self::new(first, second, year).or_else(|| Self::new(second, first, year))
    }
}

/// Every day that is named among the words, and where.
pub(crate) fn dates(words: &[String]) -> impl Iterator<Item = (Date, Range<usize>)> {
    // "The second week of May" is no day.
    let is_of_a_week = |from: usize| {
        let is_figure = words.get(from).is_some_and(|word| word.contains(|c: char| c.is_ascii_digit()));
        !is_figure && from.checked_sub(1).and_then(|before| words.get(before..from)).is_some_and(begins_length)
    };
    let from = (0..words.len()).filter(move |from| !is_of_a_week(*from));
    from.filter_map(|from| at(words.get(from..)?, false).map(|(date, taken)| (date, from..from + taken)))
}

/// The day that the words begin with, and how many of them are of it. Two figures alone are a day only where nothing
/// else can be meant (`is_all`).
fn at(words: &[String], is_all: bool) -> Option<(Date, usize)> {
    named(words, true).or_else(|| figures(words, is_all))
}

/// "9 May 1978", "the 9th of May", "May 9th", "the ninth of May nineteen seventy eight"; in words
/// only where nothing but a day is looked for (`is_spoken`).
fn named(words: &[String], is_spoken: bool) -> Option<(Date, usize)> {
    let from = |at: usize| words.get(at..).unwrap_or_default();
    let skip = |at: usize| at + from(at).iter().take_while(|word| month::stands_between(word)).count();
    let figure = |at: usize| words.get(at).and_then(|word| day(word)).map(|day| (day, 1));
    let (day, month, end) = if let Some((first, taken)) = figure(0).or_else(|| is_spoken.then(|| spoken_day(words))?) {
        let at = skip(taken);
        let (month, taken) = month::begins(from(at))?;
        (first, month, at + taken)
    } else {
        let (month, taken) = month::begins(words)?;
        let at = skip(taken);
        // "May one of us …?" names no day, nor does "May, first week".
        let ordinal =
            || month::ordinal(from(at)).filter(|_| is_spoken).filter(|(_, taken)| !begins_length(from(at + taken)));
        let (day, taken) = figure(at).or_else(ordinal)?;
        (day, month, skip(at + taken))
    };
    let at = skip(end);
    let year = words
        .get(at)
        .and_then(|word| year(word))
        .map(|year| (year, 1))
        .or_else(|| is_spoken.then(|| spoken_year(from(at)))?);
    Some((Date::new(day, month, year.map(|(year, _)| year))?, year.map_or(end, |(_, taken)| at + taken)))
}

/// "Seventeen", "twenty third", and how many words that are. "שני" is also a day of the week.
fn spoken_day(words: &[String]) -> Option<(u32, usize)> {
    const LONGEST: usize = 3;
    let counted = |taken: usize| {
        let day = number_words::below_hundred(words.get(..taken)?)?;
        u32::try_from(day).ok().filter(|day| (1..=31).contains(day)).map(|day| (day, taken))
    };
    let is_weekday = matches!(PHRASES.begins(words, true), Some((Mark::Weekday(_), _)));
    month::ordinal(words).or_else(|| (1..=LONGEST).rev().find_map(counted)).filter(|_| !is_weekday)
}

/// Whether words begin with "week" or another length of time.
fn begins_length(words: &[String]) -> bool {
    matches!(PHRASES.begins(words, true), Some((Mark::Unit(Unit::Day | Unit::Week | Unit::Month | Unit::Year), _)))
}

/// "Nineteen eighty five", "two thousand and one", and how many words that are; in Russian the last of them is an ordinal.
/// Two figures, "eighty nine", are a year only where nothing else follows.
fn spoken_year(words: &[String]) -> Option<(u32, usize)> {
    const LONGEST: usize = 6;
    const YEARS: std::ops::RangeInclusive<u64> = 1900..=2099;
    let short = |words: &[String]| {
        let last = words.len().saturating_sub(1);
        let ordinal =
            || month::ordinal(words.get(last..)?).map(|(number, _)| u64::from(number)).filter(|unit| *unit < 10);
        let tens = || number_words::below_hundred(words.get(..last)?).filter(|tens| tens % 10 == 0 && *tens >= 20);
        number_words::below_hundred(words).or_else(|| Some(tens()? + ordinal()?))
    };
    let of_two = |words: &[String]| {
        let (century, rest) = words.split_first()?;
        let century = number_words::below_hundred(std::slice::from_ref(century))?;
        short(rest)
            .filter(|rest| (19..=20).contains(&century) && (10..=99).contains(rest))
            .map(|rest| century * 100 + rest)
    };
    (1..=LONGEST.min(words.len())).rev().find_map(|taken| {
        let (year, rest) = words.split_at_checked(taken)?;
        let is_last = rest.iter().all(|word| month::stands_between(word));
        let whole = number_words::counted(year).filter(|year| YEARS.contains(year));
        let two = || {
            short(year)
                .filter(|short| is_last && year.len() > 1 && (LAST_CENTURY.into()..=TWO_FIGURES.into()).contains(short))
        };
        Some((u32::try_from(of_two(year).or(whole).or_else(two)?).ok()?, taken))
    })
}

/// "9.5.1978", "1978-05-09", "9/5".
fn figures(words: &[String], is_all: bool) -> Option<(Date, usize)> {
    let number = |at: usize, longest: usize| {
        words.get(at).filter(|word| word.len() <= longest && is_digits(word)).and_then(|word| word.parse::<u32>().ok())
    };
    let is_year = |at: usize| words.get(at).is_some_and(|word| word.len() == 4 && is_digits(word));
    if is_year(0) {
        return Some((Date::new(number(2, 2)?, number(1, 2)?, number(0, 4))?, 3));
    }
    let (first, second) = (number(0, 2)?, number(1, 2)?);
    let year = if is_year(2) { number(2, 4) } else { number(2, 2) };
    if year.is_none() && (!is_all || words.len() > 2) {
        return None;
    }
    Some((Date::of_figures(first, second, year)?, if year.is_some() { 3 } else { 2 }))
}

/// "9", "9th", "9го", and with what Hebrew and Arabic write together with it.
fn day(word: &str) -> Option<u32> {
    let word = ["st", "nd", "rd", "th"].iter().find_map(|end| word.strip_suffix(end)).unwrap_or(word);
    let word = text::without_prefix_of_digits(without_tail(word));
    if word.len() <= 2 && is_digits(word) { word.parse().ok() } else { None }
}

/// Figures without what is written together with them and says nothing: "1986г".
fn without_tail(word: &str) -> &str {
    let figures = word.trim_end_matches(char::is_alphabetic);
    let tail = word.get(figures.len()..).unwrap_or_default();
    if month::stands_between(tail) { figures } else { word }
}

/// Four figures, or two that are no day.
fn year(word: &str) -> Option<u32> {
    let word = without_tail(word);
    let year = if is_digits(word) { word.parse().ok()? } else { return None };
    (word.len() == 4 || (LAST_CENTURY..=TWO_FIGURES).contains(&year)).then_some(year)
}

fn is_digits(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_names_the_day_it_writes_in_figures() {
        let key = |text: &str| Date::whole(&text::words(text)).map(Date::key);
        for (line, same) in month::FILES.iter().flat_map(|file| file.lines()).filter_map(|line| {
            line.strip_prefix('+').map(|rest| (rest, true)).or_else(|| Some((line.strip_prefix('-')?, false)))
        }) {
            let (a, b) = line.split_once('=').unwrap();
            assert!(key(a).is_some(), "{a}");
            assert_eq!(key(a) == key(b), same, "{line}");
        }
    }

    #[test]
    fn what_is_no_day_is_none() {
        let key = |text: &str| Date::whole(&text::words(text)).map(Date::key);
        for (spoken, written) in [
            ("the third of March nineteen eighty eight", "3.3.1988"),
            ("November the 21st, nineteen eighty five", "21.11.1985"),
            ("בשבעה עשר באפריל 1989", "17.4.1989"),
            ("17 באפריל שמונים ותשע", "17.4.1989"),
            ("двадцать третьего июля", "23.7"),
            ("восьмого августа шестьдесят восьмого", "8.8.1968"),
            ("14 марта 1986г.", "14.3.1986"),
            ("الخامس من حزيران عام 1979", "5.6.1979"),
            ("خمسة حزيران 1979", "5.6.1979"),
            ("ب14 تموز", "14.7"),
        ] {
            assert_eq!(key(spoken), key(written), "{spoken}");
            assert!(key(spoken).is_some(), "{spoken}");
        }
        for text in ["1-2 people", "12:30", "may", "32.1.1990", "9 May or 10 May", "1500", ""] {
            assert_eq!(Date::whole(&text::words(text)).filter(|_| text != "12:30"), None, "{text}");
        }
        let words = text::words("we were 3, born 4 June 1981 and on 7.8.2012");
        let found: Vec<(String, Range<usize>)> = dates(&words).map(|(date, at)| (date.key(), at)).collect();
        assert_eq!(found, [("1981/6/4".to_owned(), 4..7), ("2012/8/7".to_owned(), 9..12)]);
    }
}
