//! Nothing crosses between businesses: no word, no memory, no send.

use super::case::Case;
use crate::cast::business_of;
use crate::digests::name_of;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use zikaron_protocol::model::ids::{BusinessId, LeadKey};
use zikaron_protocol::model::message::Tag;
use zikaron_protocol::testing::in_memory_store::Lead;

/// Whose the number of a send is is asked at most so long before the request: a call may be slow.
const SLACK: Duration = Duration::from_secs(30);

/// By whom something is known.
type Homes<'a> = BTreeMap<&'a str, BTreeSet<&'a BusinessId>>;

pub(super) fn check(case: &mut Case<'_>) {
    let mut found = Vec::new();
    taken_in(case, &mut found);
    known(case, &mut found);
    sent(case, &mut found);
    case.found.extend(found.into_iter().map(|detail| ("nothing crosses between businesses", detail)));
}

/// What came by a number is with the business whose it is, or was when it came.
fn taken_in(case: &Case<'_>, found: &mut Vec<String>) {
    for (key, lead) in case.leads {
        for told in case.live.accepted.iter().filter(|told| lead.messages.keys().any(|place| place.id == told.id)) {
            if !case.universe.plan.world.owners(&told.line, told.delivered, Duration::MAX).contains(&key.business) {
                found.push(format!("{} is with {}", told.id, key.business));
            }
        }
        for placed in case.live.calls.iter().filter(|placed| lead.calls.keys().any(|call| call.name == placed.name)) {
            if business_of(placed.customer) != key.business {
                found.push(format!("{} is with {}", placed.name, key.business));
            }
        }
    }
}

/// What an answer or a summary has read was said to the same business, and so was what the summaries it knows were of.
fn known(case: &Case<'_>, found: &mut Vec<String>) {
    let (words, summaries) = (words(case), summaries(case));
    for (key, lead) in case.leads {
        let answers = lead.messages.values().filter_map(|message| answer_of(message.sending.as_ref()?.body.text()));
        for name in answers.chain(digests(case, lead)) {
            let read = case.live.seen.get(name).into_iter().flatten().map(|mark| (of_message(mark), &words));
            let known = case.live.known.get(name).into_iter().flatten().map(|name| (name.as_str(), &summaries));
            let strange = |(what, homes): &(&str, &Homes<'_>)| {
                homes.get(what).is_some_and(|homes| !homes.contains(&key.business))
            };
            found.extend(read.chain(known).filter(strange).map(|(what, _)| format!("{what} in {}", key.lead)));
        }
    }
}

/// Where each word of a customer's was taken in.
fn words<'a>(case: &'a Case<'_>) -> Homes<'a> {
    let mut homes = Homes::new();
    for (key, lead) in case.leads {
        let written = lead.messages.keys().filter_map(|place| place.id.as_str().strip_prefix("wamid.in."));
        let spoken = case.live.calls.iter().filter(|placed| lead.calls.keys().any(|call| call.name == placed.name));
        for mark in written.chain(spoken.flat_map(|placed| &placed.marks).map(String::as_str)) {
            homes.entry(mark).or_default().insert(&key.business);
        }
    }
    homes
}

/// Whose each summary is.
fn summaries<'a>(case: &'a Case<'_>) -> Homes<'a> {
    let mut homes = Homes::new();
    for (key, lead) in case.leads {
        for name in digests(case, lead) {
            homes.entry(name).or_default().insert(&key.business);
        }
    }
    homes
}

fn digests<'a>(case: &'a Case<'_>, lead: &'a Lead) -> impl Iterator<Item = &'a str> {
    let notes = lead.sessions.keys().filter_map(|session| case.live.shadow.digests.get(session)).flatten();
    notes.filter_map(|note| name_of(note))
}

/// The name of the model's answer.
fn answer_of(text: &str) -> Option<&str> {
    text.split_once('.').and_then(|(head, _)| head.rsplit_once(' ')).map(|(_, name)| name)
}

/// The mark of the message that was edited; any other mark is its own.
fn of_message(mark: &str) -> &str {
    mark.split_once('e').map_or(mark, |(message, _)| message)
}

/// What a business says leaves by a number of its own, and what it has read is marked as read by one.
fn sent(case: &Case<'_>, found: &mut Vec<String>) {
    let business = |tag: &Tag| {
        let stored = case.leads.keys().chain(case.homes.0.keys()).find(|key| key.lead == tag.lead);
        let LeadKey { business, .. } =
            stored.or_else(|| case.live.erasures.iter().map(|(_, key, _)| key).find(|key| key.lead == tag.lead))?;
        Some(business)
    };
    let owners = |line, at: Duration| case.universe.plan.world.owners(line, at.saturating_sub(SLACK), at);
    for (message, line, at) in &case.live.channel.read {
        let holds = |lead: &Lead| lead.messages.keys().any(|place| place.id == *message);
        // A delivery that comes again after a number was given away is the other business's, too.
        let mut homes = case.leads.iter().filter(|(_, lead)| holds(lead)).map(|(key, _)| &key.business).peekable();
        // Of a lead that was erased it is not known any more what it held.
        if case.live.erasures.is_empty()
            && homes.peek().is_some()
            && !homes.any(|home| owners(line, *at).contains(home))
        {
            found.push(format!("{message} marked as read by {}", line.number));
        }
    }
    for post in &case.live.channel.posts {
        let Some(business) = Tag::parse(&post.tag).as_ref().and_then(business) else { continue };
        if !owners(&post.line, post.at).contains(business) {
            found.push(format!("{} left by {}", post.tag, post.line.number));
        }
    }
}
