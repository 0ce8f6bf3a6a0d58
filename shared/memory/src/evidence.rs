//! Extraction that cannot invent (docs/rules.md#d): a claim of the model counts only if a customer message of the
//! session says so. Source and confidence are decided here, not by the model.

use crate::field::{FieldList, MAX_NAME_CHARS};
use crate::lexicon::boundary::Boundary;
use crate::merge::{self, Verdict};
use crate::profile::{Candidate, Confidence, Field, Profile, Source};
use crate::reason::Reason;
use crate::session::SessionId;
use crate::stance::Stance;
use crate::text::{self, NormalizedText};
use crate::{items, prompt_injection};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// A message of the customer in the session: nobody else's words are evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// What they wrote or said.
    pub text: String,
    /// When it was sent or said.
    pub at: Timestamp,
    /// Its place within the session.
    pub position: u32,
}

/// What the model claims to have learnt. Nothing in it is trusted yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    /// The field it would go into; perhaps one the business does not have.
    pub field: String,
    /// The value it would have.
    pub value: String,
    /// The words of the customer that say so.
    pub quote: String,
    /// How sure the model says it is: can only lower what is found here.
    pub confidence: Option<Confidence>,
}

/// The longest value of a dropped claim that goes into the change log, in characters: it may be anything at all.
const MAX_DROPPED_CHARS: usize = 200;

/// A claim that was dropped: it changes nothing, and the change log says why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// The field claimed, cut to the length of a name.
    pub field: String,
    /// The value claimed, at most 200 characters of it.
    pub value: String,
    /// Whose claim it was: the model's, or an answer in a form.
    pub source: Source,
    /// Why; never a reason that [accepts](Reason::accepts).
    pub reason: Reason,
}

impl Dropped {
    fn new(field: &str, value: &str, source: Source, reason: Reason) -> Self {
        // Both are whatever the model or the customer wrote.
        let short = |text: &str, most| text::cut(&text::clean_line(text), most).to_owned();
        Self { field: short(field, MAX_NAME_CHARS), value: short(value, MAX_DROPPED_CHARS), source, reason }
    }

    /// What the change log says of it (docs/rules.md#b7): against what the profile says, in this session, which ended
    /// at `at`.
    #[must_use]
    pub fn verdict(&self, profile: &Profile, session: &SessionId, at: Timestamp) -> Verdict {
        Verdict {
            field: self.field.clone(),
            old: profile.get(&self.field).and_then(Field::value).map(str::to_owned),
            new: Some(self.value.clone()),
            source: self.source,
            confidence: Confidence::Low,
            accepted: self.reason.accepts(),
            reason: self.reason,
            session: session.clone(),
            at,
        }
    }
}

/// What is left of the model's claims.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Claims with evidence, stamped with source, confidence and the time of the evidence.
    pub candidates: Vec<Candidate>,
    /// Claims without.
    pub dropped: Vec<Dropped>,
}

/// Checks the model's claims against what the customer said. `cap` is the highest confidence the channel allows:
/// high for WhatsApp, medium for a call, whose transcript may have misheard. A claim made twice counts once.
#[must_use]
pub fn check(
    fields: &FieldList,
    said: &[Said],
    session: &SessionId,
    extracted: &[Extracted],
    cap: Confidence,
) -> Checked {
    let mut heard: Vec<Heard<'_>> = said.iter().map(Heard::new).collect();
    heard.sort_by_key(|heard| std::cmp::Reverse((heard.said.at, heard.said.position)));
    let mut checked = Checked::default();
    for claim in extracted {
        match candidate(fields, &heard, claim) {
            Ok(found) => once(
                &mut checked.candidates,
                Candidate {
                    field: claim.field.clone(),
                    value: Some(found.value),
                    source: Source::AiExtraction,
                    confidence: found.confidence.min(claim.confidence.unwrap_or(cap).min(cap)),
                    at: found.said.at,
                    session: session.clone(),
                    position: found.said.position,
                },
            ),
            Err(reason) => {
                once(&mut checked.dropped, Dropped::new(&claim.field, &claim.value, Source::AiExtraction, reason));
            }
        }
    }
    checked
}

impl Checked {
    /// Adds what the customer gave in forms: answers, each with the question as the form names it. Those whose question
    /// bears the name of a field are the customer's own word for it (docs/rules.md#b, source `customer`); the others say
    /// nothing here.
    pub fn add_given<'a>(
        &mut self,
        fields: &FieldList,
        session: &SessionId,
        given: impl IntoIterator<Item = (&'a str, Said)>,
    ) {
        for (field, said) in given {
            let source = Source::Customer;
            match fitting(fields, field, &said.text) {
                Ok(value) => once(
                    &mut self.candidates,
                    Candidate {
                        field: field.to_owned(),
                        value: Some(value),
                        source,
                        confidence: Confidence::High,
                        at: said.at,
                        session: session.clone(),
                        position: said.position,
                    },
                ),
                Err(Reason::UnknownField) => {}
                Err(reason) => once(&mut self.dropped, Dropped::new(field, &said.text, source, reason)),
            }
        }
    }
}

/// The value as the field keeps it, if it is one.
fn fitting(fields: &FieldList, field: &str, value: &str) -> Result<String, Reason> {
    let spec = fields.get(field).ok_or(Reason::UnknownField)?;
    let value = merge::fit(spec, value)?;
    if prompt_injection::looks_like_instruction(&value) {
        return Err(Reason::Instruction);
    }
    if prompt_injection::claims_privilege(&value) {
        return Err(Reason::Privilege);
    }
    Ok(value)
}

fn once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// A message, ready for searching.
struct Heard<'a> {
    said: &'a Said,
    letters: NormalizedText,
}

impl<'a> Heard<'a> {
    fn new(said: &'a Said) -> Self {
        Self { said, letters: NormalizedText::new(&said.text) }
    }
}

struct Found<'a> {
    said: &'a Said,
    value: String,
    confidence: Confidence,
}

fn candidate<'a>(fields: &FieldList, heard: &[Heard<'a>], claim: &Extracted) -> Result<Found<'a>, Reason> {
    let spec = fields.get(&claim.field).ok_or(Reason::UnknownField)?;
    let value = fitting(fields, &claim.field, &claim.value)?;
    let quote = NormalizedText::new(&claim.quote);
    let mut reason = Reason::NoEvidence;
    // The newest message first: what the customer said last is what they meant.
    for message in heard {
        for place in message.letters.find(&quote).into_iter().rev() {
            let items = items::split(spec, &value).map(|item| confidence(message, &place, item));
            match items.collect::<Result<Vec<_>, _>>() {
                Ok(items) => {
                    let confidence = items.into_iter().min().unwrap_or(Confidence::Low);
                    return Ok(Found { said: message.said, value, confidence });
                }
                Err(found) => reason = found,
            }
        }
    }
    Err(reason)
}

/// How far the words at `place` support `value`: high if they contain it, medium if a sentence of them contains half of
/// its words, low otherwise; a hedge, a negation or a question lowers that. An error if they deny it or say nothing.
fn confidence(message: &Heard<'_>, place: &Range<usize>, value: &str) -> Result<Confidence, Reason> {
    let text = message.said.text.as_str();
    let inside = |at: &Range<usize>| place.start <= at.start && at.end <= place.end;
    let mut literal = message.letters.find(&NormalizedText::new(value));
    literal.retain(inside);
    if !literal.is_empty() {
        let stances = literal.iter().filter_map(|at| Stance::of(text, at).limit());
        return stances.max().ok_or(Reason::NoEvidence);
    }
    if PLACEHOLDERS.iter().any(|nothing| text::key(nothing) == text::key(value)) {
        return Err(Reason::Empty);
    }
    let quote = text.get(place.clone()).unwrap_or_default();
    if quote.chars().filter(|c| c.is_alphanumeric()).nth(1).is_none() {
        // One letter says nothing but itself.
        return Err(Reason::NoEvidence);
    }
    // Words picked from all over a long quote say nothing together.
    let supported = Boundary::Sentence.pieces(quote).any(|sentence| supports(&text::words(sentence), value));
    let bound = if supported { Confidence::Medium } else { Confidence::Low };
    let limit = Stance::of(text, place).limit().unwrap_or(Confidence::Low);
    Ok(bound.min(limit))
}

/// What models write when they know nothing.
const PLACEHOLDERS: [&str; 12] = [
    "unknown",
    "none",
    "null",
    "n/a",
    "not specified",
    "not mentioned",
    "לא ידוע",
    "לא צוין",
    "לא נאמר",
    "לא צויין",
    "אין מידע",
    "אין",
];

/// Whether at least half of the value's words stand in the quote, prefixes and endings aside.
fn supports(quote: &[String], value: &str) -> bool {
    let value = text::words(value);
    let shared = value.iter().filter(|word| quote.iter().any(|said| is_form_of(word, said)));
    !value.is_empty() && shared.count() * 2 >= value.len()
}

/// Whether two words differ only in a Hebrew prefix letter or in the ending.
fn is_form_of(a: &str, b: &str) -> bool {
    let (a, b) = (text::without_prefix(a), text::without_prefix(b));
    let common = a.chars().zip(b.chars()).take_while(|(a, b)| a == b).count();
    let longer = a.chars().count().max(b.chars().count());
    a == b || (common >= 4 && common * 3 >= longer * 2)
}
