//! Extraction that cannot invent (docs/rules.md#d): a claim of the model counts only if a customer message of the
//! session says so. Source and confidence are decided here, not by the model.

use crate::claim::{candidate, fitting};
use crate::field::{FieldList, MAX_NAME_CHARS};
use crate::heard::newest_first;
use crate::items;
use crate::merge::Verdict;
use crate::profile::{Candidate, Confidence, Field, Profile, Source};
use crate::reason::Reason;
use crate::session::SessionId;
use crate::zone::Zone;
use crate::{text, until};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use crate::extracted::{About, Extracted, Meant};
pub use crate::heard::Said;

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
            transcribed: false,
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
    /// What the customer denied or took back: the value that is not so. See [`Checked::offers`].
    pub retracted: Vec<Candidate>,
}

/// Checks the model's claims against what the customer said. `cap` is the highest confidence the channel allows:
/// high for WhatsApp, medium for a call, whose transcript may have misheard; so may that of a voice note, whatever the
/// channel allows. A claim made twice counts once. What end a claim has is counted from the time of its message in `zone`.
#[must_use]
pub fn check(
    fields: &FieldList,
    said: &[Said],
    session: &SessionId,
    extracted: &[Extracted],
    cap: Confidence,
    zone: &Zone,
) -> Checked {
    let heard = newest_first(said);
    let mut checked = Checked::default();
    for claim in extracted {
        match candidate(fields, &heard, claim) {
            Ok(found) => {
                let cap = if found.said.transcribed { cap.min(Confidence::Medium) } else { cap };
                let stamped = Candidate {
                    field: claim.field.clone(),
                    value: Some(found.value),
                    source: Source::AiExtraction,
                    confidence: found.confidence.min(claim.confidence.unwrap_or(cap)).min(cap),
                    at: found.said.at,
                    session: session.clone(),
                    position: found.position,
                    taken_back: None,
                    transcribed: found.said.transcribed,
                    valid_until: found.until.and_then(|until| until::resolve(&until, &zone.at(found.said.at))),
                };
                let list = if found.retracts { &mut checked.retracted } else { &mut checked.candidates };
                once(list, stamped);
            }
            Err(reason) => {
                once(&mut checked.dropped, Dropped::new(&claim.field, &claim.value, Source::AiExtraction, reason));
            }
        }
    }
    checked.forget_taken_back(fields);
    checked
}

impl Checked {
    /// What the customer took back later in the session is not kept, and the log says so.
    fn forget_taken_back(&mut self, fields: &FieldList) {
        let Self { candidates, dropped, retracted } = self;
        candidates.retain_mut(|said| {
            let Some(spec) = fields.get(&said.field) else { return true };
            let is_later = |back: &&Candidate| (back.at, back.position) >= (said.at, said.position);
            let of_it = |back: &&Candidate| back.field == said.field;
            let later = retracted.iter().filter(of_it).filter(is_later);
            let gone = later.flat_map(|back| items::items(spec, back.value.as_deref())).collect();
            if items::items(spec, said.value.as_deref()).is_disjoint(&gone) {
                return true;
            }
            let left = items::without(spec, said.value.as_deref(), &gone);
            let value = std::mem::replace(&mut said.value, left).unwrap_or_default();
            once(dropped, Dropped::new(&said.field, &value, said.source, Reason::NotStated));
            said.value.is_some()
        });
    }

    /// What is offered to a profile: the candidates, and for what was retracted a candidate without a value where the
    /// field says just that; in a list, where it is known to hold an item of it. A retraction of anything else says
    /// nothing.
    #[must_use]
    pub fn offers(&self, fields: &FieldList, profile: &Profile) -> Vec<Candidate> {
        let retractions = self.retracted.iter().filter_map(|retracted| {
            let (spec, held) = (fields.get(&retracted.field)?, profile.get(&retracted.field)?);
            let gone = items::items(spec, retracted.value.as_deref());
            let says = |value: Option<&str>| items::items(spec, value);
            if !spec.list {
                let stands = held.value().is_some() && says(held.value()) == gone;
                return stands.then(|| Candidate { value: None, ..retracted.clone() });
            }
            let candidates = held.candidates().iter().map(|candidate| candidate.value.as_deref());
            let is_known = candidates.chain([held.value()]).any(|value| !says(value).is_disjoint(&gone));
            is_known.then(|| Candidate { value: None, taken_back: retracted.value.clone(), ..retracted.clone() })
        });
        self.candidates.iter().cloned().chain(retractions).collect()
    }

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
            match fitting(fields, field, &said.text, false) {
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
                        taken_back: None,
                        transcribed: false,
                        valid_until: None,
                    },
                ),
                Err(Reason::UnknownField) => {}
                Err(reason) => once(&mut self.dropped, Dropped::new(field, &said.text, source, reason)),
            }
        }
    }
}

pub(crate) fn once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
