//! How the customer meant what they said, as far as words tell: the clause of the value, its subject, its verb. The
//! model judges; this can only lower (docs/rules.md#d).

use crate::field::Kind;
use crate::lexicon::answer::NO;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::{Part, is_and};
use crate::lexicon::statement::LEXICON;
use crate::number_words;
use crate::profile::Confidence;
use crate::text;
use std::ops::Range;

/// How a place in a message is meant.
pub(crate) struct Stance {
    /// The clause hedges, or a clause beside it that does nothing else.
    hedged: bool,
    /// A negation stands right before the place: perhaps the opposite is said.
    denied: bool,
    /// The clause says it of a condition, the past, somebody else, what was told, or denies something.
    turned: bool,
    /// The sentence is a question.
    asked: bool,
}

/// How many words before a value a negation reaches: "I don't live in Haifa".
const NEAR: usize = 3;

impl Stance {
    /// How the words at `place` (a byte range of `text` at word borders) are meant, as a value of this kind.
    pub(crate) fn of(kind: Kind, text: &str, place: &Range<usize>) -> Self {
        let sentence = Boundary::Sentence.around(text, place);
        let clause = Boundary::Clause.around(text, place);
        let words = |range: Range<usize>| text::words(text.get(range).unwrap_or_default());
        let (before, after) = (words(clause.start..place.start), words(place.end..clause.end));
        let value = words(place.clone());
        let prefix = value.first().map_or("", String::as_str);
        let (said_before, said_after) = (before_value(&before, prefix), after_value(&after, before.is_empty()));
        let has = |part: Part| said_before.iter().chain(&said_after).any(|(_, _, found)| *found == part);
        let negated = said_before.iter().any(|(at, _, part)| *part == Part::Not && !answers(&before, *at));
        let near = |end: usize| end + NEAR >= before.len();
        let denied =
            said_before.iter().any(|(at, end, part)| *part == Part::Not && near(*end) && !answers(&before, *at));
        let is_greeting = |word: &String| matches!(LEXICON.among(&[word]).as_slice(), [(.., Part::Greeting)]);
        let greets = kind == Kind::Name && before.last().is_some_and(is_greeting);
        let of_others = said_before.iter().any(|(_, _, part)| match part {
            Part::Kin => kind != Kind::Interest,
            Part::Yours => matches!(kind, Kind::Name | Kind::Place | Kind::Phone),
            Part::Past => matches!(kind, Kind::Place | Kind::Text | Kind::Choice),
            Part::If | Part::Told => true,
            _ => false,
        });
        Self {
            hedged: has(Part::Hedge) || hedges_beside(text, &sentence, &clause),
            denied,
            turned: negated
                || of_others
                || greets
                || said_after.iter().any(|(_, _, part)| *part == Part::Not)
                || is_corrected(text, place.end),
            asked: text.get(sentence.end..).is_some_and(|rest| rest.starts_with(['?', '؟'])),
        }
    }

    /// The highest confidence it allows a claim of which the model says that the customer states it.
    pub(crate) fn limit(&self) -> Confidence {
        if self.hedged {
            Confidence::Low
        } else if self.turned || self.asked {
            Confidence::Medium
        } else {
            Confidence::High
        }
    }

    /// The highest confidence it allows where the model says nothing of how it is meant; none if the opposite is said.
    pub(crate) fn limit_alone(&self) -> Option<Confidence> {
        let turned = if self.turned { Confidence::Low } else { Confidence::High };
        (!self.denied).then(|| self.limit().min(turned))
    }
}

/// What stands before a value and concerns it: behind the last "but", and behind the last subject, unless that
/// goes on with what stands right before it: "I think I …", "they wrote that I …".
fn before_value(words: &[String], value: &str) -> Vec<(usize, usize, Part)> {
    // "Moved from" ends with the value's own first letter.
    let with_value: Vec<&str> = words.iter().map(String::as_str).chain([value]).collect();
    let mut found = LEXICON.among(&with_value);
    found.retain(|(at, ..)| *at < words.len());
    let turns = |part: Part| matches!(part, Part::Turn | Part::Correction);
    let turn = found.iter().rposition(|(_, _, part)| turns(*part)).map_or(0, |at| at + 1);
    let mut found = found.split_off(turn);
    let subject = found.iter().rev().find(|(_, _, part)| *part == Part::Speaker).map(|(at, ..)| *at);
    let reaches = |end: usize, part: Part| {
        let over = matches!(part, Part::Hedge | Part::Told | Part::If);
        // "ما عندي": what is not had is denied before who has it.
        let denies = part == Part::Not;
        subject.is_none_or(|subject| end >= subject || (over && end + 2 >= subject) || (denies && end + 1 == subject))
    };
    found.retain(|(_, end, part)| reaches(*end, *part));
    found
}

/// What stands behind a value and concerns it: a hedge up to the next "but" or "so", a negation close by, unless of a new
/// subject.
fn after_value(words: &[String], is_first: bool) -> Vec<(usize, usize, Part)> {
    let found = LEXICON.among(words);
    // "аллергии у меня нет": what is not had is denied behind who has it, at the end.
    let ends_in_denial = matches!(found.as_slice(), [.., (_, subject, Part::Speaker), (at, end, Part::Not)]
        if subject + 1 == *at && end + 1 == words.len());
    let mut goes_on = true;
    let concerns = |(at, _, part): &(usize, usize, Part)| {
        let is_other = *part == Part::Speaker && !is_first && !ends_in_denial;
        goes_on &= !matches!(part, Part::Turn | Part::Correction | Part::So) && !is_other;
        goes_on && (*part == Part::Hedge || (*part == Part::Not && *at <= NEAR && !is_joined(words, *at)))
    };
    found.into_iter().filter(concerns).collect()
}

/// "I live in Haifa and don't drive": what is denied behind an "and" is something else.
fn is_joined(words: &[String], at: usize) -> bool {
    let from = at.saturating_sub(1);
    words.get(from..=at).is_some_and(|words| words.iter().any(|word| is_and(word)))
}

/// Whether what stands right behind a place takes it back: "Haifa, I mean Acre".
fn is_corrected(text: &str, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default();
    let next = Boundary::Sentence.pieces(behind).map(text::words).find(|words| !words.is_empty()).unwrap_or_default();
    LEXICON.among(&next).iter().any(|(at, _, part)| *part == Part::Correction && *at <= 1)
}

/// "No I am from Haifa": a "no" before a subject answers what was asked.
fn answers(before: &[String], at: usize) -> bool {
    let is_no = before.get(at).is_some_and(|word| NO.has(word));
    let next = before.get(at + 1..).unwrap_or_default();
    is_no && LEXICON.among(next).first().is_some_and(|(at, _, part)| *at == 0 && *part == Part::Speaker)
}

/// Whether the clause before or behind is a hedge and nothing else: "mornings, I think".
fn hedges_beside(text: &str, sentence: &Range<usize>, clause: &Range<usize>) -> bool {
    if sentence == clause {
        return false;
    }
    let before = text.get(sentence.start..clause.start).unwrap_or_default();
    let after = text.get(clause.end..sentence.end).unwrap_or_default();
    let last = Boundary::Clause.pieces(before).filter(|piece| !piece.trim().is_empty()).last();
    let first = Boundary::Clause.pieces(after).find(|piece| !piece.trim().is_empty());
    last.into_iter().chain(first).any(|piece| {
        let words = text::words(piece);
        let hedges = LEXICON.among(&words);
        let covered: usize =
            hedges.iter().filter(|hedge| hedge.2 == Part::Hedge).map(|(at, end, _)| end - at + 1).sum();
        // "Around 11pm" is unsure of the hour.
        let is_of_its_own =
            words.iter().any(|word| word.starts_with(|c: char| c.is_ascii_digit()) || number_words::is_number(word));
        covered > 0 && covered + 1 >= words.len() && !is_of_its_own
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::statement::FILES;

    #[test]
    fn every_part_lowers_the_sentence_it_hits_and_not_the_other() {
        let limit = |sentence: &str| {
            let (sentence, kind) = sentence.split_once('|').unwrap_or((sentence, ""));
            let kind = if kind.trim() == "name" { Kind::Name } else { Kind::Place };
            let sentence = sentence.trim_end();
            let (start, end) = (sentence.find('{').unwrap(), sentence.find('}').unwrap() - 1);
            Stance::of(kind, &sentence.replace(['{', '}'], ""), &(start..end)).limit()
        };
        assert_sentences(FILES, |sentence| limit(sentence) != Confidence::High);
    }
}
