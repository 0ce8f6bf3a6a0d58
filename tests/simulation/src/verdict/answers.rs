//! Promise 1: stored once, at exactly one end, and nothing held open.

use super::case::Case;
use crate::universe::Accepted;
use std::time::Duration;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::{End, Message, SendState, Sending};
use zikaron_protocol::testing::in_memory_store::Lead;

/// A delivery that came just before an erasure may still be under way when it takes place.
const SLACK: Duration = Duration::from_secs(8 * 3_600);

pub(super) fn check(case: &mut Case<'_>) {
    for accepted in &case.live.accepted {
        let stored: Vec<_> =
            case.apart.iter().filter_map(|(key, lead)| Some((key, lead, find(lead, accepted)?))).collect();
        let erasures: Vec<_> = case.live.erasures_of(accepted.customer).collect();
        let second = accepted.sent_at.as_second();
        match stored[..] {
            // Erased with its lead, or written before an erasure and not taken in after it.
            [] if erasures
                .iter()
                .any(|(at, until)| accepted.delivered <= *at + SLACK || second <= until.as_second()) => {}
            [(key, lead, message)] => ends(case, key, lead, accepted, message),
            // One delivery came before its number was given to another business, and one after.
            [(a, lead, message), (b, other, again)]
                if a.business != b.business && case.universe.plan.world.is_given_away(&accepted.line) =>
            {
                ends(case, a, lead, accepted, message);
                ends(case, b, other, accepted, again);
            }
            ref other => {
                case.broken("an accepted message is stored once", format!("{} stored {}x", accepted.id, other.len()))
            }
        }
    }
    for (key, lead) in case.leads {
        rests(case, key, lead);
    }
}

fn find<'a>(lead: &'a Lead, accepted: &Accepted) -> Option<&'a Message> {
    lead.messages.values().find(|message| message.key.id == accepted.id)
}

/// The outgoing messages that answer one of the customer's.
pub(super) fn answers(lead: &Lead, arrival: u64) -> impl Iterator<Item = (&Message, &Sending)> {
    let outgoing = lead.messages.values().filter_map(|message| Some((message, message.sending.as_ref()?)));
    outgoing.filter(move |(_, sending)| sending.answers.contains(&arrival))
}

fn ends(case: &mut Case<'_>, key: &LeadKey, lead: &Lead, accepted: &Accepted, message: &Message) {
    let covering: Vec<_> = answers(lead, message.arrival).collect();
    let told = || format!("{} (arrival {}): {:?}, {} parts", accepted.id, message.arrival, message.end, covering.len());
    if accepted.what.is_said() == (message.end == Some(End::NotNeeded)) {
        case.broken("only what needs no answer is at its end for that", told());
    }
    match (message.end, covering.is_empty()) {
        (Some(_), true) => {}
        (Some(_), false) => case.broken("a message comes to one end, not two", told()),
        (None, true) => case.broken("a message comes to an end", told()),
        (None, false) => {
            let known =
                |(_, sending): &(&Message, &Sending)| matches!(sending.state, SendState::Sent | SendState::Refused);
            let waits = |(out, sending): &(&Message, &Sending)| {
                sending.state == SendState::Uncertain && case.live.shadow.is_reopened(key, &out.key.id)
            };
            if !covering.iter().any(known) && !covering.iter().any(waits) && !message.revoked {
                case.broken("what an uncertain answer was to is in the next turn", told());
            }
        }
    }
}

/// Nothing is left half done.
fn rests(case: &mut Case<'_>, key: &LeadKey, lead: &Lead) {
    let Some(state) = &lead.state else { return };
    let lead_id = &key.lead;
    if state.pending != 0 {
        case.broken("nothing waits in the end", format!("{lead_id}: {}", state.pending));
    }
    if !state.unsettled.is_empty() {
        case.broken("every send comes to an end", format!("{lead_id}: {:?}", state.unsettled));
    }
    let now = case.universe.now();
    if state.is_leased(now) {
        case.broken("no lease is left", format!("{lead_id}"));
    }
    for message in lead.messages.values() {
        if message.sending.as_ref().is_some_and(|sending| !sending.state.is_settled()) {
            case.broken("every send comes to an end", format!("{lead_id}: {}", message.key.id));
        }
    }
}
