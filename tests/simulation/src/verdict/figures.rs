//! The figures are the sum of what each session was counted as, which `recount.rs` counts again, of what staff did and of
//! what stands: whatever came twice, died half-way, was merged, erased or digested anew.

use super::case::Case;
use std::collections::BTreeMap;
use zikaron_memory::profile::Source;
use zikaron_protocol::model::figures::{Counted, Period, Tally};
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    // Also of leads nobody is promised anything of: a sum leaves nobody out.
    let (all, leads) = (case.universe.store.all_figures(), case.universe.store.leads());
    let mut recount: BTreeMap<(BusinessId, Period), Tally> = BTreeMap::new();
    for ((business, _), period, tally) in sessions(case, &leads).chain(memories(&leads)) {
        recount.entry((business, period)).or_default().extend(&tally);
    }
    // What staff did counts on its day without a session, also where the customer was erased since.
    for ((business, day), tally) in &case.live.shadow.recount.of_staff {
        recount.entry((business.clone(), Period::Day(*day))).or_default().extend(tally);
    }
    let places = all.keys().chain(recount.keys()).cloned().collect::<std::collections::BTreeSet<_>>();
    for place in places {
        let counted = all.get(&place).cloned().unwrap_or_default();
        let stored = recount.get(&place).cloned().unwrap_or_default();
        if counted != stored {
            let invariant = match place.1 {
                Period::Day(_) => "the figures of a day equal a recount",
                Period::Now => "what stands is counted as it stands",
            };
            case.broken(invariant, format!("{place:?}: counted and not stored {:?}", counted.since(&stored)));
        }
    }
}

type Placed = ((BusinessId, LeadKey), Period, Tally);

/// What each session was counted as, those of erased leads too.
fn sessions<'a>(case: &Case<'a>, leads: &'a BTreeMap<LeadKey, Lead>) -> impl Iterator<Item = Placed> {
    let live = case.live;
    let place = |key: &LeadKey, counted: &Counted| {
        ((key.business.clone(), key.clone()), Period::Day(counted.day), counted.tally.clone())
    };
    let stands = leads.iter().filter(|(key, _)| !live.counted_of_erased.contains_key(*key));
    let stands = stands.flat_map(|(key, lead)| lead.sessions.values().map(move |session| (key, session)));
    let stands = stands.filter_map(move |(key, session)| Some(place(key, session.counted.as_ref()?)));
    let erased = live.counted_of_erased.iter().flat_map(|(key, all)| all.iter().map(move |counted| (key, counted)));
    stands
        .collect::<Vec<_>>()
        .into_iter()
        .chain(erased.map(move |(key, counted)| place(key, counted)).collect::<Vec<_>>())
}

/// What stands in the memory of each lead that is there, counted by hand.
fn memories(leads: &BTreeMap<LeadKey, Lead>) -> impl Iterator<Item = Placed> {
    leads.iter().filter(|(_, lead)| lead.state.is_some()).map(|(key, lead)| {
        let document = &lead.memory.document;
        let profile = &document.customer_profile_json;
        let known: Vec<_> = profile.iter().filter(|(_, field)| field.value().is_some()).collect();
        let of = |source: Source| known.iter().filter(|(_, field)| field.source() == source).count();
        let suggestions: usize = profile.iter().map(|(_, field)| field.suggestions().len()).sum();
        let is_known = document.last_summary.is_some() || !document.notes.is_empty() || !known.is_empty();
        let numbers = [
            ("leads", usize::from(is_known)),
            ("named", usize::from(known.iter().any(|(name, _)| *name == "name"))),
            ("three_fields", usize::from(known.len() >= 3)),
            ("suggestions_open", suggestions),
            ("values.ai_extraction", of(Source::AiExtraction)),
            ("values.import", of(Source::Import)),
            ("values.customer", of(Source::Customer)),
            ("values.manual", of(Source::Manual)),
        ];
        let tally = numbers.into_iter().map(|(name, number)| (name, i64::try_from(number).unwrap_or(i64::MAX)));
        ((key.business.clone(), key.clone()), Period::Now, tally.collect())
    })
}
