//! How much a profile holds (docs/rules.md#b6): sixteen candidates of a field, fewer where they are long, so that the
//! whole stays under [`MAX_PROFILE_BYTES`] whatever comes. All sizes are bytes of JSON.

use crate::field::{FieldList, FieldSpec};
use crate::profile::{Candidate, Confidence, Dismissal, Field, MAX_PROFILE_BYTES, Profile, Source};
use crate::text;

/// How many candidates a field keeps (docs/rules.md#b6).
const KEPT_CANDIDATES: usize = 16;
/// How many dismissals a field remembers, the newest.
const KEPT_DISMISSALS: usize = 16;
/// What the fields of the business share; the rest is for fields it no longer has.
const SHARED: usize = 276_000;
/// What a candidate takes besides name, value and occasion, once as itself and once as a suggestion.
const CANDIDATE: usize = 300;
/// What a dismissal takes besides its value.
const DISMISSAL: usize = 60;
/// What a field takes besides its values and lists.
const FIELD: usize = 300;
/// The longest name and the longest session id reckoned with, twice.
const NAMES: usize = 2 * (40 + 64);

/// The room one field has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SizeBudget {
    /// Of one value.
    pub(crate) value: usize,
    /// Of all candidates but the strongest; the oldest of them may reach over it.
    others: usize,
    /// Of all dismissals; the oldest may reach over it.
    dismissals: usize,
}

impl SizeBudget {
    /// Fields share by what they allow, so that a long one does not starve under many short ones.
    pub(crate) fn of(fields: &FieldList, spec: &FieldSpec) -> Self {
        let weight = |spec: &FieldSpec| 1000 + spec.max_chars;
        let share = SHARED * weight(spec) / fields.iter().map(weight).sum::<usize>().max(weight(spec));
        let value = (share / 12).min(4 * spec.max_chars);
        let dismissals = share / 24;
        // The strongest candidate and the oldest other, each with a copy as value or suggestion, and a dismissal; in a
        // list also the joined value and what it was before.
        let longest = value * if spec.list { 7 } else { 5 };
        let fixed = FIELD + DISMISSAL + 2 * (CANDIDATE + NAMES);
        Self { value, others: share.saturating_sub(longest + dismissals + fixed), dismissals }
    }

    /// The candidates a field keeps, in fold order, each once: the strongest (the surest of the strongest source, the
    /// newest of equals; of the AI's the newest that is no guess), so that no flood of guesses pushes out what stands,
    /// and the newest others while those newer than them leave room. Whatever was kept earlier, the outcome is that of
    /// all at once: what is dropped would be dropped again for the sake of the very same newer ones, which are kept.
    pub(crate) fn kept(&self, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
        candidates.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        candidates.dedup();
        // Only the AI's surest word can have given way to less sure ones (two sessions, a retraction): kept for its
        // confidence it would come back once the evidence that beat it is forgotten.
        let sure = |c: &Candidate| match c.source {
            Source::AiExtraction => c.confidence.min(Confidence::Medium),
            _ => c.confidence,
        };
        let strength = |(index, c): &(usize, &Candidate)| (c.source, sure(c), *index);
        let strongest = candidates.iter().enumerate().max_by_key(strength).map(|(index, _)| index);
        let (mut others, mut bytes) = (0, 0);
        let mut index = candidates.len();
        candidates.reverse();
        candidates.retain(|candidate| {
            index -= 1;
            if Some(index) == strongest {
                return true;
            }
            let keep = others < KEPT_CANDIDATES - 1 && bytes < self.others;
            others += 1;
            bytes += self.cost(candidate);
            keep
        });
        candidates.reverse();
        candidates
    }

    /// The longest of what is taken back of a list: its suggestion holds what is left of the list beside it.
    pub(crate) fn taken_back(&self) -> usize {
        self.value / 2
    }

    /// What a candidate takes in a stored field: itself, and its value once more as value, previous value or suggestion.
    fn cost(&self, candidate: &Candidate) -> usize {
        let value = candidate.value.as_deref().map_or(0, text::json_len);
        let taken_back = candidate.taken_back.as_deref().map_or(0, |gone| self.value / 2 + text::json_len(gone));
        CANDIDATE + candidate.field.len() + 2 * (value + taken_back + text::json_len(candidate.session.as_str()))
    }

    /// The dismissals a field remembers: the newest, while those newer than them leave room.
    pub(crate) fn remembered(&self, mut dismissals: Vec<Dismissal>) -> Vec<Dismissal> {
        dismissals.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
        dismissals.truncate(KEPT_DISMISSALS);
        let mut bytes = 0;
        dismissals.retain(|dismissal| {
            let keep = bytes < self.dismissals;
            let words = [&dismissal.value, &dismissal.taken_back];
            bytes += DISMISSAL + words.into_iter().flatten().map(|word| text::json_len(word)).sum::<usize>();
            keep
        });
        dismissals
    }
}

/// Brings a profile under the bound again that outgrew it because the business changed its fields: the fields it no
/// longer has lose their history, then go; then the others lose theirs; each time the longest unchanged first. Answers
/// which went.
pub(crate) fn bound(fields: &FieldList, profile: &mut Profile) -> Vec<(String, Field)> {
    let mut gone = Vec::new();
    if size(profile) <= MAX_PROFILE_BYTES {
        return gone;
    }
    let mut by_age: Vec<String> = profile.0.keys().cloned().collect();
    by_age.sort_by_key(|name| profile.get(name).map(Field::updated_at));
    let (held, retired): (Vec<_>, Vec<_>) = by_age.into_iter().partition(|name| fields.get(name).is_some());
    let steps = retired.iter().map(|name| (false, name)).chain(retired.iter().map(|name| (true, name)));
    for (goes, name) in steps.chain(held.iter().map(|name| (false, name))) {
        if goes {
            gone.extend(profile.0.remove_entry(name));
        } else if let Some(field) = profile.0.get_mut(name) {
            *field = without_history(field);
        }
        if size(profile) <= MAX_PROFILE_BYTES {
            break;
        }
    }
    gone
}

fn without_history(field: &Field) -> Field {
    Field {
        previous_value: None,
        suggestions: Vec::new(),
        candidates: Vec::new(),
        dismissals: Vec::new(),
        ..field.clone()
    }
}

fn size(profile: &Profile) -> usize {
    serde_json::to_string(profile).map_or(0, |json| json.len())
}
