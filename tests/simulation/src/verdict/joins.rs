//! Leads that were found to be one person: all of both is there, once, and nothing is left half joined.

use super::case::Case;
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
        let erased = case.live.erasures.iter().any(|(_, key, _)| *key == case.homes.of(&source));
        if !erased && !case.live.events.iter().any(|(_, event)| joined(event)) {
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
        let customers: BTreeSet<_> = case.live.accepted.iter().filter(holds).map(|told| told.customer).collect();
        if customers.len() > 1 {
            case.broken("strangers are never joined", format!("{}: {customers:?}", key.lead));
        }
    }
}

/// Names that a customer told of together are one lead's, and so is all that came under them.
fn one_lead(case: &mut Case<'_>) {
    let accepted: Vec<_> =
        case.live.accepted.iter().filter(|a| case.live.erasures_of(a.customer).next().is_none()).collect();
    let mut groups: Vec<BTreeSet<(usize, String)>> = Vec::new();
    let keys = |told: &Accepted| -> BTreeSet<(usize, String)> {
        told.names.iter().flat_map(alias_keys).flatten().map(|name| (told.customer, name)).collect()
    };
    for told in &accepted {
        let mut group = keys(told);
        let (with, apart): (Vec<_>, Vec<_>) = groups.into_iter().partition(|other| !other.is_disjoint(&group));
        group.extend(with.into_iter().flatten());
        groups = apart;
        groups.push(group);
    }
    for group in groups {
        let stored = accepted.iter().filter(|told| !group.is_disjoint(&keys(told)));
        let leads: BTreeSet<_> = stored
            .filter_map(|told| {
                let holds = |lead: &Lead| lead.messages.keys().any(|place| place.id == told.id);
                case.leads.iter().find(|(_, lead)| holds(lead)).map(|(key, _)| key.lead.clone())
            })
            .collect();
        if leads.len() > 1 {
            case.broken("a customer is one lead", format!("{leads:?}"));
        }
    }
}

/// A number that was given up leads to nobody: who gets it is a stranger.
fn given_up(case: &mut Case<'_>) {
    let business = crate::cast::business();
    for told in &case.live.accepted {
        let [CustomerAddress { phone: Some(old), .. }, _] = &told.names[..] else { continue };
        let taken_in = case.leads.values().any(|lead| lead.messages.keys().any(|place| place.id == told.id));
        let number = CustomerAddress { bsuid: None, phone: Some(old.clone()) };
        let find = case.universe.store.find(&business, &number, jiff::Timestamp::MAX);
        let found = futures_util::FutureExt::now_or_never(find).and_then(Result::ok).unwrap_or_default();
        let erased = case.live.erasures_of(told.customer).next().is_some();
        if taken_in
            && !erased
            && let Some(lead) = found.by_phone
        {
            case.broken("a number that was given up leads to nobody", format!("{lead}: {}", told.id));
        }
    }
}
