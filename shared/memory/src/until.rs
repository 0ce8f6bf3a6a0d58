//! The end a customer gives what they say ("until Sunday", "עד סוף החודש"), as a moment (docs/rules.md#k2). Nothing is
//! guessed: what may mean two days, or holds a word that is not understood, is no end at all.

use crate::kinds::Date;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::month;
use crate::lexicon::until::{Mark, PHRASES, Unit};
use crate::text::NormalizedText;
use crate::{number_words, text};
use jiff::civil::{self, Weekday};
use jiff::{Span, Timestamp, ToSpan, Zoned};
use std::ops::Range;

/// An end further off is none, in years.
const FURTHEST: i64 = 10;
/// The most words an end is given in.
const MAX_WORDS: usize = 12;

/// From when on what was said at `at` is not so any more, by these words of it: the end of the day they name, where `at`
/// is. None if they name no day for sure.
pub(crate) fn resolve(words: &str, at: &Zoned) -> Option<Timestamp> {
    let last = last_day(words, at.date())?;
    let end = last.tomorrow().ok()?.to_zoned(at.time_zone().clone()).ok()?;
    let is_near = end <= at.checked_add(FURTHEST.years()).ok()?;
    (end > *at && is_near).then(|| end.timestamp())
}

/// The words that end a claim, as they stand in `text` in the sentences of its quote; none where they do not.
pub(crate) fn words_of(text: &str, letters: &NormalizedText, quoted: &Range<usize>, words: &str) -> Option<String> {
    let around = Boundary::Sentence.around(text, quoted);
    let places = letters.find(&NormalizedText::new(words));
    let place = places.into_iter().find(|at| around.start <= at.start && at.end <= around.end)?;
    text.get(place).map(str::to_owned)
}

/// A word or phrase of an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Mark(Mark),
    Number(u64),
    /// "The 15th".
    DayOfMonth(i8),
    Month(i8),
    Date(Date),
}

/// The last day that the words leave, said on `today`.
fn last_day(words: &str, today: civil::Date) -> Option<civil::Date> {
    use Mark::{Coming, Day, End, For, Length, Next, This, Until, Weekday};
    use Token::{DayOfMonth, Month, Number};
    let tokens = tokens(&text::words(words))?;
    let (is_until, rest) = match tokens.as_slice() {
        [Token::Mark(Until), rest @ ..] => (true, rest),
        all => (false, all),
    };
    // "The end of Sunday" is Sunday.
    let day = if let [Token::Mark(End), one] = rest { std::slice::from_ref(one) } else { rest };
    let named = match day {
        [Token::Mark(Day(after))] => today.checked_add(i64::from(*after).days()).ok(),
        [Token::Mark(Weekday(day))]
        | [Token::Mark(This | Coming), Token::Mark(Weekday(day))]
        | [Token::Mark(Weekday(day)), Token::Mark(This | Coming)] => next_weekday(*day, today),
        [Token::Date(date)] => of_date(*date, today),
        [DayOfMonth(day)] => next_day_of_month(*day, today),
        _ => None,
    };
    if let Some(named) = named.filter(|_| is_until) {
        return Some(named);
    }
    let of_length = |count: u64, unit: Unit| today.checked_add(span(count, unit)?).ok();
    match rest {
        [Token::Mark(End), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(End), Token::Mark(This), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(End), Token::Mark(Mark::Unit(unit)), Token::Mark(This)] => end_of(*unit, today),
        [Token::Mark(End), Token::Mark(Next), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(End), Token::Mark(Mark::Unit(unit)), Token::Mark(Next)] => {
            end_of(*unit, today.checked_add(span(1, *unit)?).ok()?)
        }
        [Token::Mark(End), Month(month)] => end_of_month(*month, today),
        // A length alone may be anything: "in two weeks" something only begins.
        [Token::Mark(Length(count, unit))] if is_until => of_length((*count).into(), *unit),
        [Token::Mark(For | Coming), Token::Mark(Length(count, unit))]
        | [Token::Mark(Length(count, unit)), Token::Mark(Coming)] => of_length((*count).into(), *unit),
        [Number(count), Token::Mark(Mark::Unit(unit))] if is_until => of_length(*count, *unit),
        [Token::Mark(For), Number(count), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(For), Token::Mark(Coming | Next), Number(count), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(For), Number(count), Token::Mark(Coming), Token::Mark(Mark::Unit(unit))]
        | [Token::Mark(For), Number(count), Token::Mark(Mark::Unit(unit)), Token::Mark(Coming)] => {
            of_length(*count, *unit)
        }
        [Token::Mark(For), Token::Mark(Mark::Unit(unit))] => of_length(1, *unit),
        _ => None,
    }
}

/// The words as what they mean, without those that say nothing; none where one is not understood.
fn tokens(words: &[String]) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut at = 0;
    if words.len() > MAX_WORDS {
        return None;
    }
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let is_first = tokens.iter().all(|token| *token == Token::Mark(Mark::Until));
        if let Some(date) = Date::whole(rest).filter(|_| rest.len() > 1) {
            tokens.push(Token::Date(date));
            break;
        }
        if let Some((mark, taken)) = PHRASES.begins(rest, is_first) {
            tokens.push(Token::Mark(mark));
            at += taken;
        } else if let Some((month, taken)) = month::begins(rest) {
            tokens.push(Token::Month(i8::try_from(month).ok()?));
            at += taken;
        } else {
            tokens.push(number(rest.first()?, words.get(at.wrapping_sub(1)))?);
            at += 1;
        }
    }
    tokens.retain(|token| *token != Token::Mark(Mark::Filler));
    Some(days_of_month(tokens))
}

/// A number; with an English ending, or behind the Hebrew "the", a day of the month.
fn number(word: &str, before: Option<&String>) -> Option<Token> {
    let bare = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending));
    let digits = |word: &str| word.parse::<u64>().ok();
    if let Some(day) = bare.and_then(digits) {
        return Some(Token::DayOfMonth(i8::try_from(day).ok()?));
    }
    let number = digits(word).or_else(|| number_words::whole(&[word.to_owned()]))?;
    match before {
        Some(the) if the == "ה" && digits(word).is_some() => Some(Token::DayOfMonth(i8::try_from(number).ok()?)),
        _ => Some(Token::Number(number)),
    }
}

/// A number beside a word that makes it one is a day of the month.
fn days_of_month(tokens: Vec<Token>) -> Vec<Token> {
    let is_mark = |token: &Token| *token == Token::Mark(Mark::DayOfMonth);
    if !tokens.iter().any(is_mark) {
        return tokens;
    }
    let day = |token: Token| match token {
        Token::Number(day) => i8::try_from(day).map_or(token, Token::DayOfMonth),
        other => other,
    };
    tokens.into_iter().filter(|token| !is_mark(token)).map(day).collect()
}

pub(crate) fn span(count: u64, unit: Unit) -> Option<Span> {
    let count = i64::try_from(count).ok().filter(|count| (1..=1000).contains(count))?;
    Some(match unit {
        Unit::Day => count.days(),
        Unit::Week => count.weeks(),
        Unit::Month => count.months(),
        Unit::Year => count.years(),
    })
}

/// The last day of the month or year of `day`. On which day a week ends is not the same everywhere.
fn end_of(unit: Unit, day: civil::Date) -> Option<civil::Date> {
    match unit {
        Unit::Month => Some(day.last_of_month()),
        Unit::Year => Some(day.last_of_year()),
        Unit::Day | Unit::Week => None,
    }
}

/// The coming one; said on such a day it may be today or in a week.
pub(crate) fn next_weekday(day: i8, today: civil::Date) -> Option<civil::Date> {
    let wanted = Weekday::from_monday_one_offset(day).ok()?;
    if wanted == today.weekday() { None } else { today.nth_weekday(1, wanted).ok() }
}

fn end_of_month(month: i8, today: civil::Date) -> Option<civil::Date> {
    let year = if month < today.month() { today.year() + 1 } else { today.year() };
    Some(civil::Date::new(year, month, 1).ok()?.last_of_month())
}

pub(crate) fn next_day_of_month(day: i8, today: civil::Date) -> Option<civil::Date> {
    let month = if day < today.day() { today.checked_add(1.month()).ok()? } else { today };
    civil::Date::new(month.year(), month.month(), day).ok()
}

/// Without a year the next such day.
pub(crate) fn of_date(date: Date, today: civil::Date) -> Option<civil::Date> {
    let (year, month, day) = date.parts();
    let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    let of = |year: i16| civil::Date::new(year, month, day).ok();
    match year {
        Some(year) if year < 100 => of(2000 + i16::try_from(year).ok()?),
        Some(year) => of(i16::try_from(year).ok()?),
        None => of(today.year()).filter(|date| *date >= today).or_else(|| of(today.year() + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::until::FILES;
    use crate::zone::Zone;

    fn at(zone: &str, moment: &str) -> Zoned {
        Zone::parse(zone).unwrap().at(moment.parse().unwrap())
    }

    #[test]
    fn every_language_gives_the_same_ends_and_leaves_alone_what_is_not_sure() {
        let saturday = at("Asia/Jerusalem", "2026-11-28T11:00:00Z").date();
        assert_sentences(FILES, |line| {
            let (said, last) = line.split_once('|').unwrap();
            last_day(said, saturday) == Some(last.trim().parse().unwrap())
        });
    }

    #[test]
    fn an_end_is_the_end_of_the_day_where_the_business_is() {
        let end = |zone: &str, moment: &str| resolve("until tomorrow", &at(zone, moment)).map(|end| end.to_string());
        // The same moment is another day elsewhere, and a day may have 25 hours.
        assert_eq!(end("Asia/Jerusalem", "2026-11-28T23:00:00Z").unwrap(), "2026-11-30T22:00:00Z");
        assert_eq!(end("America/New_York", "2026-11-28T23:00:00Z").unwrap(), "2026-11-30T05:00:00Z");
        assert_eq!(end("Asia/Jerusalem", "2026-10-24T12:00:00Z").unwrap(), "2026-10-25T22:00:00Z");
    }

    #[test]
    fn what_is_past_or_a_lifetime_away_is_no_end() {
        for said in ["until 15.11.2026", "until 1.1.2077", "for 90 years", "for 9999999999999999999 days", "until 31.2"]
        {
            assert_eq!(resolve(said, &at("UTC", "2026-11-28T11:00:00Z")), None, "{said}");
        }
    }

    #[test]
    fn words_that_name_no_day_for_sure_are_no_end() {
        for said in [
            "",
            "until",
            "until I call",
            "until the end of the week",
            "until the holidays",
            "until next month",
            "for",
            "until 5 pm",
            "two weeks",
            "in two weeks",
            "on 15 December",
            "until Sunday or Monday",
            "the end",
            "Sunday",
            "עד אחרי החגים",
            "до праздников",
            "حتى العيد",
            "עד הודעה חדשה",
            "until the 32nd",
            "until the 99th of December",
            "עד סוף השבוע",
        ] {
            assert_eq!(resolve(said, &at("UTC", "2026-11-25T11:00:00Z")), None, "{said}");
        }
    }
}
