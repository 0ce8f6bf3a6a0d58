//! Phone calls: stored once with the right lead, digested once, and less sure than what was written.

use super::case::Case;
use super::memory::profile;
use crate::cast;
use crate::digests::name_of;
use crate::universe::Placed;
use crate::words::{CITY, NAME, remark, second_remark, stated};
use std::collections::BTreeSet;
use zikaron_memory::note::{Note, NoteKind};
use zikaron_memory::profile::Confidence;
use zikaron_memory::session::Channel;
use zikaron_protocol::model::call::{Call, Voice};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::MessageKey;
use zikaron_protocol::model::session::Stage;
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    // Of a customer who was erased in between, the call may have gone with them.
    let was_erased = |placed: &&Placed| !placed.withheld && case.live.erasures_of(placed.customer).next().is_some();
    let calls: Vec<_> = case.live.calls.iter().filter(|placed| !was_erased(placed)).collect();
    for placed in calls {
        let stored: Vec<_> = case
            .leads
            .iter()
            .flat_map(|(key, lead)| lead.calls.values().map(move |call| (key, lead, call)))
            .filter(|(_, _, call)| call.key.name == placed.name)
            .collect();
        match stored[..] {
            [(key, lead, call)] => {
                belongs(case, key, lead, placed);
                digested(case, lead, call, placed);
                learnt(case, lead, call, placed);
                noted(case, key, placed);
            }
            ref other => {
                case.broken("a call is stored once", format!("{} stored {}x", placed.name, other.len()));
            }
        }
    }
    for (key, lead) in case.leads {
        interacted(case, key, lead);
    }
}

/// A number leads to its customer, and a withheld one to nobody.
fn belongs(case: &mut Case<'_>, key: &LeadKey, lead: &Lead, placed: &Placed) {
    let alone = lead.messages.is_empty() && lead.calls.len() == 1;
    if placed.withheld && !alone {
        case.broken("a withheld number joins nobody", placed.name.to_string());
    }
    // They may have moved since.
    let phones = [0, 1].map(|moves| cast::names(placed.customer, moves).phone);
    let phone = &placed.number;
    let is_theirs = lead.state.as_ref().is_some_and(|state| phones.contains(&state.customer.phone));
    let others = case.leads.iter().filter(|(other, _)| *other != key && other.business == key.business);
    let twice = others
        .filter(|(_, other)| other.state.as_ref().is_some_and(|state| state.customer.phone == *phone))
        .any(|(_, other)| !other.messages.is_empty() || !other.calls.is_empty());
    // Who has not got the number any more, for the operator gave it to somebody else, keeps the calls they made with it.
    let wrote = |place: &MessageKey| place.id.as_str().contains(&format!(".c{}m", placed.customer));
    let gave_up = lead.state.as_ref().is_some_and(|state| state.customer.phone.is_none());
    let is_inherited = case.live.accepted.iter().any(|told| told.customer == cast::HEIR) && placed.customer == 0;
    let is_past_owner = is_inherited && gave_up && lead.messages.keys().any(wrote);
    if !placed.withheld && ((!is_theirs && !is_past_owner) || (twice && !is_inherited)) {
        case.broken("a call lands on the lead of its number", placed.name.to_string());
    }
}

fn digested(case: &mut Case<'_>, lead: &Lead, call: &Call, placed: &Placed) {
    let due = call.remembered && !placed.marks.is_empty();
    let Some(id) = &call.session else {
        if due {
            case.broken("every call with the customer's words is digested once", format!("{}: never", placed.name));
        }
        return;
    };
    let stage = lead.sessions.get(id).map(|session| session.stage);
    let digests = case.live.shadow.digests.get(id).map(Vec::as_slice).unwrap_or_default();
    match (due, digests) {
        (true, [summary]) if stage == Some(Stage::Digested) => {
            let seen = name_of(summary).and_then(|name| case.live.seen.get(name)).cloned().unwrap_or_default();
            if seen != placed.marks {
                let told = format!("{}: {seen:?} of {:?}", placed.name, placed.marks);
                case.broken("a digest has read all of its call and nothing else", told);
            }
        }
        (due, digests) => {
            let told = format!("{}: due {due}, digested {}x, {stage:?}", placed.name, digests.len());
            case.broken("every call with the customer's words is digested once", told);
        }
    }
}

/// What was said in a call is known, and at most of medium confidence.
fn learnt(case: &mut Case<'_>, lead: &Lead, call: &Call, placed: &Placed) {
    let Some(id) = &call.session else { return };
    for (name, sign) in [("name", NAME), ("city", CITY)] {
        let candidates = profile(lead).get(name).map(|field| field.candidates().to_vec()).unwrap_or_default();
        let of_call: Vec<_> = candidates.iter().filter(|candidate| candidate.session == *id).collect();
        let stated = placed.said.iter().any(|text| stated(text, sign).is_some());
        // Each field keeps its 16 newest.
        if stated && of_call.is_empty() && candidates.len() < 16 {
            case.broken("what was said in a call is learnt", format!("{name}: {}", placed.name));
        }
        if of_call.iter().any(|candidate| candidate.confidence == Confidence::High) {
            case.broken("a transcript is never of high confidence", format!("{name}: {}", placed.name));
        }
    }
}

/// What the agent noted stands once, with the lead of its call; at most once where the memory was off for some time.
fn noted(case: &mut Case<'_>, key: &LeadKey, placed: &Placed) {
    let always_on = case.live.settings.iter().all(|(_, settings)| settings.enable_customer_service);
    let remarks = [remark(&placed.name), second_remark(&placed.name)];
    for remark in &remarks {
        let lines = |lead: &Lead| -> usize {
            let notes = lead.notes.iter().filter(|note| note.kind == NoteKind::CallNote);
            notes.flat_map(|note| note.text.lines()).filter(|line| line == remark).count()
        };
        let here = case.leads.get(key).map_or(0, lines);
        let everywhere: usize = case.leads.values().map(lines).sum();
        if here != everywhere || here > 1 || (always_on && here == 0) {
            let told = format!("{}: {here} of {everywhere}", placed.name);
            case.broken("what is noted in a call stands once, with its customer", told);
        }
    }
    let holds = |note: &&Note| remarks.iter().any(|remark| note.text.lines().any(|line| line == remark));
    if case.leads.get(key).is_some_and(|lead| lead.notes.iter().filter(holds).count() > 1) {
        case.broken("a call has one note", placed.name.to_string());
    }
}

/// `last_interaction_at` is not before any call, and says on which channel it was.
fn interacted(case: &mut Case<'_>, key: &LeadKey, lead: &Lead) {
    let Some(state) = &lead.state else { return };
    let Some(last) = lead.calls.keys().map(|call| call.ended_at).max() else { return };
    let at = state.last_interaction_at;
    if at.is_none_or(|at| at < last) {
        case.broken("a call is an interaction", format!("{}: {at:?}, called {last}", key.lead));
    }
    let written: BTreeSet<_> = lead.messages.keys().map(|message| message.sent_at).collect();
    if at == Some(last) && !written.contains(&last) && state.last_channel != Some(Channel::Call) {
        case.broken("last_channel is that of the last interaction", key.lead.to_string());
    }
    let strange = lead.calls.values().flat_map(|call| &call.report.transcript).any(|turn| turn.voice == Voice::Unknown);
    if strange {
        case.broken("a call is stored as it was told", key.lead.to_string());
    }
}
