//! Nobody is promised anything of a lead whose rows cannot be read. All the others are.

use super::homes::Homes;
use crate::cast::{is_person, person};
use crate::universe::{Accepted, Universe};
use std::collections::BTreeMap;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::Tag;
use zikaron_protocol::testing::in_memory_store::Lead;

/// All leads but those of whom nothing can be promised; what is known of these is forgotten.
pub(super) fn without_unreadable(universe: &Universe) -> BTreeMap<LeadKey, Lead> {
    let mut leads = universe.store.leads();
    let Some((customer, _)) = universe.plan.world.struck() else { return leads };
    if universe.plan.world.unreadable_message.is_some() {
        muted(universe, &leads, customer);
    }
    let mut live = universe.live();
    if live.struck.is_empty() {
        return leads;
    }
    let theirs = |other: usize| person(other) == person(customer);
    let written: Vec<_> =
        live.accepted.iter().filter(|told| theirs(told.customer)).map(|told| told.id.clone()).collect();
    let is_theirs = |key: &LeadKey, lead: &Lead| {
        let named = lead.state.as_ref().is_some_and(|state| is_person(&state.customer, customer));
        live.struck.contains(key) || named || lead.messages.keys().any(|place| written.contains(&place.id))
    };
    let mut excused: Vec<_> =
        leads.iter().filter(|(key, lead)| is_theirs(key, lead)).map(|(key, _)| key.clone()).collect();
    let erased = live.erased.iter().filter(|(_, other)| theirs(**other)).map(|(key, _)| key.clone());
    excused.extend(erased.chain(live.struck.iter().cloned()));
    // What was merged into one of them, whichever was merged last.
    let homes = Homes(universe.store.redirects().into_iter().collect());
    let merged: Vec<_> = homes.0.keys().filter(|key| excused.contains(&homes.of(key))).cloned().collect();
    excused.extend(merged);
    leads.retain(|key, _| !excused.contains(key));
    live.accepted.retain(|told| !theirs(told.customer));
    live.calls.retain(|placed| !theirs(placed.customer));
    let customers: Vec<_> = (0..6).filter(|other| theirs(*other)).map(|other| format!(".c{other}m")).collect();
    live.echoed.retain(|id| !customers.iter().any(|mark| id.as_str().contains(mark)));
    live.edits.retain(|edit| !excused.contains(&edit.key));
    live.erasures.retain(|(_, key, _)| !excused.contains(key));
    live.shadow.noticed.retain(|(_, key, _)| !excused.contains(key));
    let of_theirs = |tag: &str| Tag::parse(tag).is_some_and(|tag| excused.iter().any(|key| key.lead == tag.lead));
    live.channel.accepted.retain(|taken| !of_theirs(&taken.tag));
    leads
}

/// One message that cannot be read mutes nobody: every other one comes to its end, and nothing waits.
fn muted(universe: &Universe, leads: &BTreeMap<LeadKey, Lead>, customer: usize) {
    let (accepted, hidden) = {
        let live = universe.live();
        (live.accepted.clone(), live.hidden.clone())
    };
    let of_theirs = |told: &&Accepted| {
        person(told.customer) == person(customer) && hidden.as_ref().is_none_or(|hidden| told.id != hidden.id)
    };
    for told in accepted.iter().filter(of_theirs).filter(|told| told.what.is_asked()) {
        for lead in leads.values() {
            let Some(message) = lead.messages.values().find(|message| message.key.id == told.id) else { continue };
            let is_over = message.end.is_some() || message.joined_from.is_some();
            let waits = lead.state.as_ref().is_some_and(|state| state.pending > 0 || message.arrival > state.answered);
            if !is_over && waits {
                universe.broken("a message that cannot be read mutes nobody", told.id.to_string());
            }
        }
    }
}
