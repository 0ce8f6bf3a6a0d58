//! When something is to be done, by the customer's words, where the business is (docs/rules.md#m2). Nothing is guessed:
//! words that may name two moments, or hold one that is not understood, name none, and a person of the business is asked.

use super::clock::{self, Clock};
use super::quiet_hours::QuietHours;
use super::time_named;
use super::time_words::{self, Token, is_filler};
use crate::lexicon::until;
use crate::lexicon::when::{DayPart, Mark};
use crate::until as days;
use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Span, Timestamp, ToSpan, Zoned};
use serde::{Deserialize, Serialize};

/// What is further off is not meant, in months: of "5.10" nobody knows whether it is an hour, a day or a month first.
const FURTHEST: i64 = 4;
/// A day without an hour begins here; what is not to be disturbed then is kept by the quiet hours.
const DAY_BEGINS: i8 = 9;
/// Until this hour "tomorrow" may be the day that has begun at midnight: who has not slept yet means that one.
const DAWN: i8 = 4;

/// When something is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Due {
    /// Not before.
    pub at: Timestamp,
    /// It is not what was asked for any more from then on; none where a moment was named.
    pub until: Option<Timestamp>,
}

/// The moment or the stretch of a day that the words name, said at `said_at` where the business is. An hour that may be
/// in the morning or in the evening is the one that is ahead and outside the quiet hours. None where that are two or
/// none, where the clocks are changed at that hour, or where the words name no time for sure: never a guess.
#[must_use]
pub fn resolve(words: &str, said_at: &Zoned, quiet: &QuietHours) -> Option<Due> {
    let tokens = time_words::tokens(words)?;
    let is_after_today = |token: &Token| matches!(token, Token::Day(until::Mark::Day(1..)));
    if said_at.hour() < DAWN && tokens.iter().any(is_after_today) {
        return None;
    }
    let due = due(&tokens, said_at, quiet)?;
    let is_near = due.at <= said_at.checked_add(FURTHEST.months()).ok()?.timestamp();
    (due.at >= said_at.timestamp() && is_near).then_some(due)
}

/// Whether there are words of a time in a text, of whatever time.
pub(crate) fn names_time(text: &str) -> bool {
    time_named::names_time(text)
}

fn due(tokens: &[Token], said_at: &Zoned, quiet: &QuietHours) -> Option<Due> {
    let is_before = |token: &Token| *token == Token::When(Mark::Before);
    let Some(at) = tokens.iter().position(is_before) else {
        return Named::read(tokens, said_at.date())?.due(said_at, quiet);
    };
    let (length, rest) = tokens.split_at(at);
    let rest = rest.get(1..).unwrap_or_default();
    // "A day before Sunday"; Arabic says "before Sunday by a day".
    let (length, event) = if length.is_empty() { trailing_length(rest)? } else { (leading_length(length)?, rest) };
    let event = Named::read(event, said_at.date())?;
    let is_moment = event.clock.is_some();
    let at = event.due(said_at, quiet)?.at.to_zoned(said_at.time_zone().clone());
    if is_moment {
        let before = match length {
            Length::Minutes(minutes) => at.timestamp().checked_sub(SignedDuration::from_mins(minutes)).ok()?,
            Length::Days(span) => unambiguous(at.checked_sub(span).ok()?.datetime(), &at)?,
        };
        return Some(Due { at: before, until: Some(at.timestamp()) });
    }
    let Length::Days(span) = length else { return None };
    let day = event.date?;
    let before = day.checked_sub(span).ok()?.at(DAY_BEGINS, 0, 0, 0);
    let (from, until) = (moment(before, said_at)?, moment(day.at(0, 0, 0, 0), said_at)?);
    Some(Due { at: from.max(said_at.timestamp()), until: Some(until) }).filter(|due| due.at < until)
}

/// A length of time.
#[derive(Clone, Copy, Debug)]
enum Length {
    Minutes(i64),
    /// Days, weeks, months: they are as long as the calendar says.
    Days(Span),
}

fn leading_length(tokens: &[Token]) -> Option<Length> {
    let tokens = if let [Token::When(Mark::In | Mark::Ahead), rest @ ..] = tokens { rest } else { tokens };
    let (length, taken) = length(tokens)?;
    (taken == tokens.len()).then_some(length)
}

fn trailing_length(tokens: &[Token]) -> Option<(Length, &[Token])> {
    (1..tokens.len()).rev().take(3).find_map(|at| {
        let (event, end) = tokens.split_at(at);
        // "Before 5 hours" is five hours ago, or before five o'clock: no hour before five.
        let is_counted = matches!(event.last(), Some(Token::Number { .. })) && !event.contains(&Token::When(Mark::At));
        if is_counted { None } else { Some((leading_length(end)?, event)) }
    })
}

/// The length that the tokens begin with, and how many of them it is.
fn length(tokens: &[Token]) -> Option<(Length, usize)> {
    let fillers = tokens.iter().take_while(|token| is_filler(token)).count();
    let (count, at) = match tokens.get(fillers)? {
        Token::Number { value, .. } => (*value, fillers + 1),
        _ => (1, fillers),
    };
    let is_one = at == fillers;
    let count = Some(count).filter(|count| (1..=1000).contains(count))?;
    let length = match tokens.get(at)? {
        Token::When(Mark::Hour) => Length::Minutes(count * 60),
        Token::When(Mark::Minute) => Length::Minutes(count),
        Token::When(Mark::Minutes(minutes)) if is_one => Length::Minutes(*minutes),
        Token::When(Mark::Days(days)) if is_one => Length::Days(days.days()),
        Token::Day(until::Mark::Unit(unit)) => Length::Days(days::span(u64::try_from(count).ok()?, *unit)?),
        Token::Day(until::Mark::Length(count, unit)) if is_one => Length::Days(days::span((*count).into(), *unit)?),
        _ => return None,
    };
    Some((length, at + 1))
}

/// What the words name, each thing once.
#[derive(Debug, Default)]
struct Named {
    date: Option<Date>,
    weekday: Option<i8>,
    clock: Option<Clock>,
    part: Option<DayPart>,
    /// So many minutes from the time it is said.
    minutes: Option<i64>,
    /// Whether a word says that a time of day is named: "at".
    is_at: bool,
    /// Whether the part of the day begins at another hour in every season, so that only an hour in it is one for sure.
    is_open: bool,
}

/// Fills a place; none where it holds something else already.
fn set<T: PartialEq + Copy>(place: &mut Option<T>, value: T) -> Option<()> {
    (*place.get_or_insert(value) == value).then_some(())
}

impl Named {
    fn read(tokens: &[Token], today: Date) -> Option<Self> {
        let mut named = Self::default();
        let mut at = 0;
        while let Some(rest) = tokens.get(at..).filter(|rest| !rest.is_empty()) {
            // "At noon on the 15": the 15 is no hour.
            let before = tokens.iter().take(at).rev().find(|token| !is_filler(token));
            let is_at = before == Some(&Token::When(Mark::At));
            at += named.take(rest, is_at, today)?;
        }
        // What the weekday and the day say must be the same.
        match (named.weekday, named.date) {
            (Some(weekday), Some(date)) => (date.weekday().to_monday_one_offset() == weekday).then_some(())?,
            (Some(weekday), None) => named.date = Some(days::next_weekday(weekday, today)?),
            _ => {}
        }
        Some(named)
    }

    /// Takes what the tokens begin with, and says how many of them that are. `is_at`: "at" stands right before them.
    fn take(&mut self, tokens: &[Token], is_at: bool, today: Date) -> Option<usize> {
        use until::Mark as Day;
        let of_month = |day: i64| days::next_day_of_month(i8::try_from(day).ok()?, today);
        match tokens {
            [Token::Number { value, .. }, Token::Day(Day::DayOfMonth), rest @ ..] => {
                let more = rest.iter().take_while(|token| **token == Token::Day(Day::DayOfMonth)).count();
                set(&mut self.date, of_month(*value)?)?;
                Some(2 + more)
            }
            [Token::DayOfMonth(day), ..] => set(&mut self.date, of_month((*day).into())?).map(|()| 1),
            [Token::Date(date), ..] => set(&mut self.date, days::of_date(*date, today)?).map(|()| 1),
            [Token::Day(Day::Day(after)), ..] => {
                set(&mut self.date, today.checked_add(i64::from(*after).days()).ok()?).map(|()| 1)
            }
            [Token::Day(Day::Weekday(day)), ..] => set(&mut self.weekday, *day).map(|()| 1),
            [Token::When(Mark::Part(part)), ..] => set(&mut self.part, *part).map(|()| 1),
            [Token::When(Mark::Tonight), ..] => {
                set(&mut self.date, today)?;
                set(&mut self.part, DayPart::Evening).map(|()| 1)
            }
            [Token::When(Mark::EveningOf(day)), ..] => {
                self.is_open = true;
                set(&mut self.weekday, *day)?;
                set(&mut self.part, DayPart::Evening).map(|()| 1)
            }
            [Token::When(Mark::Now), ..] => set(&mut self.minutes, 0).map(|()| 1),
            [Token::When(Mark::In), rest @ ..] => self.take_length(rest, today).map(|taken| taken + 1),
            // "On the 15" is a day or an hour.
            [Token::Day(Day::Filler) | Token::When(Mark::Filler), Token::Number { is_bare: true, .. }, rest @ ..]
                if !is_at && !matches!(rest, [Token::When(Mark::Part(_)) | Token::Day(Day::DayOfMonth), ..]) =>
            {
                None
            }
            // Of a stretch: "this evening", "the coming Sunday".
            [Token::Day(Day::Filler | Day::This | Day::Coming), ..] | [Token::When(Mark::Filler | Mark::About), ..] => {
                Some(1)
            }
            [Token::When(Mark::At), ..] => {
                self.is_at = true;
                Some(1)
            }
            tokens => {
                let (clock, taken) = clock::read(tokens, self.is_at)?;
                // "Ten to ten" begins with a ten that is no hour.
                self.clock.replace(clock).is_none().then_some(taken)
            }
        }
    }

    /// "In two hours", "in a week"; but "in the morning" is no length. Without a word between them it is another time
    /// of which nobody knows when it ends: the word for "in" is "after" in Arabic.
    fn take_length(&mut self, tokens: &[Token], today: Date) -> Option<usize> {
        let next = tokens.iter().find(|token| !is_filler(token))?;
        if matches!(next, Token::When(Mark::Part(_))) {
            return tokens.first().is_some_and(is_filler).then_some(0);
        }
        let (length, taken) = length(tokens)?;
        match length {
            Length::Minutes(minutes) => set(&mut self.minutes, minutes)?,
            Length::Days(span) => set(&mut self.date, today.checked_add(span).ok()?)?,
        }
        Some(taken)
    }

    fn due(&self, said_at: &Zoned, quiet: &QuietHours) -> Option<Due> {
        match (self.minutes, self.date, self.clock, self.part) {
            (Some(minutes), None, None, None) => {
                let at = said_at.timestamp().checked_add(SignedDuration::from_mins(minutes)).ok()?;
                Some(Due { at, until: None })
            }
            (None, date, Some(clock), part) => {
                let date = date.unwrap_or_else(|| said_at.date());
                let hours = clock.hours(part).into_iter().flatten();
                let ahead = hours.filter_map(|hour| {
                    let read = date.at(hour, clock.minute, 0, 0);
                    let is_open = clock.is_exact || part.is_some() || !quiet.holds(read.time());
                    unambiguous(read, said_at).filter(|at| is_open && *at > said_at.timestamp())
                });
                let ahead: Vec<Timestamp> = ahead.collect();
                if let [at] = ahead.as_slice() { Some(Due { at: *at, until: None }) } else { None }
            }
            (None, Some(date), None, None) => stretch(date.at(DAY_BEGINS, 0, 0, 0), end(date)?, said_at),
            (None, date, None, Some(part)) if !self.is_open => {
                let date = date.unwrap_or_else(|| said_at.date());
                let (from, until) = clock::stretch_of(part)?;
                stretch(date.at(from, 0, 0, 0), date.at(until, 0, 0, 0), said_at)
            }
            _ => None,
        }
    }
}

fn end(date: Date) -> Option<DateTime> {
    Some(date.tomorrow().ok()?.at(0, 0, 0, 0))
}

/// What is left of a stretch of a day.
fn stretch(from: DateTime, until: DateTime, said_at: &Zoned) -> Option<Due> {
    let (from, until) = (moment(from, said_at)?, moment(until, said_at)?);
    let at = from.max(said_at.timestamp());
    (at < until).then_some(Due { at, until: Some(until) })
}

/// The moment of a date and a time there; where the clocks are put forward over it, the first one behind.
fn moment(at: DateTime, there: &Zoned) -> Option<Timestamp> {
    at.to_zoned(there.time_zone().clone()).ok().map(|at| at.timestamp())
}

/// The moment, if there is one and only one: when the clocks are changed an hour is left out, or comes twice.
fn unambiguous(at: DateTime, there: &Zoned) -> Option<Timestamp> {
    there.time_zone().to_ambiguous_zoned(at).unambiguous().ok().map(|at| at.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::when::FILES;
    use crate::zone::Zone;

    /// As the files write it: a moment, or a stretch of a day.
    fn named(words: &str, said_at: &Zoned) -> Option<String> {
        let due = resolve(words, said_at, &QuietHours::default())?;
        let local = |at: Timestamp| at.to_zoned(said_at.time_zone().clone()).strftime("%Y-%m-%dT%H:%M").to_string();
        Some(match due.until {
            Some(until) => format!("{}/{}", local(due.at), local(until)),
            None => local(due.at),
        })
    }

    #[test]
    fn every_language_names_the_same_times_and_leaves_alone_what_is_not_sure() {
        let saturday = Zone::parse("Asia/Jerusalem").unwrap().at("2026-11-28T10:00:00Z".parse().unwrap());
        assert_sentences(FILES, |line| {
            let (words, time) = line.split_once('|').unwrap();
            named(words, &saturday).as_deref() == Some(time.trim())
        });
    }
}
