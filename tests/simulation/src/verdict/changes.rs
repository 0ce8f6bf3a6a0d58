//! What was edited, taken back and reacted to stands as its writer left it, in whatever order it came; and nobody but a
//! person is taken for one.

use super::case::Case;
use crate::universe::Truth;
use crate::words;
use std::collections::BTreeSet;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::MessageId;
use zikaron_protocol::model::message::{End, Message};
use zikaron_protocol::testing::in_memory_store::Lead;

pub(super) fn check(case: &mut Case<'_>) {
    let mut found = Vec::new();
    // What came before an erasure went with it, and so may a change of what comes once more after it.
    let erased = case.live.accepted.iter().filter(|told| case.live.erasures_of(told.customer).next().is_some());
    let erased: BTreeSet<_> = erased.map(|told| &told.id).collect();
    let whole = |lead: &&Lead| {
        let of_erased = lead.messages.keys().any(|place| erased.contains(&place.id));
        !of_erased && lead.state.as_ref().is_some_and(|state| state.erased_at.is_none())
    };
    for message in case.leads.values().filter(whole).flat_map(|lead| lead.messages.values()) {
        if message.speaker == Speaker::Staff && message.sending.is_none() && !case.live.echoed.contains(&message.key.id)
        {
            found.push(("our own message is not taken for a person's", message.key.id.to_string()));
        }
        let truth = message.channel_id().and_then(|id| case.live.truth.get(id));
        // A change that came under a name nobody knows to be the same customer's.
        let elsewhere = message.channel_id().is_some_and(|id| is_elsewhere(case, message, id));
        // What was written to a number that changed hands may be with both businesses: its changes go to the first.
        let line = truth.and_then(|truth| truth.line.as_ref());
        let elsewhere = elsewhere || line.is_some_and(|line| case.universe.plan.world.is_given_away(line));
        if let Some(truth) = truth.filter(|_| message.amends.is_none() && !elsewhere) {
            found.extend(judged(message, truth).map(|invariant| (invariant, told(message, truth))));
        }
        if message.amends.is_some() && !message.text.is_empty() && !is_early(case, message) {
            found.push(("the words of an edit stand in its message alone", message.key.id.to_string()));
        }
    }
    for id in &case.live.echoed {
        let messages = case.leads.values().flat_map(|lead| lead.messages.values());
        let stored = messages.filter(|message| message.key.id == *id && message.speaker == Speaker::Staff).count();
        if stored > 1 || (stored == 0 && case.live.erasures.is_empty()) {
            found.push(("what a person wrote is stored once", format!("{id} stored {stored}x")));
        }
    }
    case.found.extend(found);
}

fn is_early(case: &Case<'_>, message: &Message) -> bool {
    let states = case.leads.values().filter_map(|lead| lead.state.as_ref());
    states.flat_map(|state| &state.early).any(|early| early.by == message.key)
}

fn is_elsewhere(case: &Case<'_>, message: &Message, id: &MessageId) -> bool {
    let others = case.leads.values().filter(|lead| !lead.messages.contains_key(&message.key));
    others.filter_map(|lead| lead.state.as_ref()).flat_map(|state| &state.early).any(|early| early.target == *id)
}

fn judged(message: &Message, truth: &Truth) -> Option<&'static str> {
    let reaction = message.reaction.as_ref().map(|reaction| (&reaction.by, &reaction.emoji));
    if message.revoked != truth.revoked || (message.end == Some(End::Revoked) && !truth.revoked) {
        return Some("what was taken back is taken back, and nothing else");
    }
    if message.revoked {
        let is_kept = !message.text.is_empty() || message.enclosed.transcript.is_some();
        return is_kept.then_some("of what was taken back nothing is kept");
    }
    if let Some((by, mark)) = &truth.edit
        && (words::mark(&message.text) != Some(mark) || message.edited_by.as_ref() != Some(by))
    {
        return Some("a message has the words of its last edit");
    }
    (reaction != truth.reaction.as_ref().map(|(by, emoji)| (by, emoji))).then_some("a message has its last reaction")
}

fn told(message: &Message, truth: &Truth) -> String {
    format!("{} edited by {:?}, revoked {}: {truth:?}", message.key.id, message.edited_by, message.revoked)
}
