//! What stands in a memory: of all memories of a business now, and of one at the end of a conversation.

use super::{Count, Period, Tally, name_of};
use crate::model::write::Memory;
use jiff::Timestamp;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::profile::{Field, Profile};

const DAY_SECONDS: i64 = 24 * 3_600;

/// What a memory is counted as among all that stand ([`super::Period::Now`]). A write of a memory adds the difference, so
/// that the sum over all leads holds in every commit.
#[must_use]
pub fn memory(document: &LeadMemory) -> Tally {
    let profile = &document.customer_profile_json;
    let mut tally = covered(profile);
    tally.add_if(!document.is_empty(), "leads");
    for (_, field) in profile.iter() {
        tally.add("suggestions_open", i64::try_from(field.suggestions().len()).unwrap_or(i64::MAX));
        tally.add_if(field.value().is_some(), format!("values.{}", name_of(&field.source())));
    }
    tally
}

/// What an erasure of a memory takes off; none where it counts for nothing.
#[must_use]
pub fn erased(memory: &Memory) -> Option<Count> {
    let tally = Tally::default().since(&self::memory(&memory.document));
    (!tally.is_empty()).then_some(Count { of: Period::Now, tally })
}

/// Whether there is a name, and whether there are three values or more.
#[must_use]
pub fn covered(profile: &Profile) -> Tally {
    let mut tally = Tally::default();
    tally.add_if(profile.get("name").and_then(Field::value).is_some(), "named");
    tally.add_if(profile.iter().filter(|(_, field)| field.value().is_some()).count() >= 3, "three_fields");
    tally
}

/// How old what is known was at the end of a conversation, field by field: how often it was known, for how many days in
/// all, and how often it was past its shelf life.
#[must_use]
pub fn age(known: &Profile, at: Timestamp) -> Tally {
    let mut tally = Tally::default();
    for (name, field) in known.iter().filter(|(_, field)| field.value().is_some()) {
        let days = (at.duration_since(field.updated_at()).as_secs() / DAY_SECONDS).max(0);
        tally.add(format!("known.{name}"), 1);
        tally.add(format!("known_days.{name}"), days);
        tally.add_if(shelf_life_days(name).is_some_and(|most| days > most), format!("stale.{name}"));
    }
    tally
}

/// So long a value of a field is taken for true without being said again; none: for ever.
fn shelf_life_days(field: &str) -> Option<i64> {
    match field {
        "city" => Some(730),
        "preferences" => Some(365),
        "service_interest" => Some(90),
        _ => None,
    }
}
