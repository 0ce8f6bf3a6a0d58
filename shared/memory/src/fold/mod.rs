//! The fold: what one field says, as a function of its candidates alone (docs/rules.md#b1 to #b6).

mod dismissed;
mod taken_back;

pub(crate) use dismissed::comes_too_late;

use crate::field::{FieldSpec, Kind};
use crate::items::{Items, items, joined};
use crate::profile::{Candidate, Confidence, Dismissal, Field, Source, Suggestion};
use crate::reason::Reason;
use crate::session::SessionId;
use crate::size_budget::SizeBudget;
use dismissed::{Dismissed, dismissed};
use jiff::Timestamp;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// How one candidate fared when its turn came.
pub(crate) struct Step {
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

/// Folds candidates in fold order; none without any. A dismissal hides the suggestion; it changes what stands only
/// if other evidence would make a dismissed value stand again: then what was dismissed is left out.
pub(crate) fn fold(
    spec: &FieldSpec,
    budget: SizeBudget,
    candidates: Vec<Candidate>,
    dismissals: Vec<Dismissal>,
) -> Option<Folded> {
    let dismissed = dismissed(spec, &dismissals);
    let mut outcome = Fold::run(spec, budget, &candidates, &dismissed, BTreeSet::new());
    loop {
        let back = outcome.returned(&candidates);
        if back.is_empty() {
            break;
        }
        let ignored = &outcome.ignored | &back;
        outcome = Fold::run(spec, budget, &candidates, &dismissed, ignored);
    }
    outcome.folded(candidates, dismissals)
}

/// The value that stands at some point of the fold.
struct Standing {
    value: Option<String>,
    items: Items,
    source: Source,
    /// The highest of all evidence for it: what is shown.
    confidence: Confidence,
    /// The highest of its own source: what a later candidate of that source is measured by. Otherwise a weaker
    /// source could raise a person's confidence and so keep that person from changing their mind.
    own: Confidence,
    updated_at: Timestamp,
    latest_evidence: Timestamp,
    previous: Option<String>,
    won_by: Reason,
}

/// A value that lost against the one that stands, or against there being none.
struct Challenger {
    items: Items,
    session: SessionId,
    at: Timestamp,
}

struct Fold<'a> {
    spec: &'a FieldSpec,
    budget: SizeBudget,
    dismissed: &'a BTreeMap<Items, Dismissed>,
    /// Of these, what was dismissed counts for nothing.
    ignored: BTreeSet<Items>,
    standing: Option<Standing>,
    /// What lost against it: a second session makes a less sure AI value win.
    challengers: Vec<Challenger>,
    suggestions: BTreeMap<Items, Suggestion>,
    steps: Vec<Step>,
}

impl<'a> Fold<'a> {
    fn run(
        spec: &'a FieldSpec,
        budget: SizeBudget,
        candidates: &[Candidate],
        dismissed: &'a BTreeMap<Items, Dismissed>,
        ignored: BTreeSet<Items>,
    ) -> Self {
        let (challengers, suggestions, steps) = (Vec::new(), BTreeMap::new(), Vec::with_capacity(candidates.len()));
        let mut fold = Self { spec, budget, dismissed, ignored, standing: None, challengers, suggestions, steps };
        for candidate in candidates {
            let step = fold.step(candidate);
            fold.steps.push(step);
        }
        fold
    }

    /// What stands, or is a part of the list that stands, although it was dismissed and nothing newer supports it.
    fn returned(&self, candidates: &[Candidate]) -> BTreeSet<Items> {
        let Some(held) = self.standing.as_ref().filter(|held| held.source != Source::Manual) else {
            return BTreeSet::new();
        };
        let is_newer = |value: &Items, until: &Dismissed| {
            candidates.iter().any(|c| !until.covers(c.at) && value.is_subset(&items(self.spec, c.value.as_deref())))
        };
        let back = self.dismissed.iter().filter(|(value, until)| {
            !value.is_empty()
                && !self.ignored.contains(*value)
                && value.is_subset(&held.items)
                && !is_newer(value, until)
        });
        back.map(|(value, _)| value.clone()).collect()
    }

    fn folded(mut self, candidates: Vec<Candidate>, dismissals: Vec<Dismissal>) -> Option<Folded> {
        let last = candidates.last()?;
        let waiting = std::mem::take(&mut self.suggestions).into_values();
        let mut suggestions: Vec<Suggestion> = waiting.filter_map(|waits| self.left(waits)).collect();
        let standing = self.standing.unwrap_or_else(|| Standing::empty(last));
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
        Some(Folded { field, steps: self.steps, won_by: standing.won_by })
    }

    fn step(&mut self, candidate: &Candidate) -> Step {
        if let Some(gone) = candidate.taken_back.as_deref() {
            return self.take_back(candidate, &items(self.spec, Some(gone)));
        }
        let offered = items(self.spec, candidate.value.as_deref());
        let dismissed = self.is_dismissed(candidate, &offered);
        let old = self.standing.as_ref().and_then(|held| held.value.clone());
        if dismissed && candidate.source != Source::Manual && self.ignored.contains(&offered) {
            return Step { reason: Reason::Dismissed, old };
        }
        let reason = match self.weigh(candidate, &offered) {
            lost if dismissed && !lost.accepts() => Reason::Dismissed,
            reason => reason,
        };
        match reason {
            Reason::SameValue => self.confirm(candidate, &offered),
            won if won.accepts() => self.win(candidate, offered, won),
            lost => self.lose(candidate, offered, lost),
        }
        Step { reason, old }
    }

    fn is_dismissed(&self, candidate: &Candidate, offered: &Items) -> bool {
        self.dismissed.get(offered).is_some_and(|until| until.covers(candidate.at))
    }

    /// Rule 1: the value stays, its confidence and source can only rise. A person's spelling counts.
    fn confirm(&mut self, candidate: &Candidate, offered: &Items) {
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
            if candidate.source == Source::Manual && candidate.confidence >= held.own {
                held.value.clone_from(&candidate.value);
            }
            held.own = held.own.max(candidate.confidence);
        }
        held.confidence = held.confidence.max(candidate.confidence);
        if before != (held.value.clone(), held.source, held.confidence) {
            held.updated_at = candidate.at;
        }
    }

    /// Rules 2, 3 and 5: the value takes the field; in a list it joins what its own source said before.
    fn win(&mut self, candidate: &Candidate, offered: Items, won_by: Reason) {
        let held = self.standing.take();
        let joins = self.spec.list
            && candidate.source != Source::Manual
            && matches!(won_by, Reason::Newer | Reason::Corroborated);
        let (mut value, mut confidence) = (candidate.value.clone(), candidate.confidence);
        if let Some(held) = held.as_ref().filter(|_| joins) {
            value = joined(self.spec, self.budget.value, held.value.as_deref(), candidate.value.as_deref());
            confidence = confidence.min(held.own);
        }
        let items = if joins { items(self.spec, value.as_deref()) } else { offered };
        // Who enters a list anew has decided about what was taken back of the one before.
        let is_settled = |by: &Suggestion| by.taken_back.is_some() && candidate.source == Source::Manual;
        self.suggestions.retain(|waiting, by| !waiting.is_subset(&items) && !is_settled(by));
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
        });
        self.challengers.clear();
    }

    /// Rule 4: the value waits beside the field, unless that was dismissed.
    fn lose(&mut self, candidate: &Candidate, offered: Items, reason: Reason) {
        let challenger = Challenger { items: offered.clone(), session: candidate.session.clone(), at: candidate.at };
        self.challengers.push(challenger);
        if reason == Reason::Dismissed {
            return;
        }
        let suggestion = Suggestion {
            value: candidate.value.clone(),
            taken_back: candidate.taken_back.clone(),
            source: candidate.source,
            confidence: candidate.confidence,
            at: candidate.at,
            session: candidate.session.clone(),
            reason,
            transcribed: candidate.transcribed,
        };
        self.suggestions.insert(offered, suggestion);
    }

    /// The rules themselves: how a candidate fares against what stands.
    fn weigh(&self, candidate: &Candidate, offered: &Items) -> Reason {
        let deletes = candidate.value.is_none();
        let Some(held) = &self.standing else {
            return match candidate.confidence {
                _ if deletes => Reason::Deleted,
                Confidence::Low if self.must_be_sure(candidate) => self.corroborated(candidate, offered),
                _ => Reason::New,
            };
        };
        let replaces = candidate.source > held.source || candidate.source == Source::Manual;
        if held.items == *offered || (!replaces && !deletes && offered.is_subset(&held.items)) {
            return Reason::SameValue;
        }
        let by_rule = self.by_rule(held, candidate, offered);
        if by_rule.accepts() && deletes { Reason::Deleted } else { by_rule }
    }

    /// Rules 2 and 3: the sources, then the confidence.
    fn by_rule(&self, held: &Standing, candidate: &Candidate, offered: &Items) -> Reason {
        // What a customer took back is no rival to anything.
        let taken_back = held.source == Source::AiExtraction && held.value.is_none();
        match candidate.source.cmp(&held.source) {
            Ordering::Greater => Reason::StrongerSource,
            Ordering::Less if held.source == Source::Manual => Reason::ManualWins,
            Ordering::Less => Reason::WeakerSource,
            Ordering::Equal
                if taken_back && candidate.confidence == Confidence::Low && self.must_be_sure(candidate) =>
            {
                self.corroborated(candidate, offered)
            }
            Ordering::Equal if taken_back || candidate.confidence >= held.own => Reason::Newer,
            Ordering::Equal => self.corroborated(candidate, offered),
        }
    }

    /// Whether the AI's guess may not even fill an empty field: a wrong name or number does more harm than none.
    fn must_be_sure(&self, candidate: &Candidate) -> bool {
        let kind = self.spec.kind();
        candidate.source == Source::AiExtraction && matches!(kind, Kind::Name | Kind::Place | Kind::Phone | Kind::Date)
    }

    /// Whether an earlier session of the AI said the same against what stands. Once dismissed, a value needs two
    /// sessions of newer evidence.
    fn corroborated(&self, candidate: &Candidate, offered: &Items) -> Reason {
        let parted = |at: Timestamp| self.dismissed.get(offered).is_some_and(|until| until.parts(at, candidate.at));
        let elsewhere = |earlier: &&Challenger| earlier.items == *offered && earlier.session != candidate.session;
        let is_newest = self.standing.as_ref().is_none_or(|held| candidate.at > held.latest_evidence);
        let corroborated = candidate.source == Source::AiExtraction
            && is_newest
            && self.challengers.iter().filter(elsewhere).any(|earlier| !parted(earlier.at));
        if corroborated { Reason::Corroborated } else { Reason::LowerConfidence }
    }
}

impl Standing {
    /// Nothing, as long as there are only guesses, of which `last` is the last.
    fn empty(last: &Candidate) -> Self {
        Self {
            value: None,
            items: Items::default(),
            source: last.source,
            confidence: last.confidence,
            own: last.confidence,
            updated_at: last.at,
            latest_evidence: last.at,
            previous: None,
            won_by: Reason::LowerConfidence,
        }
    }
}
