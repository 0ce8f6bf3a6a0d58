//! How the customer meant what they said: hedged, denied or asked. Decided by words alone, in Hebrew and English, with
//! the commonest Arabic and Russian ones; in doubt the lower confidence.

use crate::profile::Confidence;
use crate::text::{self, Phrases};
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
        let sentence = around(text, place, ends_sentence);
        let hedge_words = text::words(text.get(sentence.clone()).unwrap_or_default());
        let clause = around(text, place, ends_clause);
        let before = clause_words(text.get(clause.start..place.start).unwrap_or_default(), Side::Before);
        let after = clause_words(text.get(place.end..clause.end).unwrap_or_default(), Side::After);
        let near = before.len().saturating_sub(NEAR);
        let negations = negations(&before);
        Self {
            hedged: HEDGES.stand_in(&hedge_words),
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

/// The stretch around `place` up to the nearest ends, which are not part of it.
fn around(text: &str, place: &Range<usize>, ends: fn(&str, char) -> bool) -> Range<usize> {
    let is_end = |at: usize, c: char| ends(text.get(at + c.len_utf8()..).unwrap_or_default(), c);
    let before = text.get(..place.start).unwrap_or_default();
    let after = text.get(place.end..).unwrap_or_default();
    let start = before.char_indices().rev().find(|(at, c)| is_end(*at, *c));
    let end = after.char_indices().find(|(at, c)| is_end(place.end + at, *c));
    start.map_or(0, |(at, c)| at + c.len_utf8())..end.map_or(text.len(), |(at, _)| place.end + at)
}

/// The sentences of a text, without the marks that end them.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let ends = |(at, c): &(usize, char)| ends_sentence(text.get(at + c.len_utf8()..).unwrap_or_default(), *c);
        let end = text.char_indices().find(ends);
        rest = end.and_then(|(at, c)| text.get(at + c.len_utf8()..));
        text.get(..end.map_or(text.len(), |(at, _)| at))
    })
}

fn ends_sentence(rest: &str, c: char) -> bool {
    match c {
        '!' | '?' | '\n' | ';' | '…' | '؟' | '׃' => true,
        '.' => rest.is_empty() || rest.starts_with(char::is_whitespace) || rest.starts_with('.'),
        _ => false,
    }
}

fn ends_clause(rest: &str, c: char) -> bool {
    let dash = matches!(c, '-' | '–' | '—') && rest.starts_with(' ');
    dash || matches!(c, ',' | ':' | '(' | ')' | '،') || ends_sentence(rest, c)
}

#[derive(Clone, Copy)]
enum Side {
    Before,
    After,
}

/// The words of a clause beside a value, up to a "but".
fn clause_words(text: &str, side: Side) -> Vec<String> {
    let mut words = text::words(text);
    let turn = |word: &String| TURNS.contains(&word.as_str());
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
        let answers = ["לא", "no", "nope"].contains(&word(*at).unwrap_or_default())
            && next.is_some_and(|next| SUBJECTS.contains(&next));
        word(*at).is_some_and(|word| NEGATIONS.contains(&word))
            && !next.is_some_and(|next| HARMLESS_AFTER.contains(&next))
            && !previous.is_some_and(|previous| ["למה", "why"].contains(&previous))
            && !answers
    };
    (0..words.len()).filter(negates).collect()
}

// The words below stand in the form of `text::words`: lower case, no final letters, no apostrophes.

const NEGATIONS: [&str; 37] = [
    "לא",
    "ולא",
    "שלא",
    "אל",
    "אינ",
    "אינני",
    "איני",
    "אינו",
    "אינה",
    "בלי",
    "ללא",
    "אפ",
    "not",
    "no",
    "nope",
    "never",
    "dont",
    "doesnt",
    "didnt",
    "isnt",
    "arent",
    "wasnt",
    "werent",
    "cant",
    "cannot",
    "couldnt",
    "wont",
    "wouldnt",
    "shouldnt",
    "without",
    "neither",
    "nor",
    "не",
    "нет",
    "لا",
    "مش",
    "ليس",
];
/// After these a negation denies nothing: "not only", "no problem".
const HARMLESS_AFTER: [&str; 13] = [
    "רק", "בעיה", "אכפת", "משנה", "תודה", "only", "just", "problem", "problems", "mind", "worries", "thanks", "matter",
];
/// "No I am from Haifa": before these, "no" answers what was asked.
const SUBJECTS: [&str; 12] = ["אני", "אנחנו", "אנו", "זה", "שמי", "קוראימ", "i", "im", "we", "its", "my", "thats"];
const TURNS: [&str; 8] = ["אבל", "אלא", "אכ", "but", "rather", "instead", "но", "لكن"];

static HEDGES: Phrases = Phrases::new(&[
    "אולי",
    "נראה לי",
    "כנראה",
    "יכול להיות",
    "ייתכן",
    "יתכן",
    "לא בטוח",
    "לא בטוחה",
    "אני חושב",
    "אני חושבת",
    "חושב על",
    "חושבת על",
    "מתלבט",
    "מתלבטת",
    "שוקל",
    "שוקלת",
    "לא יודע",
    "לא יודעת",
    "נדמה לי",
    "אם אני לא טועה",
    "לא סגור",
    "לא סגורה",
    "maybe",
    "perhaps",
    "possibly",
    "probably",
    "might",
    "i think",
    "i guess",
    "i suppose",
    "not sure",
    "unsure",
    "considering",
    "thinking about",
    "thinking of",
    "could be",
    "kind of",
    "sort of",
    "dont know",
    "if i remember",
    "может",
    "наверное",
    "возможно",
    "кажется",
    "ربما",
    "ممكن",
]);
