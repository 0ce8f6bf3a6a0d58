//! The fold: what one field says, as a function of its candidates alone (spec B, rules 1-6).

use crate::field::FieldSpec;
use crate::merge::Reason;
use crate::profile::{Candidate, Confidence, Dismissal, Field, Source, Suggestion};
use crate::session::SessionId;
use crate::text;
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// How many candidates a field keeps (spec B, rule 6).
pub(crate) const KEPT_CANDIDATES: usize = 16;

/// The order of the fold: event time, session, position, value; the rest only makes it total.
type Order<'a> = (Timestamp, &'a SessionId, u32, Option<&'a str>, Source, Confidence);

fn order(c: &Candidate) -> Order<'_> {
    (c.at, &c.session, c.position, c.value.as_deref(), c.source, c.confidence)
}

/// The candidates a field keeps, in fold order: each once; over the bound, the surest of every source (the newest of
/// equally sure ones) and the newest others. Whatever was kept earlier, the outcome is that of all at once, because
/// what is dropped here would be dropped again.
pub(crate) fn kept(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    candidates.sort_by(|a, b| order(a).cmp(&order(b)));
    candidates.dedup();
    let mut surest: BTreeMap<Source, (Confidence, usize)> = BTreeMap::new();
    for (index, candidate) in candidates.iter().enumerate() {
        let best = surest.entry(candidate.source).or_insert((candidate.confidence, index));
        *best = (*best).max((candidate.confidence, index));
    }
    let decisive: BTreeSet<usize> = surest.into_values().map(|(_, index)| index).collect();
    let mut surplus = candidates.len().saturating_sub(KEPT_CANDIDATES);
    let mut index = 0;
    candidates.retain(|_| {
        let drop = surplus > 0 && !decisive.contains(&index);
        surplus -= usize::from(drop);
        index += 1;
        !drop
    });
    candidates
}

/// What two values are compared by. A single value is a list of one; no value is the empty list.
pub(crate) fn items(spec: &FieldSpec, value: Option<&str>) -> BTreeSet<String> {
    let Some(value) = value else {
        return BTreeSet::new();
    };
    split(spec, value).map(text::key).collect()
}

/// The items of a list field (separated by commas, semicolons or line breaks), or the whole value.
pub(crate) fn split<'a>(spec: &FieldSpec, value: &'a str) -> impl Iterator<Item = &'a str> {
    let separators: &[char] = if spec.list { &[',', ';', '\n', '\r', '،', '、'] } else { &[] };
    value.split(separators).filter(|item| !item.trim().is_empty())
}

/// How one candidate fared when its turn came.
pub(crate) struct Step {
    pub(crate) accepted: bool,
    pub(crate) reason: Reason,
    pub(crate) old: Option<String>,
}

/// A field folded from its candidates, and how each of them fared.
pub(crate) struct Folded {
    pub(crate) field: Field,
    pub(crate) steps: Vec<Step>,
    /// How the value that stands came to stand.
    pub(crate) won_by: Reason,
}

/// Folds candidates that are [`kept`]; none without any.
pub(crate) fn fold(spec: &FieldSpec, candidates: Vec<Candidate>, dismissals: Vec<Dismissal>) -> Option<Folded> {
    let mut fold = Fold { spec, dismissed: dismissed(spec, &dismissals), standing: None, suggestions: BTreeMap::new() };
    let steps = candidates.iter().map(|candidate| fold.step(candidate)).collect();
    let standing = fold.standing?;
    let mut suggestions: Vec<Suggestion> = fold.suggestions.into_values().collect();
    suggestions.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.value.cmp(&b.value)));
    let field = Field {
        value: standing.value,
        source: standing.source,
        confidence: standing.confidence,
        updated_at: standing.updated_at,
        previous_value: standing.previous,
        suggestions,
        candidates,
        dismissals,
    };
    Some(Folded { field, steps, won_by: standing.won_by })
}

/// Up to when each value is dismissed.
pub(crate) fn dismissed(spec: &FieldSpec, dismissals: &[Dismissal]) -> BTreeMap<BTreeSet<String>, Timestamp> {
    let mut until = BTreeMap::new();
    for dismissal in dismissals {
        let at = until.entry(items(spec, Some(&dismissal.value))).or_insert(dismissal.at);
        *at = (*at).max(dismissal.at);
    }
    until
}

/// The value that stands at some point of the fold.
struct Standing {
    value: Option<String>,
    items: BTreeSet<String>,
    source: Source,
    /// The highest of all evidence: what is shown.
    confidence: Confidence,
    /// The highest of its own source: what a later candidate of that source is measured by. Otherwise a weaker
    /// source could raise a person's confidence and so keep that person from changing their mind.
    own: Confidence,
    updated_at: Timestamp,
    latest_evidence: Timestamp,
    previous: Option<String>,
    won_by: Reason,
    /// AI values that were not sure enough against this one, with their sessions: a second session makes them win.
    challengers: Vec<(BTreeSet<String>, SessionId)>,
}

struct Fold<'a> {
    spec: &'a FieldSpec,
    dismissed: BTreeMap<BTreeSet<String>, Timestamp>,
    standing: Option<Standing>,
    suggestions: BTreeMap<BTreeSet<String>, Suggestion>,
}

impl Fold<'_> {
    fn step(&mut self, candidate: &Candidate) -> Step {
        let offered = items(self.spec, candidate.value.as_deref());
        let dismissed = self.dismissed.get(&offered).is_some_and(|until| candidate.at <= *until);
        let old = self.standing.as_ref().and_then(|held| held.value.clone());
        let reason = weigh(self.standing.as_ref(), candidate, &offered, dismissed);
        match reason {
            Reason::SameValue => self.confirm(candidate, &offered),
            lost if !lost.is_acceptance() => self.lose(candidate, offered, lost),
            won => self.win(candidate, offered, won),
        }
        Step { accepted: reason.is_acceptance(), reason, old }
    }

    /// Rule 1: the value stays, its confidence and source can only rise. A person's spelling counts.
    fn confirm(&mut self, candidate: &Candidate, offered: &BTreeSet<String>) {
        let Some(held) = &mut self.standing else { return };
        held.latest_evidence = held.latest_evidence.max(candidate.at);
        if held.items != *offered {
            return;
        }
        let before = (held.value.clone(), held.source, held.confidence);
        if candidate.source > held.source {
            held.source = candidate.source;
            held.own = candidate.confidence;
            held.value.clone_from(&candidate.value);
        } else if candidate.source == held.source {
            held.own = held.own.max(candidate.confidence);
            if candidate.source == Source::Manual {
                held.value.clone_from(&candidate.value);
            }
        }
        held.confidence = held.confidence.max(candidate.confidence);
        if before != (held.value.clone(), held.source, held.confidence) {
            held.updated_at = candidate.at;
        }
    }

    /// Rules 2, 3 and 5: the value takes the field; in a list it joins what its own source said before.
    fn win(&mut self, candidate: &Candidate, offered: BTreeSet<String>, won_by: Reason) {
        let held = self.standing.take();
        let joins = self.spec.list
            && candidate.source != Source::Manual
            && matches!(won_by, Reason::Newer | Reason::Corroborated);
        let (mut value, mut confidence) = (candidate.value.clone(), candidate.confidence);
        if let Some(held) = held.as_ref().filter(|_| joins) {
            value = join(self.spec, held.value.as_deref(), candidate.value.as_deref());
            confidence = confidence.min(held.own);
        }
        let items = if joins { items(self.spec, value.as_deref()) } else { offered };
        self.suggestions.retain(|waiting, _| !waiting.is_subset(&items));
        let previous = held.and_then(|held| held.value.or(held.previous));
        self.standing = Some(Standing {
            previous: previous.filter(|previous| Some(previous) != value.as_ref()),
            value,
            items,
            source: candidate.source,
            confidence,
            own: confidence,
            updated_at: candidate.at,
            latest_evidence: candidate.at,
            won_by,
            challengers: Vec::new(),
        });
    }

    /// Rule 4: the value waits beside the field, unless that was dismissed.
    fn lose(&mut self, candidate: &Candidate, offered: BTreeSet<String>, reason: Reason) {
        let Some(value) = candidate.value.clone().filter(|_| reason != Reason::Dismissed) else {
            return;
        };
        if let Some(held) = &mut self.standing
            && reason == Reason::LowerConfidence
            && candidate.source == Source::AiExtraction
        {
            held.challengers.push((offered.clone(), candidate.session.clone()));
        }
        let suggestion = Suggestion {
            value,
            source: candidate.source,
            confidence: candidate.confidence,
            at: candidate.at,
            session: candidate.session.clone(),
            reason,
        };
        self.suggestions.insert(offered, suggestion);
    }
}

/// The rules themselves: how a candidate fares against what stands.
fn weigh(standing: Option<&Standing>, candidate: &Candidate, offered: &BTreeSet<String>, dismissed: bool) -> Reason {
    let deletes = candidate.value.is_none();
    let Some(held) = standing else {
        return if deletes { Reason::Deleted } else { Reason::New };
    };
    let replaces = candidate.source > held.source || candidate.source == Source::Manual;
    if held.items == *offered || (!replaces && offered.is_subset(&held.items)) {
        return Reason::SameValue;
    }
    let by_rule = match candidate.source.cmp(&held.source) {
        std::cmp::Ordering::Greater => Reason::StrongerSource,
        std::cmp::Ordering::Less if held.source == Source::Manual => Reason::ManualWins,
        std::cmp::Ordering::Less => Reason::WeakerSource,
        std::cmp::Ordering::Equal if candidate.confidence >= held.own => Reason::Newer,
        std::cmp::Ordering::Equal if !dismissed && corroborated(held, candidate, offered) => Reason::Corroborated,
        std::cmp::Ordering::Equal => Reason::LowerConfidence,
    };
    match by_rule {
        won if won.is_acceptance() && deletes => Reason::Deleted,
        lost if !lost.is_acceptance() && dismissed => Reason::Dismissed,
        other => other,
    }
}

fn corroborated(held: &Standing, candidate: &Candidate, offered: &BTreeSet<String>) -> bool {
    let elsewhere =
        |(value, session): &(BTreeSet<String>, SessionId)| value == offered && *session != candidate.session;
    candidate.source == Source::AiExtraction
        && candidate.at > held.latest_evidence
        && held.challengers.iter().any(elsewhere)
}

/// The distinct items of both, the older ones first; the oldest give way when they do not fit together.
fn join(spec: &FieldSpec, held: Option<&str>, offered: Option<&str>) -> Option<String> {
    let both = [held, offered].into_iter().flatten().flat_map(|value| split(spec, value));
    let mut seen = BTreeSet::new();
    let mut items: Vec<&str> = both.map(str::trim).filter(|item| seen.insert(text::key(item))).collect();
    let length = |items: &[&str]| items.join(", ").chars().count();
    while items.len() > 1 && length(&items) > spec.max_chars {
        items.remove(0);
    }
    Some(items.join(", "))
}
