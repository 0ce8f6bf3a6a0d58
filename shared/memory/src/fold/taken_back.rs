//! Items of a list that the customer took back: "I no longer have the dog, only the cat".

use super::{Fold, Step};
use crate::items::{Items, items, offer, without};
use crate::profile::{Candidate, Source, Suggestion};
use crate::reason::Reason;

impl Fold<'_> {
    /// Rule 5: they leave the list that the AI itself wrote, and are a suggestion against anything stronger.
    pub(super) fn take_back(&mut self, candidate: &Candidate, gone: &Items) -> Step {
        let offered = offer(self.spec, None, candidate.taken_back.as_deref());
        let old = self.standing.as_ref().and_then(|held| held.value.clone());
        let reason = match &self.standing {
            Some(held) if !held.items.is_disjoint(gone) => match self.by_rule(held, candidate, &offered) {
                won if won.accepts() => Reason::Deleted,
                _ if self.is_dismissed(candidate, &offered) => Reason::Dismissed,
                lost => lost,
            },
            _ => Reason::SameValue,
        };
        if !reason.accepts() {
            self.lose(candidate, offered, reason);
            return Step { reason, old };
        }
        // Nor is what was only guessed of them guessed any more.
        self.suggestions.retain(|waits, by| by.source != Source::AiExtraction || !waits.is_subset(gone));
        self.challengers.retain(|challenger| !challenger.items.is_subset(gone));
        if reason == Reason::Deleted {
            self.suggestions.remove(&offered);
            self.leave_out(candidate, gone);
        }
        Step { reason, old }
    }

    fn leave_out(&mut self, candidate: &Candidate, gone: &Items) {
        let Some(held) = &mut self.standing else { return };
        let left = without(self.spec, held.value.as_deref(), gone);
        held.previous = std::mem::replace(&mut held.value, left);
        held.items = items(self.spec, held.value.as_deref());
        held.updated_at = candidate.at;
        held.latest_evidence = candidate.at;
        held.won_by = Reason::Deleted;
        if held.value.is_none() {
            (held.confidence, held.own) = (candidate.confidence, candidate.confidence);
        }
    }

    /// What a suggestion comes to in the end: of a list from which something was taken back, what is left of it; none
    /// where all that is gone already.
    pub(super) fn left(&self, suggestion: Suggestion) -> Option<Suggestion> {
        let Some(gone) = suggestion.taken_back.as_deref() else { return Some(suggestion) };
        let (held, gone) = (self.standing.as_ref()?, items(self.spec, Some(gone)));
        let value = without(self.spec, held.value.as_deref(), &gone);
        (!held.items.is_disjoint(&gone)).then_some(Suggestion { value, ..suggestion })
    }
}
