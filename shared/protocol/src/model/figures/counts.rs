//! What a commit adds to the figures (docs/metrics.md): as the difference to what was counted before, in the very commit
//! that makes it true.

use super::{Count, Counted, Period, Tally, learnt, standing};
use crate::model::session::Session;
use crate::model::write::{Memory, Write};
use jiff::Timestamp;
use jiff::civil::Date;
use std::collections::BTreeMap;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::Verdict;
use zikaron_memory::profile::Profile;
use zikaron_memory::zone::Zone;

/// What a session is counted as from now on, and what that adds to its day.
#[must_use]
pub fn counted(session: &Session, tally: Tally, ended_at: Timestamp, zone: &Zone) -> (Counted, Option<Write>) {
    let before = session.counted.as_ref();
    let day = before.map_or_else(|| zone.at(ended_at).date(), |before| before.day);
    let more = before.map_or_else(|| tally.clone(), |before| tally.since(&before.tally));
    (Counted { day, tally }, write(Period::Day(day), more))
}

/// What a write of a memory adds to what stands in all of them.
#[must_use]
pub fn standing(before: &Memory, after: &LeadMemory) -> Option<Write> {
    write(Period::Now, standing::memory(after).since(&standing::counted(before)))
}

/// The same where two memories become one.
#[must_use]
pub fn joined(ours: &Memory, theirs: &Memory, both: &LeadMemory) -> Option<Write> {
    let before = standing::counted(ours).with(&standing::counted(theirs));
    write(Period::Now, standing::memory(both).since(&before))
}

/// What people entered adds to the days on which the AI was told what it replaces: values of the AI that were changed or
/// deleted; and to the day of the edit: suggestions that were accepted.
#[must_use]
pub fn entered(fields: &FieldList, before: &Profile, verdicts: &[Verdict], zone: &Zone) -> Vec<Write> {
    let mut days: BTreeMap<Date, Tally> = BTreeMap::new();
    for said_at in learnt::corrected(fields, before, verdicts) {
        days.entry(zone.at(said_at).date()).or_default().add("ai_corrected", 1);
    }
    for entered_at in learnt::accepted(before, verdicts) {
        days.entry(zone.at(entered_at).date()).or_default().add("suggestions_accepted", 1);
    }
    days.into_iter().filter_map(|(day, tally)| write(Period::Day(day), tally)).collect()
}

/// Takes what sessions were counted as off their days: the same is counted with others that stay.
#[must_use]
pub fn taken_off(counted: Vec<Counted>) -> Vec<Write> {
    let mut days: BTreeMap<Date, Tally> = BTreeMap::new();
    for Counted { day, tally } in counted {
        let of_day = days.entry(day).or_default();
        *of_day = of_day.since(&tally);
    }
    days.into_iter().filter_map(|(day, tally)| write(Period::Day(day), tally)).collect()
}

/// One more of what staff did now.
#[must_use]
pub fn of_staff(name: &str, now: Timestamp, zone: &Zone) -> Option<Write> {
    write(Period::Day(zone.at(now).date()), [(name, 1)].into_iter().collect())
}

/// Something to be added to the figures; none where it is nothing.
#[must_use]
pub fn write(of: Period, tally: Tally) -> Option<Write> {
    (!tally.is_empty()).then_some(Write::Count(Count { of, tally }))
}
