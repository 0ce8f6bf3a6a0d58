//! Two records of one person become one: the fold of what both know (docs/rules.md#b).

use crate::document::{KEPT_NOTES, LeadMemory};
use crate::field::{FieldList, FieldSpec};
use crate::merge::{Merged, Verdict, candidates_of, judge};
use crate::profile::{Candidate, Dismissal, Field, Profile};
use crate::size_budget::{self, SizeBudget};
use crate::{fold, items};

/// The memory of both, and what became of each candidate the other brought. The document is the same whichever of the
/// two is named first, and joined once more with either it stays as it is.
#[must_use]
pub fn join(fields: &FieldList, one: &LeadMemory, other: &LeadMemory) -> (LeadMemory, Vec<Verdict>) {
    let Merged { profile, verdicts } = profiles(fields, &one.customer_profile_json, &other.customer_profile_json);
    let later = if summary(one) >= summary(other) { one } else { other };
    let mut notes = one.notes.clone();
    notes.extend(other.notes.iter().filter(|note| !one.notes.contains(note)).cloned());
    notes.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.id.cmp(&a.id)).then_with(|| a.text.cmp(&b.text)));
    notes.dedup_by(|a, b| a.id == b.id && a.at == b.at);
    notes.truncate(KEPT_NOTES);
    let document = LeadMemory {
        customer_profile_json: profile,
        last_summary: later.last_summary.clone(),
        summary_updated_at: later.summary_updated_at,
        summary_session_ended_at: later.summary_session_ended_at,
        summary_channel: later.summary_channel,
        notes,
    };
    (document, verdicts)
}

/// What makes one summary later than another; the rest only decides between two of one moment.
fn summary(of: &LeadMemory) -> impl PartialOrd + '_ {
    let channel = of.summary_channel.map(crate::session::Channel::as_str);
    (of.summary_session_ended_at, of.summary_updated_at, of.last_summary.as_deref(), channel)
}

/// Rules 1 to 6 over the candidates of both. The verdicts are those of `other`'s candidates, as if they came now.
fn profiles(fields: &FieldList, one: &Profile, other: &Profile) -> Merged {
    let mut joined = one.clone();
    let mut verdicts = Vec::new();
    for (name, theirs) in other.iter() {
        let field = match (one.get(name), fields.get(name)) {
            (Some(ours), Some(spec)) => {
                let (field, told) = fields_of(spec, SizeBudget::of(fields, spec), ours, theirs);
                verdicts.extend(told);
                field
            }
            // A field the business does not have any more cannot be folded: the later one stays.
            (Some(ours), None) => std::cmp::max_by_key(ours, theirs, |field| age(field)).clone(),
            (None, Some(spec)) => {
                verdicts.extend(brought(spec, SizeBudget::of(fields, spec), theirs));
                theirs.clone()
            }
            (None, None) => theirs.clone(),
        };
        joined.0.insert(name.to_owned(), field);
    }
    size_budget::bound(fields, &mut joined);
    Merged { profile: joined, verdicts }
}

fn age(field: &Field) -> (jiff::Timestamp, String) {
    (field.updated_at(), serde_json::to_string(field).unwrap_or_default())
}

/// A field of one of them alone.
fn brought(spec: &FieldSpec, budget: SizeBudget, field: &Field) -> Vec<Verdict> {
    let candidates = candidates_of(spec, field);
    let folded = fold::fold(spec, budget, candidates.clone(), field.dismissals().to_vec());
    folded.map_or_else(Vec::new, |folded| {
        candidates.iter().map(|candidate| judge(spec, &folded, candidate, None, false)).collect()
    })
}

fn fields_of(spec: &FieldSpec, budget: SizeBudget, ours: &Field, theirs: &Field) -> (Field, Vec<Verdict>) {
    let known = candidates_of(spec, ours);
    let new: Vec<Candidate> = candidates_of(spec, theirs).into_iter().filter(|c| !known.contains(c)).collect();
    let all = known.into_iter().chain(new.iter().cloned()).collect();
    let dismissals = dismissals(ours, theirs);
    let Some(folded) = fold::fold(spec, budget, budget.kept(all), budget.remembered(dismissals)) else {
        return (ours.clone(), Vec::new());
    };
    let stood = ours.value();
    let gave_way = stood.filter(|stood| items::items(spec, Some(stood)) != items::items(spec, folded.field.value()));
    let verdicts = new.iter().map(|candidate| judge(spec, &folded, candidate, gave_way, false)).collect();
    (folded.field, verdicts)
}

/// What people of the business said no to, in either record.
fn dismissals(ours: &Field, theirs: &Field) -> Vec<Dismissal> {
    let mut all: Vec<Dismissal> = ours.dismissals().iter().chain(theirs.dismissals()).cloned().collect();
    all.sort_by(|a, b| a.sort_key().cmp(&b.sort_key()));
    all.dedup();
    all
}
