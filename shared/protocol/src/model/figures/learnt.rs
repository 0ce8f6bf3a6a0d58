//! What a digest offered to the memory, and what people made of what the AI wrote.

use super::{Tally, bucket};
use jiff::{SignedDuration, Timestamp};
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::{Field, Profile, Source};
use zikaron_memory::reason::Reason;

/// A correction of what the AI wrote longer ago says that something changed, not that the AI was wrong.
const CORRECTED_WITHIN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Upper bounds of the digest lag, in seconds.
pub const LAG_SECONDS: [i64; 6] = [10, 60, 300, 3_600, 21_600, 86_400];

/// Counts what became of the candidates of a digest.
#[must_use]
pub fn candidates(verdicts: &[Verdict]) -> Tally {
    let mut tally = Tally::default();
    for verdict in verdicts {
        if verdict.accepted {
            tally.add("accepted", 1);
            tally.add_if(writes(verdict), "ai_written");
        } else {
            tally.add("rejected", 1);
            tally.add(format!("rejected.{}", verdict.reason), 1);
        }
    }
    tally
}

/// Whether the AI wrote a value that did not stand there before.
fn writes(verdict: &Verdict) -> bool {
    let is_new = !matches!(verdict.reason, Reason::SameValue | Reason::NoRoom);
    verdict.accepted && verdict.source == Source::AiExtraction && verdict.new.is_some() && is_new
}

/// Counts how late a digest is written, after the time it was due.
#[must_use]
pub fn lag(due: Timestamp, now: Timestamp) -> Tally {
    let seconds = now.duration_since(due).as_secs().max(0);
    [(bucket("lag_s", seconds, &LAG_SECONDS), 1)].into_iter().collect()
}

/// What a person entered counts on the day of the evidence of what it replaced: the AI values they changed or deleted within
/// 30 days, by when those were said. Who adds to a list leaves what stands in it.
#[must_use]
pub fn corrected(fields: &FieldList, before: &Profile, verdicts: &[Verdict]) -> Vec<Timestamp> {
    let by_person = verdicts.iter().filter(|v| v.accepted && v.source == Source::Manual && v.old.is_some());
    let changed = by_person.filter(|verdict| verdict.reason != Reason::SameValue && !adds(fields, verdict));
    let written = changed.filter_map(|verdict| {
        let field = before.get(&verdict.field).filter(|field| Field::value(field).is_some())?;
        let is_ais = field.source() == Source::AiExtraction;
        let is_young = verdict.at.duration_since(field.updated_at()) <= CORRECTED_WITHIN;
        (is_ais && is_young).then(|| field.updated_at())
    });
    written.collect()
}

/// Whether everything that stood in a list still does.
fn adds(fields: &FieldList, verdict: &Verdict) -> bool {
    let is_list = fields.get(&verdict.field).is_some_and(|spec| spec.list);
    let (Some(old), Some(new), true) = (&verdict.old, &verdict.new, is_list) else { return false };
    old.split(", ").all(|item| new.split(", ").any(|left| left == item))
}

/// When a person entered just what was suggested, or what a suggestion adds to a list: a suggestion that was accepted,
/// whichever way.
#[must_use]
pub fn accepted(before: &Profile, verdicts: &[Verdict]) -> Vec<Timestamp> {
    let by_person = verdicts.iter().filter(|verdict| verdict.accepted && verdict.source == Source::Manual);
    let was_suggested = |verdict: &&Verdict| {
        let added = |value: &str| verdict.new.as_deref().is_some_and(|new| new.split(", ").any(|item| item == value));
        let suggestions = before.get(&verdict.field).map(Field::suggestions).unwrap_or_default();
        suggestions.iter().any(|suggestion| match &suggestion.value {
            Some(value) => verdict.new.as_ref() == Some(value) || added(value),
            None => verdict.new.is_none(),
        })
    };
    by_person.filter(was_suggested).map(|verdict| verdict.at).collect()
}
