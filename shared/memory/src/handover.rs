//! Handing a conversation to a person: when a customer asks for one, what they are told, and what staff are told.

use crate::language::{HandoverWords, Language};
use crate::lexicon::boundary::request_clauses;
use crate::lexicon::negation::{is_refusal, negates_request, turns_request};
use crate::lexicon::person::{ALONE, INSTEAD, LINKS, POLITE, REACHING, STRONG, TRADES, WEAK, WISHING};
use crate::spoken::Spoken;
use crate::text;
use serde::{Deserialize, Serialize};

/// Why a person of the business is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The customer asked for a person.
    CustomerAsked,
    /// The AI found that a person is needed.
    AiAsked,
    /// An answer was refused by the channel for good.
    NotSent,
    /// An answer was accepted by the channel and not delivered.
    NotDelivered,
    /// Nobody answered for half a day.
    Unanswered,
}

/// What an error of the channel means to somebody who is no programmer. Which code means what, the channel knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ChannelFailure {
    /// 24 hours since the customer wrote.
    WindowClosed,
    /// The customer cannot be reached.
    Unreachable,
    /// The access token or a permission is missing.
    NotAuthorised,
    /// The account's payment.
    Payment,
    /// The account or the number is locked, restricted or not registered.
    Account,
    /// Too many messages, or WhatsApp holds messages to this customer back.
    HeldBack,
    /// The message itself was not accepted.
    Message,
    /// Something at WhatsApp broke.
    Broken,
    /// A code nobody knows.
    Other,
}

/// The reason as staff read it. `failure` is the channel's error, where there is one: its code and what it means.
#[must_use]
pub fn reason(cause: Cause, failure: Option<(i64, ChannelFailure)>, language: Language) -> String {
    let words = &language.words().handover;
    let why = why(cause, words);
    match failure {
        None => why.to_owned(),
        Some((code, failure)) => format!("{why}: {} ({} {code})", meaning(failure, words), words.code),
    }
}

fn why(cause: Cause, words: &HandoverWords) -> &'static str {
    match cause {
        Cause::CustomerAsked => words.customer_asked,
        Cause::AiAsked => words.ai_asked,
        Cause::NotSent => words.not_sent,
        Cause::NotDelivered => words.not_delivered,
        Cause::Unanswered => words.unanswered,
    }
}

fn meaning(failure: ChannelFailure, words: &HandoverWords) -> &'static str {
    match failure {
        ChannelFailure::WindowClosed => words.window_closed,
        ChannelFailure::Unreachable => words.unreachable,
        ChannelFailure::NotAuthorised => words.not_authorised,
        ChannelFailure::Payment => words.payment,
        ChannelFailure::Account => words.account,
        ChannelFailure::HeldBack => words.held_back,
        ChannelFailure::Message => words.message,
        ChannelFailure::Broken => words.broken,
        ChannelFailure::Other => words.other,
    }
}

/// The last thing the AI says to a customer who is handed to a person.
#[must_use]
pub fn farewell(language: impl Into<Spoken>) -> &'static str {
    language.into().words().farewell
}

/// Whether a message asks for a person: in a sentence of its own or inside one, not negated, and not merely about one.
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let clauses = request_clauses(text);
    let said = clauses.iter().flatten().map(String::as_str).filter(|word| !POLITE.contains(word));
    let alone: Vec<&str> = said.collect();
    if STRONG.iter().chain(ALONE.iter()).any(|name| *name == alone) {
        return true;
    }
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused_next = clauses.get(index + 1).is_some_and(|next| is_refusal(next));
        !refused_next && asks(clause)
    })
}

fn asks(clause: &[String]) -> bool {
    let named = |name: &[String], strong: bool| {
        let places = clause.windows(name.len()).enumerate().filter(|(_, window)| is_called(window, name));
        places.into_iter().any(|(at, _)| {
            let before = clause.get(..at).unwrap_or_default();
            let after = clause.get(at + name.len()..).unwrap_or_default();
            !is_other_trade(before) && !is_refusal(after) && is_asked_for(before, strong)
        })
    };
    STRONG.iter().any(|name| named(name, true)) || WEAK.iter().any(|name| named(name, false))
}

/// Equal words, the first perhaps behind Hebrew prefix letters.
fn is_called(window: &[String], name: &[String]) -> bool {
    let (Some((first, rest)), Some((expected, others))) = (window.split_first(), name.split_first()) else {
        return false;
    };
    let bare = first.strip_suffix(expected.as_str()).is_some_and(|letters| {
        letters.is_empty() || (letters.chars().count() <= 2 && letters.chars().all(|c| text::PREFIXES.contains(&c)))
    });
    bare && rest == others
}

/// An asking word within six words before, neither it nor what lies between negated.
fn is_asked_for(before: &[String], strong: bool) -> bool {
    let first = before.len().saturating_sub(6);
    (first..before.len()).any(|at| {
        let word = before.get(at).map(String::as_str).unwrap_or_default();
        let asking = REACHING.contains(&word) || (strong && WISHING.contains(&word));
        let between = before.get(at + 1..).unwrap_or_default();
        let turned = between.iter().any(|word| INSTEAD.contains(&word.as_str()));
        asking && (turned || !is_denied(before.get(..at).unwrap_or_default())) && !ends_denied(between)
    })
}

/// Whether the words between the asking one and the person deny it after their last turn.
fn ends_denied(between: &[String]) -> bool {
    between.iter().rev().take_while(|word| !turns_request(word)).any(|word| negates_request(word))
}

/// Whether a chain of wishing words before it begins with a negation: "I do not want to …".
fn is_denied(before: &[String]) -> bool {
    let behind = before.iter().rev().find(|word| !WISHING.contains(&word.as_str()) && !LINKS.contains(&word.as_str()));
    behind.is_some_and(|word| negates_request(word))
}

fn is_other_trade(before: &[String]) -> bool {
    before.last().is_some_and(|word| TRADES.contains(&word.as_str()))
}
