//! One claim of the model, held against what the customer said.

use crate::extracted::{Extracted, Meant};
use crate::field::{FieldList, FieldSpec, Kind};
use crate::heard::{Heard, Said, last_question, named_first, position, without_speaker};
use crate::judged::{Judged, judged};
use crate::lexicon::answer::OR;
use crate::lexicon::assent::is_bare_yes;
use crate::lexicon::boundary::Boundary;
use crate::lexicon::intent::Part;
use crate::lexicon::nothing::is_nothing;
use crate::lexicon::statement::LEXICON;
use crate::profile::Confidence;
use crate::reason::Reason;
use crate::stance::Stance;
use crate::support::{place_of, supports, without_thousands, written_otherwise};
use crate::text::{self, NormalizedText};
use crate::{items, merge, prompt_injection, sense, until};
use std::ops::Range;

/// What a claim comes to.
pub(crate) struct Found<'a> {
    pub(crate) said: &'a Said,
    pub(crate) position: u32,
    /// Whether it says that the value is not so.
    pub(crate) retracts: bool,
    pub(crate) value: String,
    pub(crate) confidence: Confidence,
    /// The words that give it an end, as they stand in the message.
    pub(crate) until: Option<String>,
}

/// The claim's value with the words that say so, the newest first; an error says why it counts for nothing.
pub(crate) fn candidate<'a>(fields: &FieldList, heard: &[Heard<'a>], claim: &Extracted) -> Result<Found<'a>, Reason> {
    let spec = fields.get(&claim.field).ok_or(Reason::UnknownField)?;
    let value = fitting(fields, &claim.field, &claim.value, claim.meant == Some(Meant::Asks))?;
    let judged = judged(spec.kind(), claim)?;
    let quote = NormalizedText::new(without_speaker(&claim.quote));
    let mut reason = Reason::NoEvidence;
    let span = claim.span.as_deref().map(NormalizedText::new).filter(|span| !span.is_empty());
    for message in named_first(heard, claim.line) {
        for quoted in message.letters.find(&quote).into_iter().rev() {
            let inside = |at: &Range<usize>| quoted.start <= at.start && at.end <= quoted.end;
            // The words that are the value, where the model names them; they have to stand in the quote.
            let Some(place) = span
                .as_ref()
                .map_or(Some(quoted.clone()), |span| message.letters.find(span).into_iter().rev().find(inside))
            else {
                continue;
            };
            let items = items::split(spec, &value).map(|item| confidence(message, &place, item, &judged));
            match items.collect::<Result<Vec<_>, _>>() {
                Ok(_) if is_owed(spec, claim, &message.said.text, &place, &value) => reason = Reason::Privilege,
                Ok(items) => {
                    let confidence = items.into_iter().min().unwrap_or(Confidence::Low);
                    let confidence = confidence.min(judged.most);
                    let position = position(message.said, place.start);
                    let until = claim.until.as_deref().filter(|_| !judged.retracts);
                    let until =
                        until.and_then(|words| until::words_of(&message.said.text, &message.letters, &quoted, words));
                    return Ok(Found {
                        said: message.said,
                        position,
                        retracts: judged.retracts,
                        value,
                        confidence,
                        until,
                    });
                }
                Err(found) => reason = found,
            }
        }
    }
    let assented = named_first(heard, claim.line).filter(|message| !message.letters.find(&quote).is_empty());
    let found =
        assented.filter_map(|message| Some((message.said, assent(message.said, spec, &value, &judged)?))).next();
    let found = found.map(|(said, confidence)| {
        let position = position(said, 0);
        Found { said, position, retracts: false, value, confidence, until: None }
    });
    found.ok_or(reason)
}

/// How far a bare yes says the value that the business's question before it holds: never more than medium, for the words
/// are not the customer's own. None unless the model says that the customer states it.
fn assent(said: &Said, spec: &FieldSpec, value: &str, judged: &Judged) -> Option<Confidence> {
    let asked = last_question(said.answers.as_deref()?)?;
    let words = text::words(asked);
    // Of a choice, or of a question that denies something, nobody knows what a yes says.
    let is_plain =
        !OR.occur_in(&words) && !LEXICON.among(&words).iter().any(|(.., part)| part.denies() || *part == Part::Without);
    let is_stated = judged.stated && !judged.retracts && judged.most == Confidence::High;
    if !is_stated || !is_plain || !is_bare_yes(&said.text) {
        return None;
    }
    let asked = Said::new(asked, said.at, said.position);
    let heard = Heard::new(&asked);
    let items = items::split(spec, value).map(|item| confidence(&heard, &(0..asked.text.len()), item, judged).ok());
    Some(items.collect::<Option<Vec<_>>>()?.into_iter().min()?.min(Confidence::Medium))
}

/// How far the words at `place` support `value`: high if they contain it, medium if a sentence of them contains its
/// words, prefixes and endings aside; how it is said lowers that. An error if they say nothing of it.
fn confidence(message: &Heard<'_>, place: &Range<usize>, value: &str, judged: &Judged) -> Result<Confidence, Reason> {
    let text = message.said.text.as_str();
    let limit = |at: &Range<usize>| {
        if judged.retracts {
            return Some(Confidence::High);
        }
        let stance = Stance::of(judged.kind, value, text, at);
        if judged.stated { Some(stance.limit()) } else { stance.limit_alone() }
    };
    let inside = |at: &Range<usize>| place.start <= at.start && at.end <= place.end;
    let mut literal = message.letters.find(&NormalizedText::new(value));
    literal.retain(inside);
    if !literal.is_empty() {
        literal.retain(|at| judged.retracts || sense::is_possible(judged.kind, text, at, value));
        // "עוד" is no "עו\"ד", though the letters are the same.
        let same = |at: &Range<usize>| {
            text::is_abbreviated(value) == text::is_abbreviated(text.get(at.clone()).unwrap_or_default())
        };
        let other = if judged.kind == Kind::Name { Confidence::Medium } else { Confidence::Low };
        let marked = |at: &Range<usize>| limit(at).map(|limit| if same(at) { limit } else { limit.min(other) });
        return literal.iter().filter_map(marked).max().ok_or(Reason::NoEvidence);
    }
    if is_nothing(value) {
        return Err(Reason::Empty);
    }
    if let Some(at) = written_otherwise(judged.kind, text, &message.letters, place, value) {
        return limit(&at).ok_or(Reason::NoEvidence);
    }
    let quote = text.get(place.clone()).unwrap_or_default();
    // Words picked from all over a long quote say nothing together.
    let sentences = Boundary::Sentence.pieces(quote).map(|sentence| text::words(&without_thousands(sentence)));
    let ahead = text::words(text.get(Boundary::Clause.around(text, place).start..place.start).unwrap_or_default());
    let mut sentences = sentences.zip([ahead.as_slice()].into_iter().chain(std::iter::repeat(&[][..])));
    let supports = |(sentence, ahead): (Vec<String>, &[String])| supports(judged.kind, ahead, &sentence, value);
    let support = sentences.find_map(supports).ok_or(Reason::NoEvidence)?;
    let place = &place_of(judged.kind, text, &message.letters, place, value);
    let is_possible = judged.retracts || sense::is_possible(judged.kind, text, place, value);
    limit(place).filter(|_| is_possible).map(|limit| support.min(limit)).ok_or(Reason::NoEvidence)
}

/// Whether the customer says in the clause of a value that the business owes it to them: "you promised me a free haircut".
fn is_owed(spec: &FieldSpec, claim: &Extracted, text: &str, place: &Range<usize>, value: &str) -> bool {
    let may_be = matches!(spec.kind(), Kind::Text | Kind::Interest | Kind::Choice) && claim.meant != Some(Meant::Asks);
    let stands = || {
        let said = NormalizedText::new(text).find(&NormalizedText::new(value)).into_iter().rev();
        let at = said.into_iter().find(|at| place.start <= at.start && at.end <= place.end);
        let end = at.map_or(place.end, |at| at.start);
        let clause = Boundary::Clause.around(text, &(end..end));
        text::words(text.get(clause.start..end).unwrap_or_default())
    };
    may_be && prompt_injection::says_owed(&stands())
}

/// The value as the field keeps it, if it is one.
pub(crate) fn fitting(fields: &FieldList, field: &str, value: &str, is_wish: bool) -> Result<String, Reason> {
    let spec = fields.get(field).ok_or(Reason::UnknownField)?;
    let value = merge::fit(spec, value)?;
    if prompt_injection::looks_like_instruction(&value) {
        return Err(Reason::Instruction);
    }
    let stands = spec.kind() != Kind::Interest && prompt_injection::claims_standing(&value);
    // A wish claims no right.
    if !is_wish && (stands || prompt_injection::claims_privilege(&value)) {
        return Err(Reason::Privilege);
    }
    Ok(value)
}
