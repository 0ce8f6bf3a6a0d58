//! Leads that were found to be one person: all of both is there, once, and nothing is left half joined.

use super::case::Case;
use crate::cast::{businesses, person};
use crate::universe::Accepted;
use std::collections::BTreeSet;
use zikaron_protocol::model::alias::alias_keys;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::{CustomerAddress, LeadKey};
use zikaron_protocol::ports::store::Store;
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    for (key, lead) in case.leads {
        finished(case, key, lead);
    }
    strangers(case);
    one_lead(case);
    given_up(case);
    for (source, _) in case.homes.0.clone() {
        let joined = |event: &Event| matches!(event, Event::LeadJoined(told) if told.joined == source.lead);
        let home = case.homes.of(&source);
        // Nor is anything told of a lead that cannot be read.
        let silent = case.live.struck.contains(&home) || case.live.erasures.iter().any(|(_, key, _)| *key == home);
        if !silent && !case.live.events.iter().any(|(_, event)| joined(event)) {
            case.broken("the business is told", format!("lead.joined of {}", source.lead));
        }
    }
}

fn finished(case: &mut Case<'_>, key: &LeadKey, lead: &Lead) {
    if let Some(state) = &lead.state {
        if !state.joining.is_empty() || state.joined_to.is_some() {
            case.broken("a join comes to its end", format!("{}: {:?} {:?}", key.lead, state.joining, state.joined_to));
        }
        return;
    }
    let empty = lead.messages.is_empty() && lead.calls.is_empty() && lead.sessions.is_empty();
    // A number below a lead that is gone is found by nothing, also not by an erasure.
    let is_merged = case.homes.0.contains_key(key);
    if is_merged && !lead.names.is_empty() {
        case.broken("a lead that was joined keeps no name", format!("{}: {:?}", key.lead, lead.names));
    }
    if !empty || !lead.notes.is_empty() || !lead.changes.is_empty() || lead.memory.version > 0 {
        case.broken("nothing is left of a lead that was joined", key.lead.to_string());
    }
}

/// What two customers wrote is never in one lead.
fn strangers(case: &mut Case<'_>) {
    for (key, lead) in case.leads {
        let holds = |told: &&Accepted| lead.messages.keys().any(|place| place.id == told.id);
        let written = case.live.accepted.iter().filter(holds);
        let customers: BTreeSet<_> = written.map(|told| person(told.customer)).collect();
        if customers.len() > 1 {
            case.broken("strangers are never joined", format!("{}: {customers:?}", key.lead));
        }
    }
}

/// Names that a customer told a business of together are one lead's, and so is all that came under them.
fn one_lead(case: &mut Case<'_>) {
    for business in businesses() {
        let leads = case.leads.iter().filter(|(key, _)| key.business == business);
        let stored: Vec<_> = leads.flat_map(|(key, lead)| told_to(case, lead).map(move |told| (told, key))).collect();
        for group in groups(stored.iter().map(|(told, _)| keys(told))) {
            let of_group = stored.iter().filter(|(told, _)| !group.is_disjoint(&keys(told)));
            let leads: BTreeSet<_> = of_group.map(|(_, key)| &key.lead).collect();
            if leads.len() > 1 {
                case.found.push(("a customer is one lead", format!("{leads:?}")));
            }
        }
    }
}

/// The messages of a lead, but for those of customers who were erased in between.
fn told_to<'a>(case: &Case<'a>, lead: &'a Lead) -> impl Iterator<Item = &'a Accepted> {
    let live = case.live;
    let told = live.accepted.iter().filter(|told| live.erasures_of(told.customer).next().is_none());
    told.filter(|told| lead.messages.keys().any(|place| place.id == told.id))
}

/// The names a message tells.
fn keys(told: &Accepted) -> BTreeSet<(usize, String)> {
    let parents = [&told.parents.now, &told.parents.before].into_iter().flatten();
    let parents = parents.map(|id| CustomerAddress { bsuid: Some(id.clone()), phone: None });
    let names = told.names.iter().cloned().chain(parents);
    names.flat_map(|names| alias_keys(&names)).flatten().map(|name| (told.customer, name)).collect()
}

/// Names that stand together anywhere.
fn groups(told: impl Iterator<Item = BTreeSet<(usize, String)>>) -> Vec<BTreeSet<(usize, String)>> {
    let mut groups: Vec<BTreeSet<(usize, String)>> = Vec::new();
    for mut group in told {
        let (with, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|other| !other.is_disjoint(&group));
        group.extend(with.into_iter().flatten());
        groups = apart;
        groups.push(group);
    }
    groups
}

/// A number that was given up leads to nobody: who gets it is a stranger.
fn given_up(case: &mut Case<'_>) {
    for told in &case.live.accepted {
        let [CustomerAddress { phone: Some(old), .. }, _] = &told.names[..] else { continue };
        let holds = |lead: &Lead| lead.messages.keys().any(|place| place.id == told.id);
        let Some((LeadKey { business, .. }, _)) = case.leads.iter().find(|(_, lead)| holds(lead)) else { continue };
        let number = CustomerAddress { bsuid: None, phone: Some(old.clone()) };
        let find = case.universe.store.find(business, &number, jiff::Timestamp::MAX);
        let found = futures_util::FutureExt::now_or_never(find).and_then(Result::ok).unwrap_or_default();
        let erased = case.live.erasures_of(told.customer).next().is_some();
        if !erased && let Some(lead) = found.by_phone {
            case.broken("a number that was given up leads to nobody", format!("{lead}: {}", told.id));
        }
    }
}
