//! A time of day in the words of a time.

use super::time_words::{Token, is_filler};
use crate::lexicon::until;
use crate::lexicon::when::{DayPart, Mark};

/// A time of day; `is_exact`: of all 24 hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: i8,
    pub(super) minute: i8,
    pub(super) is_exact: bool,
}

/// A time of day at the beginning of the tokens: "10:30", "ten thirty", "half past ten", "10 часов".
/// `is_at`: a word before them says that they are a time of day.
pub(super) fn read(tokens: &[Token], is_at: bool) -> Option<(Clock, usize)> {
    let (shift, tokens, before) = match tokens {
        [Token::When(Mark::Shift(shift)), rest @ ..] => {
            let fillers = rest.iter().take_while(|token| is_filler(token)).count();
            (Some(*shift), rest.get(fillers..)?, 1 + fillers)
        }
        all => (None, all, 0),
    };
    let whole = |hour: i64| Some((i8::try_from(hour).ok().filter(|hour| (0..24).contains(hour))?, 0));
    let minutes = |minute: &i64| (10..60).contains(minute);
    let ((hour, minute), is_exact, mut taken) = match tokens {
        [Token::Clock { hour, minute, is_exact }, ..] => ((*hour, *minute), *is_exact, 1),
        [Token::When(Mark::Clock(hour, minute)), ..] => ((*hour, *minute), false, 1),
        // "Ten eleven" and "nine twelve" may be two hours, "eleven fifteen" is none.
        [Token::Number { value, .. }, Token::Number { value: minute, is_bare: true }, ..]
            if minutes(minute) && !may_be_hours(*value, *minute) =>
        {
            ((whole(*value)?.0, i8::try_from(*minute).ok()?), false, 2)
        }
        // "2 hours" alone are a length.
        [Token::Number { value, .. }, Token::When(Mark::Hour), rest @ ..]
            if is_at || matches!(rest, [Token::When(Mark::Part(_)), ..]) =>
        {
            (whole(*value)?, false, 2)
        }
        [Token::Number { .. }, Token::When(Mark::Hour | Mark::Minute) | Token::Day(until::Mark::Unit(_)), ..] => {
            return None;
        }
        [Token::Number { value, .. }, ..] => (whole(*value)?, false, 1),
        _ => return None,
    };
    let behind = match tokens.get(taken) {
        Some(Token::When(Mark::Shift(shift))) => Some(*shift),
        _ => None,
    };
    taken += usize::from(behind.is_some());
    let shifted = match (shift, behind) {
        (Some(_), Some(_)) => return None,
        (None, None) => (hour, minute),
        (shift, behind) if minute == 0 => shifted(hour, shift.or(behind)?),
        _ => return None,
    };
    let (hour, minute) = shifted;
    Some((Clock { hour, minute, is_exact: is_exact || hour == 0 || hour > 12 }, before + taken))
}

/// Whether two numbers that follow each other may be the hours of a stretch.
fn may_be_hours(from: i64, until: i64) -> bool {
    let longest = if until <= 12 { 4 } else { 2 };
    (1..=longest).contains(&(until - from))
}

fn shifted(hour: i8, minutes: i8) -> (i8, i8) {
    match (minutes < 0, hour) {
        (false, _) => (hour, minutes),
        (true, 0 | 1) => (hour + 11, 60 + minutes),
        (true, _) => (hour - 1, 60 + minutes),
    }
}

impl Clock {
    /// The hours it may be on a clock of 24.
    pub(super) fn hours(self, part: Option<DayPart>) -> [Option<i8>; 2] {
        let hour = self.hour;
        let Some(part) = part else {
            return match hour {
                _ if self.is_exact => [Some(hour), None],
                12 => [Some(12), Some(0)],
                _ => [Some(hour), Some(hour + 12)],
            };
        };
        let of_part = |hour: i8| match part {
            DayPart::Morning => (1..12).contains(&hour),
            DayPart::Noon => (11..16).contains(&hour),
            DayPart::Afternoon => (12..20).contains(&hour),
            DayPart::Evening => (16..24).contains(&hour),
            // From midnight on nobody knows of which day it is.
            DayPart::Night => (20..24).contains(&hour),
            DayPart::Am => (0..12).contains(&hour),
            DayPart::Pm => (12..24).contains(&hour),
        };
        let later = if hour == 12 { 0 } else { hour + 12 };
        let hours = if self.is_exact { [Some(hour), None] } else { [Some(hour), Some(later)] };
        hours.map(|hour| hour.filter(|hour| of_part(*hour)))
    }
}

/// From when to when a part of the day is; at night nobody wants to be called.
pub(super) fn stretch_of(part: DayPart) -> Option<(i8, i8)> {
    match part {
        DayPart::Morning => Some((6, 12)),
        DayPart::Noon => Some((12, 14)),
        DayPart::Afternoon => Some((12, 18)),
        DayPart::Evening => Some((17, 22)),
        DayPart::Night | DayPart::Am | DayPart::Pm => None,
    }
}
