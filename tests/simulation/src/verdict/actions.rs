//! Whatever was to be done came to its end, and the business was told how; nothing left the house in quiet hours
//! or on a day of rest.

use super::case::Case;
use crate::digests::remembered;
use crate::scenario::What;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeSet;
use zikaron_memory::action::ActionKind;
use zikaron_memory::action::commitment::MAX_COMMITMENTS;
use zikaron_protocol::model::action::{Action, Asked, CallTag};
use zikaron_protocol::model::event::Event;
use zikaron_protocol::model::ids::LeadKey;
use zikaron_protocol::model::message::{Message, MessageKey, Tag};
use zikaron_protocol::model::session::Session;

/// How long after it was due something may be done where nothing fails: the schedule is never nearer than a minute, and
/// fires within the next.
const LATE: SignedDuration = SignedDuration::from_secs(150);
/// How long a message that was just allowed to go out may take to the channel.
const UNDER_WAY: SignedDuration = SignedDuration::from_secs(60);

pub(super) fn check(case: &mut Case<'_>) {
    let mut sent = BTreeSet::new();
    for (key, lead) in case.leads {
        for session in lead.sessions.values() {
            let Some(action) = session.action() else { continue };
            sent.extend(action.message.clone());
            ended(case, key, session, action);
        }
    }
    quiet(case, &sent);
    agreed(case);
    calls(case);
}

/// A call that may have been placed is never asked for again, and none is asked for in quiet hours, or by an account that
/// is another business's.
fn calls(case: &mut Case<'_>) {
    let plan = &case.universe.plan;
    let slack = UNDER_WAY + skew(case);
    let is_quiet = |at: Timestamp| plan.is_quiet(at);
    let mut asked = BTreeSet::new();
    for call in &case.live.channel.calls {
        let at = crate::cast::epoch() + SignedDuration::try_from(call.at).unwrap_or_default();
        if !call.refused && !asked.insert(&call.tag) {
            case.broken("a call is placed once", format!("{} at {at}", call.tag));
        }
        if [at - slack, at, at + slack].into_iter().all(is_quiet) {
            case.broken("nobody is called in quiet hours", format!("{} at {at}", call.tag));
        }
        let of = CallTag::parse(&call.tag).map(|tag| tag.lead);
        let others = case.leads.iter().filter(|(key, _)| key.business != crate::cast::business_of(0));
        if others.clone().any(|(key, _)| Some(&key.lead) == of.as_ref()) {
            case.broken("nobody calls by the account of another business", call.tag.clone());
        }
    }
}

/// By how much two clocks may differ.
fn skew(case: &Case<'_>) -> SignedDuration {
    let most = case.universe.plan.skews.iter().map(|skew| skew.abs()).max().unwrap_or_default();
    SignedDuration::from_millis(most)
}

fn ended(case: &mut Case<'_>, key: &LeadKey, session: &Session, action: &Action) {
    let Some(ended) = action.ended.filter(|_| !session.is_unfinished()) else {
        return case.broken("an action comes to its end", format!("{} of {}", session.id, key.lead));
    };
    let tells = |event: &Event| match event {
        Event::ActionDue(told)
        | Event::ActionDone(told)
        | Event::ActionCancelled(told)
        | Event::ActionRefused(told) => told.action == session.id && told.how == ended.how,
        _ => false,
    };
    if !case.live.events.iter().any(|(_, event)| tells(event)) {
        case.broken("the business is told", format!("{:?} of {}", ended.how, session.id));
    }
    let plan = &case.universe.plan;
    // What was agreed is known when the conversation is digested.
    let due_at = action.due_at.max(session.opened_at);
    // What is due seconds before quiet begins may fire in it, and waits.
    let is_quiet = plan.is_quiet(due_at) || plan.is_quiet(due_at + LATE);
    let is_late = ended.at.duration_since(due_at) > LATE;
    if plan.calm && is_late && !is_quiet {
        case.broken("an action is done when it is due where nothing fails", format!("{}: {}", session.id, ended.at));
    }
}

/// By the true time, which is that of nobody's clock.
fn quiet(case: &mut Case<'_>, sent: &BTreeSet<MessageKey>) {
    let plan = &case.universe.plan;
    let slack = UNDER_WAY + skew(case);
    let is_quiet = |at: Timestamp| plan.is_quiet(at);
    for post in &case.live.channel.posts {
        let at = crate::cast::epoch() + SignedDuration::try_from(post.at).unwrap_or_default();
        let is_ours = Tag::parse(&post.tag).is_some_and(|tag| sent.contains(&tag.key));
        if is_ours && [at - slack, at, at + slack].into_iter().all(is_quiet) {
            case.broken("nothing unasked is sent in quiet hours", format!("{} at {at}", post.tag));
        }
    }
}

/// What a customer asked for in a conversation that was digested is to be done, once.
fn agreed(case: &mut Case<'_>) {
    if !case.universe.plan.settings.enable_actions {
        return;
    }
    for lead in case.leads.values() {
        for session in lead.sessions.keys().filter(|session| case.live.shadow.digests.contains_key(session)) {
            let asks = |message: &&Message| {
                let what = case.live.truth.get(&message.key.id).and_then(|truth| truth.what);
                matches!(what, Some(What::Asks { .. }))
            };
            let all: Vec<_> = remembered(lead, session).filter(asks).collect();
            // The product looks at so many, before it knows which were made elsewhere.
            if all.len() > MAX_COMMITMENTS {
                continue;
            }
            let made = lead.sessions.values().filter_map(Session::action);
            let of_it = |action: &&Action| action.asked.as_ref().is_some_and(|asked| asked.session == *session);
            let made: Vec<_> = made.filter(of_it).map(|action| action.made_at).collect();
            // Said again in the same second in another session, it is due at the same time, and one is enough.
            let is_elsewhere = |message: &Message| {
                let of_another = |asked: &Asked| asked.session != *session;
                let is_call = is_call(case, message);
                lead.sessions.values().filter_map(Session::action).any(|action| {
                    let is_same =
                        action.made_at == message.key.sent_at && action.asked.as_ref().is_some_and(of_another);
                    // Where it was in doubt when, it is a person's.
                    is_same && is_call == (action.kind != ActionKind::Message)
                })
            };
            let asked = all.iter().filter(|message| made.contains(&message.key.sent_at) || !is_elsewhere(message));
            let asked: Vec<_> = asked.map(|message| message.key.sent_at).collect();
            let is_once = |at: &Timestamp| made.iter().filter(|made| *made == at).count() == 1;
            let in_one_second = asked.iter().collect::<BTreeSet<_>>().len() < asked.len();
            if !in_one_second && (made.len() != asked.len() || !asked.iter().all(is_once)) {
                case.found.push(("what was agreed is to be done once", format!("{session}: {asked:?}, {made:?}")));
            }
        }
    }
}

/// Whether what is asked for is a call.
fn is_call(case: &Case<'_>, message: &Message) -> bool {
    let what = case.live.truth.get(&message.key.id).and_then(|truth| truth.what);
    matches!(what, Some(What::Asks { call: true }))
}
