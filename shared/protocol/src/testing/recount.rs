//! What a session comes to by its rows, counted by hand: beside what the product counted (docs/metrics.md).

use crate::model::conversation::Speaker;
use crate::model::figures::Tally;
use crate::model::message::{End, Message, SendState};
use crate::model::session::Session;
use zikaron_memory::merge::Verdict;

/// Whether a message was said, as the figures count: what may have gone out, and what came in but for reactions, edits
/// and notices; nothing that was taken back.
#[must_use]
pub fn is_said(message: &Message) -> bool {
    use SendState::{Sending, Sent, Uncertain, Unknown};
    let is_there = match &message.sending {
        Some(sending) => matches!(sending.state, Sending | Sent | Unknown | Uncertain),
        None => message.is_missed_call() || !matches!(message.end, Some(End::NotNeeded | End::Revoked)),
    };
    is_there && !message.revoked
}

/// What the messages of a session come to; of each `is_said` tells whether it was.
pub fn of_messages<'a>(
    session: &Session,
    messages: impl Iterator<Item = &'a Message>,
    is_said: impl Fn(&Message) -> bool,
) -> Tally {
    let mut tally = Tally::default();
    tally.add_if(session.is_call(), "calls");
    let mut is_conversation = false;
    for message in of(session, messages) {
        let is_remembered = message.speaker == Speaker::Customer && message.remembered;
        is_conversation |= is_remembered;
        if !is_said(message) {
            continue;
        }
        match (message.speaker, &message.sending) {
            (Speaker::Customer, _) => tally.add_if(is_remembered, "messages_in"),
            (Speaker::Staff, _) => tally.add("messages_staff", 1),
            (Speaker::Assistant, Some(sending)) => {
                tally.add("messages_ai", 1);
                tally.add_if(sending.answer == message.arrival, "answers");
            }
            // Another application's.
            (Speaker::Assistant, None) => {}
        }
        if message.sending.is_some() {
            tally.add(message.pricing.clone().unwrap_or_default().figure(), 1);
        }
    }
    tally.add_if(is_conversation, "conversations");
    tally
}

/// The messages of a conversation. A clock that is wrong may date an answer outside of its session, where no digest looks
/// for it.
pub fn of<'a>(session: &Session, messages: impl Iterator<Item = &'a Message>) -> impl Iterator<Item = &'a Message> {
    let closed = session.closed.as_ref().filter(|_| !session.is_call());
    let within = closed.map(|closed| closed.first_sent_at..=closed.last_at);
    let id = session.id.clone();
    messages.filter(move |message| {
        message.session.as_ref() == Some(&id)
            && within.as_ref().is_some_and(|within| within.contains(&message.key.sent_at))
    })
}

/// What lines of the log come to.
pub fn of_log<'a>(lines: impl Iterator<Item = &'a Verdict>) -> Tally {
    let mut tally = Tally::default();
    for line in lines {
        tally.add(if line.accepted { "accepted" } else { "rejected" }, 1);
        tally.add_if(!line.accepted, format!("rejected.{}", line.reason));
    }
    tally
}

/// Whether a figure is one of the log's.
#[must_use]
pub fn is_of_log(name: &str) -> bool {
    matches!(name, "accepted" | "rejected") || name.starts_with("rejected.")
}
