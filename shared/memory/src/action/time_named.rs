//! Whether a customer said when at all: the guard against a time that a model left out.

use super::time_words::{Token, Word, begins, digits, is_filler, split, stands_alone};
use crate::lexicon::{until, when};

/// Whether any of the words names a time, whatever the others say. What is taken for one and is none only asks a
/// person; what is missed is done at once, though the customer said when.
pub(super) fn names_time(text: &str) -> bool {
    let words = split(text);
    // What stands right before, as far as it is understood.
    let mut before: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
        let found = begins(rest, &before).or_else(|| figure(rest));
        match found {
            Some((token, _)) if is_time(token, rest, &before) => return true,
            Some((token, _)) => before.push(token),
            None => before.clear(),
        }
        at += found.map_or(1, |(_, taken)| taken);
    }
    false
}

/// The first of figures that are nothing together: those of "10-12" may be hours.
fn figure(words: &[Word]) -> Option<(Token, usize)> {
    let value = digits(words.first()?).filter(|figure| figure.len() <= 2)?.parse().ok()?;
    Some((Token::Number { value, is_bare: false }, 1))
}

/// Whether this is a time, at the beginning of `words` and with `before` right before it.
fn is_time(token: Token, words: &[Word], before: &[Token]) -> bool {
    use until::Mark as Day;
    use when::Mark as When;
    let last = before.last();
    match token {
        Token::Clock { .. } | Token::Date(_) | Token::DayOfMonth(_) => true,
        Token::When(When::Before | When::Clock(..) | When::Part(_) | When::Tonight | When::EveningOf(_)) => true,
        Token::When(When::Unsure | When::Minutes(_) | When::Days(_)) => true,
        // "Two hours"; but opening hours are what a customer asks for.
        Token::When(When::Hour | When::Minute) => matches!(last, Some(Token::Number { .. })) || is_led(before),
        Token::When(_) => false,
        Token::Day(Day::Day(_) | Day::Weekday(_)) => true,
        Token::Day(Day::Unit(_) | Day::Length(..)) => is_led(before),
        // Hebrew and Arabic say "week next".
        Token::Day(Day::Next | Day::This | Day::Coming) => matches!(last, Some(Token::Day(Day::Unit(_)))),
        Token::Day(_) => false,
        Token::Number { value, .. } => {
            let is_hour = (0..=24).contains(&value) || ((100..2400).contains(&value) && value % 100 < 60);
            is_hour && !begins_longer(words) && (is_joined(words) || leads_to_hour(last))
        }
    }
}

/// Whether a length that stands here is one of when: "in two", "next".
fn is_led(before: &[Token]) -> bool {
    use until::Mark as Day;
    use when::Mark as When;
    let last = before.iter().rev().find(|token| !is_filler(token) && !matches!(token, Token::Number { .. }));
    match last {
        Some(Token::When(mark)) => matches!(mark, When::In | When::Ahead | When::Loose),
        Some(Token::Day(mark)) => matches!(mark, Day::For | Day::Until | Day::Next | Day::This | Day::Coming),
        _ => false,
    }
}

/// Whether a number behind it is an hour: "at 5", "around five".
fn leads_to_hour(last: Option<&Token>) -> bool {
    use when::Mark::{About, Ahead, At, In, Loose};
    matches!(last, Some(Token::When(About | Ahead | At | In | Loose) | Token::Day(until::Mark::Until)))
}

/// Whether a number in words has something written together with it: Hebrew and Arabic write "at five" so.
fn is_joined(words: &[Word]) -> bool {
    let is_word = |word: &Word| !word.text.starts_with(|c: char| c.is_ascii_digit());
    words.first().is_some_and(|word| is_word(word) && !stands_alone(word))
}

/// Whether these figures are the beginning of a longer number, as of a phone.
fn begins_longer(words: &[Word]) -> bool {
    let is_long = |word: &Word| digits(word).is_none() && word.text.bytes().all(|b| b.is_ascii_digit());
    words.get(1).is_some_and(is_long)
}
