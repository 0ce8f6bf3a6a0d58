//! Promise 4 and the memory: every session digested once, over all of it and nothing else, into a profile that is
//! the fold of its candidates.

use super::case::Case;
use crate::digests::remembered;
use crate::words::{self, CITY, NAME};
use zikaron_memory::document::KEPT_NOTES;
use zikaron_memory::field::FieldList;
use zikaron_memory::merge::merge;
use zikaron_memory::profile::{Candidate, Profile, Source};
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::session::{Session, Stage};
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    for (key, lead) in case.leads {
        for session in lead.sessions.values().filter(|session| !session.is_call()) {
            digested(case, lead, session);
        }
        for session in lead.sessions.values().filter(|session| session.is_call() && session.is_unfinished()) {
            case.broken("no session is left open or undigested", format!("{} {:?}", session.id, session.stage));
        }
        last_summary(case, lead);
        notes(case, lead);
        folded(case, key, lead);
        newest(case, lead);
        edits(case, key, lead);
    }
}

fn digested(case: &mut Case<'_>, lead: &Lead, session: &Session) {
    if session.stage != Stage::Digested {
        case.broken("no session is left open or undigested", format!("{} {:?}", session.id, session.stage));
        return;
    }
    let due = remembered(lead, &session.id).any(|m| !m.revoked);
    let digests = case.live.shadow.digests.get(&session.id).map(Vec::as_slice).unwrap_or_default();
    match (due, digests) {
        (false, []) | (true, [_]) => {}
        (due, digests) => {
            case.broken(
                "every session with a customer message is digested once",
                format!("{}: due {due}, digested {}x", session.id, digests.len()),
            );
        }
    }
}

fn last_summary(case: &mut Case<'_>, lead: &Lead) {
    let digested = lead.sessions.values().filter_map(|session| {
        let summary = case.live.shadow.digests.get(&session.id)?.first()?;
        Some((session.closed.as_ref()?.last_at, summary))
    });
    let digested: Vec<_> = digested.collect();
    let Some(last) = digested.iter().map(|(at, _)| *at).max() else { return };
    let held = lead.memory.document.last_summary.as_ref();
    if !digested.iter().any(|(at, summary)| *at == last && Some(*summary) == held) {
        case.broken("last_summary is of the session that ended last", format!("ended {last}"));
    }
}

fn notes(case: &mut Case<'_>, lead: &Lead) {
    let mut notes = lead.notes.clone();
    notes.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| b.id.cmp(&a.id)));
    notes.truncate(KEPT_NOTES);
    if notes != lead.memory.document.notes {
        case.broken("the memory holds the five newest notes", format!("{} in all", lead.notes.len()));
    }
}

pub(super) fn profile(lead: &Lead) -> &Profile {
    &lead.memory.document.customer_profile_json
}

fn folded(case: &mut Case<'_>, key: &LeadKey, lead: &Lead) {
    let fields = FieldList::standard(case.universe.plan.settings.language);
    let candidates: Vec<Candidate> = profile(lead).iter().flat_map(|(_, field)| field.candidates().to_vec()).collect();
    if merge(&fields, &Profile::default(), &candidates).profile != *profile(lead) {
        case.broken("the profile is the fold of its candidates", key.lead.to_string());
    }
    for (name, field) in profile(lead).iter() {
        let manual = field.candidates().iter().filter(|candidate| candidate.source == Source::Manual);
        let Some(last) = manual.max_by_key(|candidate| (candidate.at, candidate.session.clone())) else { continue };
        if field.value() != last.value.as_deref() || field.source() != Source::Manual {
            case.broken("what a person entered stands", format!("{} of {}", name, key.lead));
        }
    }
}

/// Where no person touched a field, and nobody spoke of it in a call, which is less sure, it says what the customer
/// said of it last.
fn newest(case: &mut Case<'_>, lead: &Lead) {
    for (name, sign) in [("name", NAME), ("city", CITY)] {
        let said = lead.sessions.values().flat_map(|session| remembered(lead, &session.id));
        let stated = said.filter_map(|m| Some((m.key.sent_at.as_second(), words::stated(&m.text, sign)?)));
        let stated: Vec<_> = stated.collect();
        let last = stated.iter().map(|(at, _)| *at).max();
        let spoken = lead.calls.values().flat_map(|call| &call.report.transcript);
        if spoken.into_iter().any(|turn| words::stated(&turn.text, sign).is_some()) {
            continue;
        }
        let field = profile(lead).get(name);
        let by_hand = field.is_some_and(|field| field.source() == Source::Manual);
        let value = field.and_then(|field| field.value());
        let right = stated.iter().any(|(at, stated)| Some(*at) == last && Some(stated.as_str()) == value);
        if !by_hand && !right && last.is_some() {
            case.broken("the profile says what the customer said last", format!("{name}: {value:?}"));
        }
    }
}

/// What staff were told is done, is done.
fn edits(case: &mut Case<'_>, key: &LeadKey, lead: &Lead) {
    let homes = case.homes;
    for edit in case.live.edits.iter().filter(|edit| homes.of(&edit.key) == *key) {
        let field = profile(lead).get(&edit.field);
        let held = field.is_some_and(|field| field.candidates().iter().any(|c| c.session.as_str() == edit.occasion));
        if !held {
            case.broken("an edit that was made is not lost", format!("{} of {}", edit.field, key.lead));
        }
    }
}
