//! Promises 2 and 3: nothing twice, nothing out of order, judged by what the channel saw.

use super::answers::answers;
use super::case::Case;
use std::collections::{BTreeMap, BTreeSet};
use zikaron_protocol::model::event::DeliveryStatus;
use zikaron_protocol::model::ids::{LeadId, LeadKey};
use zikaron_protocol::model::message::{Message, SendState, Sending, Tag};
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    once(case);
    let accepted = in_order(case);
    for (key, lead) in case.apart {
        let numbers = accepted.get(&key.lead).cloned().unwrap_or_default();
        parts(case, lead, &numbers);
        single(case, lead, &numbers);
        statuses(case, &key.lead, lead);
    }
}

/// At most one request that was not definitely refused.
fn once(case: &mut Case<'_>) {
    let mut posts: BTreeMap<&str, u32> = BTreeMap::new();
    for post in case.live.channel.posts.iter().filter(|post| !post.refused) {
        *posts.entry(&post.tag).or_default() += 1;
    }
    for (tag, count) in posts.into_iter().filter(|(_, count)| *count > 1) {
        case.broken("one request for each outgoing message", format!("{tag}: {count}"));
    }
}

/// What was accepted, by lead and arrival number; it must be in that order.
fn in_order(case: &mut Case<'_>) -> BTreeMap<LeadId, BTreeSet<u64>> {
    let mut accepted: BTreeMap<LeadId, BTreeSet<u64>> = BTreeMap::new();
    for taken in &case.live.channel.accepted {
        let tag = Tag::parse(&taken.tag);
        let of = |tag: Tag| {
            let lead = case.apart.iter().find(|(key, _)| key.lead == tag.lead)?.1;
            Some((tag.lead, lead.messages.get(&tag.key)?.arrival))
        };
        let is_erased = |tag: &Tag| {
            let home = |key: &LeadKey| {
                case.homes.of(&LeadKey { business: key.business.clone(), lead: tag.lead.clone() }) == *key
            };
            case.live.erasures.iter().any(|(_, key, _)| key.lead == tag.lead || home(key))
        };
        if tag.as_ref().is_some_and(is_erased) {
            continue;
        }
        let Some((lead, arrival)) = tag.and_then(of) else {
            case.broken("what is sent was claimed", taken.tag.clone());
            continue;
        };
        let numbers = accepted.entry(lead).or_default();
        if numbers.last().is_some_and(|last| arrival < *last) {
            case.broken(
                "answers never overtake each other",
                format!("{} after {:?}, at {:?}", arrival, numbers.last(), taken.at),
            );
        }
        numbers.insert(arrival);
    }
    accepted
}

fn outgoing(lead: &Lead) -> impl Iterator<Item = (&Message, &Sending)> {
    lead.messages.values().filter_map(|message| Some((message, message.sending.as_ref()?)))
}

/// A part goes out only behind the one before it.
fn parts(case: &mut Case<'_>, lead: &Lead, accepted: &BTreeSet<u64>) {
    for (message, sending) in outgoing(lead).filter(|(message, _)| accepted.contains(&message.arrival)) {
        let before = (sending.answer..message.arrival).find(|part| !accepted.contains(part));
        if let Some(before) = before {
            case.broken("a part goes out only behind the one before", format!("{} without {before}", message.arrival));
        }
    }
}

/// No message has two accepted answers, but for the window: the earlier one was uncertain.
fn single(case: &mut Case<'_>, lead: &Lead, accepted: &BTreeSet<u64>) {
    for message in lead.messages.values().filter(|message| message.sending.is_none()) {
        let covering: Vec<_> = answers(lead, message.arrival).collect();
        let mut answered: BTreeMap<u64, bool> = BTreeMap::new();
        for (_, sending) in covering.iter().filter(|(out, _)| accepted.contains(&out.arrival)) {
            // An answer of which one part is uncertain is uncertain.
            let mut parts = covering.iter().filter(|(_, part)| part.answer == sending.answer);
            let uncertain = parts.any(|(part, _)| case.live.shadow.ever_uncertain.contains(&part.key.id));
            answered.insert(sending.answer, uncertain);
        }
        let last = answered.keys().last().copied();
        let twice = answered.iter().any(|(answer, uncertain)| Some(*answer) != last && !uncertain);
        if twice {
            case.broken(
                "a customer never gets two answers to one message",
                format!("{}: {answered:?}", message.key.id),
            );
        }
    }
}

/// What the channel told is known.
fn statuses(case: &mut Case<'_>, lead: &LeadId, of: &Lead) {
    for (message, sending) in outgoing(of) {
        let is_its = |tag: &str| Tag::parse(tag).is_some_and(|tag| tag.lead == *lead && tag.key == message.key);
        let Some((tag, told)) = case.live.channel.told.iter().find(|(tag, _)| is_its(tag)) else { continue };
        // Statuses of what left by a number that was given away may come to its new owner.
        let mut posts = case.live.channel.posts.iter().filter(|post| post.tag == *tag);
        if posts.any(|post| case.universe.plan.world.is_given_away(&post.line)) {
            continue;
        }
        let failed = told.contains(&DeliveryStatus::Failed);
        let right = if failed { SendState::Refused } else { SendState::Sent };
        if sending.state != right {
            case.broken("a status settles what was open", format!("{tag}: {:?} after {told:?}", sending.state));
        }
    }
}
