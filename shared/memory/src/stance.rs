//! How the customer meant what they said: hedged, denied or asked. Decided by words alone, in Hebrew and English, with
//! the commonest Arabic and Russian ones; in doubt the lower confidence.

use crate::lexicon::boundary::Boundary;
use crate::lexicon::negation::{is_no, negates_statement, turns_statement};
use crate::lexicon::statement::{HARMLESS_AFTER, HEDGES, SUBJECTS};
use crate::profile::Confidence;
use crate::text;
use std::ops::Range;

/// How a place in a message is meant.
pub(crate) struct Stance {
    /// The sentence hedges.
    hedged: bool,
    /// The clause contains a negation outside the place itself.
    negated: bool,
    /// The negation stands right before the place: the opposite is said.
    denied: bool,
    /// The sentence is a question.
    asked: bool,
}

impl Stance {
    /// How the words at `place` (a byte range of `text` at word borders) are meant.
    pub(crate) fn of(text: &str, place: &Range<usize>) -> Self {
        let sentence = Boundary::Sentence.around(text, place);
        let hedge_words = text::words(text.get(sentence.clone()).unwrap_or_default());
        let clause = Boundary::Clause.around(text, place);
        let before = clause_words(text.get(clause.start..place.start).unwrap_or_default(), Side::Before);
        let after = clause_words(text.get(place.end..clause.end).unwrap_or_default(), Side::After);
        let near = before.len().saturating_sub(NEAR);
        let negations = negations(&before);
        Self {
            hedged: HEDGES.occur_in(&hedge_words),
            negated: !negations.is_empty() || !self::negations(&after).is_empty(),
            denied: negations.iter().any(|at| *at >= near),
            asked: text.get(sentence.end..).is_some_and(|rest| rest.starts_with(['?', '؟'])),
        }
    }

    /// The highest confidence it allows; none if it says the opposite.
    pub(crate) fn limit(&self) -> Option<Confidence> {
        if self.denied {
            None
        } else if self.hedged || self.negated {
            Some(Confidence::Low)
        } else if self.asked {
            // A question states nothing.
            Some(Confidence::Medium)
        } else {
            Some(Confidence::High)
        }
    }
}

/// How many words before a value a negation reaches: "I don't live in Haifa".
const NEAR: usize = 3;

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// The words of a clause beside a value, up to a "but".
fn clause_words(text: &str, side: Side) -> Vec<String> {
    let mut words = text::words(text);
    let turn = |word: &String| turns_statement(word);
    match side {
        Side::Before => words.split_off(words.iter().rposition(turn).map_or(0, |at| at + 1)),
        Side::After => {
            words.truncate(words.iter().position(turn).unwrap_or(words.len()));
            words
        }
    }
}

/// Where words of a clause negate.
fn negations(words: &[String]) -> Vec<usize> {
    let word = |at: usize| words.get(at).map(String::as_str);
    let negates = |at: &usize| {
        let next = word(at + 1);
        let previous = at.checked_sub(1).and_then(word);
        let answers = is_no(word(*at).unwrap_or_default()) && next.is_some_and(|next| SUBJECTS.contains(&next));
        word(*at).is_some_and(negates_statement)
            && !next.is_some_and(|next| HARMLESS_AFTER.contains(&next))
            && !previous.is_some_and(|previous| ["למה", "why"].contains(&previous))
            && !answers
    };
    (0..words.len()).filter(negates).collect()
}
