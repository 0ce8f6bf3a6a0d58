//! Whatever the business must know, it was told: after it became true, and at least once.

use super::case::Case;
use std::collections::{BTreeMap, BTreeSet};
use zikaron_memory::handover::Cause;
use zikaron_memory::session::SessionId;
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::notice::Notice;

pub(super) fn check(case: &mut Case<'_>) {
    let live = case.live;
    let is_erased = |key: &LeadKey| live.erasures.iter().any(|(_, erased, _)| erased == key);
    // What stood in a lead went with it.
    for (at, key, notice) in live.shadow.noticed.iter().filter(|(_, key, _)| !is_erased(key)) {
        let tells = |event: &Event| match (notice, event) {
            (Notice::Handover { cause, code }, Event::HandoverRequested(told)) => {
                told.key == *key && (told.cause, told.code) == (*cause, *code)
            }
            (Notice::MissedCall { message, .. }, Event::CallMissed(told)) => {
                told.key == *key && told.message == *message
            }
            (Notice::Uncertain(id), Event::ReplyUncertain(told)) => told.key == *key && told.outgoing == *id,
            _ => false,
        };
        if !live.events.iter().any(|(published, event)| published >= at && tells(event)) {
            case.broken("the business is told", format!("{}: {notice:?} of {at:?}", key.lead));
        }
    }
    each_counts_once(case);
    let held = |session: &SessionId| case.leads.values().any(|lead| lead.sessions.contains_key(session));
    let digested: Vec<_> = live.shadow.digests.keys().filter(|session| held(session)).collect();
    for session in digested {
        let updated = |event: &Event| matches!(event, Event::MemoryUpdated(told) if told.session == *session);
        let closed = |event: &Event| matches!(event, Event::SessionClosed(told) if told.session == *session);
        let told = |tells: &dyn Fn(&Event) -> bool| live.events.iter().any(|(_, event)| tells(event));
        if !told(&updated) || !told(&closed) {
            case.broken("the business is told", format!("memory.updated and session.closed of {session}"));
        }
    }
    for (at, key, _) in &live.erasures {
        let erased = |event: &Event| matches!(event, Event::LeadErased(told) if told.key == *key);
        if !live.events.iter().any(|(published, event)| published >= at && erased(event)) {
            case.broken("the business is told", format!("lead.erased of {}", key.lead));
        }
        if case.leads.contains_key(key) {
            case.broken("nothing is left of a lead that was erased", key.lead.to_string());
        }
    }
}

/// As many as there were, however often each was published.
fn each_counts_once(case: &mut Case<'_>) {
    let live = case.live;
    let mut noticed: BTreeMap<(&LeadKey, Cause, Option<i64>), usize> = BTreeMap::new();
    for (_, key, notice) in &live.shadow.noticed {
        if let Notice::Handover { cause, code } = notice {
            *noticed.entry((key, *cause, *code)).or_default() += 1;
        }
    }
    let is_erased = |key: &LeadKey| live.erasures.iter().any(|(_, erased, _)| erased == key);
    noticed.retain(|(key, ..), _| !is_erased(key));
    for ((key, cause, code), many) in noticed {
        let identities = live.events.iter().filter_map(|(_, event)| match event {
            Event::HandoverRequested(told) if (&told.key, told.cause, told.code) == (key, cause, code) => {
                event.identity()
            }
            _ => None,
        });
        let identities: BTreeSet<_> = identities.collect();
        if identities.len() != many {
            case.broken(
                "an event counts once by its id",
                format!("{}: {cause:?} {many} times: {identities:?}", key.lead),
            );
        }
    }
}
