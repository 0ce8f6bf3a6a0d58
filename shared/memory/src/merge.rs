//! The merge (docs/rules.md#b): which candidate wins a field, and the log of it. The rules themselves are in `fold.rs`.

use crate::field::{FieldList, FieldSpec, MAX_VALUE_CHARS};
use crate::fold::{self, Folded, Step};
use crate::profile::{Candidate, Confidence, Dismissal, Field, Profile, Source};
use crate::reason::Reason;
use crate::session::SessionId;
use crate::size_budget::{self, SizeBudget};
use crate::{items, text};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A value this many times longer than its field allows is no value at all; a shorter one is cut.
const HOPELESSLY_LONG: usize = 10;

/// What became of one candidate: a line of the change log (docs/rules.md#b7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The name of the field, also one the business does not have.
    pub field: String,
    /// What it replaced: what the field said before the merge, or, where that was nothing or is the same still, before
    /// this candidate's turn. What stands, if it was rejected.
    pub old: Option<String>,
    /// The value as it would be kept; as it was offered, at most 2000 characters, if it is not fit to keep; none for a
    /// deletion. Where items of a list were taken back, what is left of it without them.
    pub new: Option<String>,
    /// Who offered it.
    pub source: Source,
    /// How sure it was.
    pub confidence: Confidence,
    /// Whether the field now says what was offered; always [`Reason::accepts`] of `reason`.
    pub accepted: bool,
    /// Which rule decided.
    pub reason: Reason,
    /// The session, call or edit in which it was offered.
    pub session: SessionId,
    /// Event time: when it was said or entered, not when it was merged.
    pub at: Timestamp,
    /// Whether a machine heard it in a voice note.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub transcribed: bool,
}

/// The outcome of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The profile after it.
    pub profile: Profile,
    /// One for each candidate, in the order given. Then one for each field that says something else by none of them: by
    /// an earlier candidate, seen in another light by a late one, or for lack of room.
    pub verdicts: Vec<Verdict>,
}

/// Merges candidates into a profile. The outcome depends neither on the order in which candidates arrive, within one
/// call or over many, nor on how often each does. Fields the business does not have (any more) stay as they are while
/// there is room. No value gives way without a verdict that names it.
#[must_use]
pub fn merge(fields: &FieldList, profile: &Profile, candidates: &[Candidate]) -> Merged {
    let mut merged = profile.clone();
    let mut verdicts: Vec<(usize, Verdict)> = Vec::with_capacity(candidates.len());
    let mut refused: Vec<(usize, Reason)> = Vec::new();
    let mut offers: BTreeMap<&str, Vec<(usize, Candidate)>> = BTreeMap::new();
    for (place, candidate) in candidates.iter().enumerate() {
        match admit(fields, candidate) {
            Ok(admitted) => offers.entry(&candidate.field).or_default().push((place, admitted)),
            Err(reason) => refused.push((place, reason)),
        }
    }
    for (name, offered) in offers {
        let Some(spec) = fields.get(name) else { continue };
        let (field, weighed) = merge_field(spec, SizeBudget::of(fields, spec), profile.get(name), offered);
        verdicts.extend(weighed);
        if let Some(field) = field {
            merged.0.insert(name.to_owned(), field);
        }
    }
    for (place, reason) in refused {
        let Some(candidate) = candidates.get(place) else { continue };
        let old = merged.get(&candidate.field).and_then(Field::value);
        verdicts.push((place, verdict(candidate, old, reason)));
    }
    for (name, gone) in size_budget::bound(fields, &mut merged) {
        let last = candidate_that_stands(&name, &gone);
        let verdict = Verdict { new: None, ..verdict(&last, gone.value(), Reason::NoRoom) };
        verdicts.extend(gone.value().is_some().then_some((candidates.len(), verdict)));
    }
    verdicts.sort_by_key(|(place, _)| *place);
    Merged { profile: merged, verdicts: verdicts.into_iter().map(|(_, verdict)| verdict).collect() }
}

/// A person says no to a suggestion, which has no value where the customer took back what stands: the profile without
/// it, or none if `field` has no such suggestion. The suggestion
/// returns only with evidence newer than what it stood on (docs/rules.md#b4). The field's value never changes by this.
/// The verdict tells who dismissed what: `edit` at `at`.
#[must_use]
pub fn dismiss(
    fields: &FieldList,
    profile: &Profile,
    field: &str,
    value: Option<&str>,
    at: Timestamp,
    edit: SessionId,
) -> Option<Merged> {
    let spec = fields.get(field)?;
    let held = profile.get(field)?;
    let meant = items::items(spec, value);
    let mut suggestions = held.suggestions().iter();
    let suggestion = suggestions.find(|suggestion| items::items(spec, suggestion.value.as_deref()) == meant)?;
    let taken_back = suggestion.taken_back.as_deref();
    let meant = items::offer(spec, value, taken_back);
    let same = |c: &&Candidate| items::offer(spec, c.value.as_deref(), c.taken_back.as_deref()) == meant;
    // The earlier ones of this value stay: what was dismissed then never corroborated what came after it.
    let mut dismissals = held.dismissals.clone();
    // Also what says the same and waits unseen, for it is a part of the list that stands, is dismissed.
    let known = held.candidates().iter().filter(same);
    let newest = known.map(|candidate| candidate.at).fold(suggestion.at, Timestamp::max);
    // Of what is taken back, what it would leave says nothing.
    let dismissed = suggestion.value.clone().filter(|_| taken_back.is_none());
    dismissals.push(Dismissal { value: dismissed, taken_back: suggestion.taken_back.clone(), at: newest });
    let budget = SizeBudget::of(fields, spec);
    let folded = fold::fold(spec, budget, candidates_of(spec, held), budget.remembered(dismissals))?;
    let no = Candidate::manual(field, suggestion.value.clone(), at, edit);
    let verdict = verdict(&no, held.value(), Reason::Dismissed);
    let mut profile = profile.clone();
    profile.0.insert(field.to_owned(), folded.field);
    Some(Merged { profile, verdicts: vec![verdict] })
}

fn merge_field(
    spec: &FieldSpec,
    budget: SizeBudget,
    held: Option<&Field>,
    offered: Vec<(usize, Candidate)>,
) -> (Option<Field>, Vec<(usize, Verdict)>) {
    let mut seen: Vec<Candidate> = held.map(|held| candidates_of(spec, held)).unwrap_or_default();
    let dismissals = held.map(|held| held.dismissals.clone()).unwrap_or_default();
    let counts = |candidate: &&Candidate| !fold::comes_too_late(spec, &dismissals, candidate);
    let all = seen.iter().chain(offered.iter().map(|(_, candidate)| candidate).filter(counts)).cloned();
    let Some(folded) = fold::fold(spec, budget, budget.kept(all.collect()), dismissals) else {
        return (None, Vec::new());
    };
    let stood = held.and_then(Field::value);
    let changed = items::items(spec, stood) != items::items(spec, folded.field.value());
    let gave_way = stood.filter(|_| changed);
    let last = offered.last().map_or(0, |(place, _)| *place);
    let verdicts = offered.into_iter().map(|(place, candidate)| {
        let verdict = judge(spec, &folded, &candidate, gave_way, seen.contains(&candidate));
        seen.push(candidate);
        (place, verdict)
    });
    let mut verdicts: Vec<_> = verdicts.collect();
    if changed && !verdicts.iter().any(|(_, verdict)| verdict.accepted) {
        let stands = candidate_that_stands(&spec.name, &folded.field);
        verdicts.push((last, verdict(&stands, gave_way, folded.won_by)));
    }
    (Some(folded.field), verdicts)
}

/// Who last made or confirmed what the field says.
fn candidate_that_stands(name: &str, field: &Field) -> Candidate {
    let known = field.candidate_that_stands();
    Candidate {
        field: name.to_owned(),
        value: field.value.clone(),
        source: field.source,
        confidence: field.confidence,
        at: field.updated_at,
        session: known.map_or_else(|| SessionId::new(""), |known| known.session.clone()),
        position: 0,
        taken_back: None,
        transcribed: field.is_transcribed(),
        valid_until: known.and_then(|known| known.valid_until),
    }
}

/// What a field was folded from. A field written by another system has a value but no candidates: what stood before is
/// then the first one, the value itself the next, and its suggestions follow as far as they are later.
pub(crate) fn candidates_of(spec: &FieldSpec, field: &Field) -> Vec<Candidate> {
    if !field.candidates.is_empty() {
        return field.candidates.clone();
    }
    let standing = Candidate {
        field: spec.name.clone(),
        value: field.value.clone(),
        source: field.source,
        confidence: field.confidence,
        at: field.updated_at,
        session: SessionId::new(""),
        position: 1,
        taken_back: None,
        transcribed: false,
        valid_until: None,
    };
    // A list would join what stood before.
    let previous = field.previous_value.clone().filter(|_| !spec.list);
    let previous = previous.map(|value| Candidate { value: Some(value), position: 0, ..standing.clone() });
    let suggested = field.suggestions.iter().filter(|suggestion| suggestion.at >= field.updated_at);
    let suggested = suggested.map(|suggestion| Candidate {
        field: spec.name.clone(),
        value: suggestion.value.clone().filter(|_| suggestion.taken_back.is_none()),
        source: suggestion.source,
        confidence: suggestion.confidence,
        at: suggestion.at,
        session: suggestion.session.clone(),
        position: 0,
        taken_back: suggestion.taken_back.clone(),
        transcribed: suggestion.transcribed,
        valid_until: None,
    });
    previous.into_iter().chain([standing]).chain(suggested).collect()
}

/// The candidate with a value fit to keep.
fn admit(fields: &FieldList, candidate: &Candidate) -> Result<Candidate, Reason> {
    let spec = fields.get(&candidate.field).ok_or(Reason::UnknownField)?;
    let budget = SizeBudget::of(fields, spec);
    let (mut value, mut taken_back) = (None, None);
    match (&candidate.value, &candidate.taken_back) {
        (Some(raw), _) => value = Some(text::cut_json(&fit(spec, raw)?, budget.value).to_owned()),
        (None, Some(raw)) if candidate.source == Source::AiExtraction => taken_back = Some(fit(spec, raw)?),
        (None, None) if candidate.source == Source::Manual => {}
        // Of a list the customer takes back items, which have to be named.
        (None, None) if candidate.source == Source::AiExtraction && !spec.list => {}
        (None, _) => return Err(Reason::Empty),
    }
    if value.as_ref().is_some_and(String::is_empty) {
        return Err(Reason::Empty);
    }
    // A part of an item is none.
    if taken_back.as_deref().is_some_and(|gone| text::json_len(gone) > budget.taken_back()) {
        return Err(Reason::TooLong);
    }
    Ok(Candidate { value, taken_back, ..candidate.clone() })
}

/// A value as the field keeps it: one line, without control characters and mark-up, cut to the field's limit.
pub(crate) fn fit(spec: &FieldSpec, raw: &str) -> Result<String, Reason> {
    if raw.chars().count() > spec.max_chars.saturating_mul(HOPELESSLY_LONG) {
        return Err(Reason::TooLong);
    }
    let mut fitting = String::new();
    let mut seen = BTreeSet::new();
    for item in items::split(spec, raw).map(text::clean_line) {
        let item = text::cut(&item, spec.max_chars);
        let length = fitting.chars().count() + item.chars().count() + 2;
        let fits = fitting.is_empty() || length <= spec.max_chars;
        if item.is_empty() || !fits || !seen.insert(items::key(spec, item)) {
            continue;
        }
        if !fitting.is_empty() {
            fitting.push_str(", ");
        }
        fitting.push_str(item);
    }
    if fitting.is_empty() { Err(Reason::Empty) } else { Ok(fitting) }
}

pub(crate) fn judge(
    spec: &FieldSpec,
    folded: &Folded,
    candidate: &Candidate,
    gave_way: Option<&str>,
    repeated: bool,
) -> Verdict {
    let stands = items::items(spec, folded.field.value());
    let offered = items::items(spec, candidate.value.as_deref());
    let taken_back = candidate.taken_back.as_deref().map(|gone| items::items(spec, Some(gone)));
    let says_so = match &taken_back {
        Some(gone) => stands.is_disjoint(gone),
        None if candidate.value.is_none() => stands.is_empty(),
        None => offered.is_subset(&stands),
    };
    let kept = folded.field.candidates.iter().position(|kept| kept == candidate);
    let step = kept.and_then(|place| folded.steps.get(place));
    let accepted = says_so && !repeated;
    let reason = match step {
        _ if repeated => Reason::Repeated,
        None if fold::comes_too_late(spec, &folded.field.dismissals, candidate) && says_so => Reason::SameValue,
        None if fold::comes_too_late(spec, &folded.field.dismissals, candidate) => Reason::Dismissed,
        step => reason(folded, candidate, step, says_so),
    };
    let old = match step {
        _ if accepted && gave_way.is_some() => gave_way,
        Some(step) if accepted && step.reason.accepts() => step.old.as_deref(),
        _ => folded.field.value(),
    };
    let verdict = verdict(candidate, old, reason);
    match taken_back {
        Some(gone) => Verdict { new: items::without(spec, folded.field.value(), &gone), ..verdict },
        None => verdict,
    }
}

/// Later evidence can undo or confirm what a candidate's own turn decided.
fn reason(folded: &Folded, candidate: &Candidate, step: Option<&Step>, says_so: bool) -> Reason {
    match step {
        Some(step) if step.reason.accepts() == says_so => step.reason,
        _ if says_so => folded.won_by,
        _ if folded.field.source == candidate.source && candidate.at > folded.field.updated_at => {
            Reason::LowerConfidence
        }
        _ if folded.field.source == candidate.source => Reason::Older,
        _ if folded.field.source == Source::Manual => Reason::ManualWins,
        _ => Reason::WeakerSource,
    }
}

fn verdict(candidate: &Candidate, old: Option<&str>, reason: Reason) -> Verdict {
    Verdict {
        field: candidate.field.clone(),
        old: old.map(str::to_owned),
        new: candidate.value.as_deref().map(|new| text::cut(new, MAX_VALUE_CHARS).to_owned()),
        source: candidate.source,
        confidence: candidate.confidence,
        accepted: reason.accepts(),
        reason,
        session: candidate.session.clone(),
        at: candidate.at,
        transcribed: candidate.transcribed,
    }
}
