//! What stands in a memory: of all memories of a business now, and of one at the end of a conversation.

use super::{Count, Period, Tally, name_of};
use crate::model::write::Memory;
use jiff::Timestamp;
use zikaron_memory::age::Freshness;
use zikaron_memory::document::LeadMemory;
use zikaron_memory::field::FieldList;
use zikaron_memory::profile::{Field, Profile};

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

/// What of a memory is counted already.
#[must_use]
pub fn counted(stored: &Memory) -> Tally {
    if stored.counted { memory(&stored.document) } else { Tally::default() }
}

/// What an erasure of a memory takes off; none where it counts for nothing.
#[must_use]
pub fn erased(memory: &Memory) -> Option<Count> {
    let tally = Tally::default().since(&counted(memory));
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
/// all since it was last said, and how often it was past its shelf life or its end.
#[must_use]
pub fn age(known: &Profile, fields: &FieldList, at: Timestamp) -> Tally {
    let mut tally = Tally::default();
    for (name, field) in known.iter() {
        let Some(age) = fields.get(name).and_then(|spec| field.age(spec, at)) else { continue };
        tally.add(format!("known.{name}"), 1);
        tally.add(format!("known_days.{name}"), age.days(at));
        tally.add_if(age.freshness != Freshness::Fresh, format!("stale.{name}"));
    }
    tally
}
