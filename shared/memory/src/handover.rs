//! Handing a conversation to a person: when a customer asks for one, what they are told, and what staff are told.

use crate::language::{HandoverWords, Language};
use crate::lexicon::intent::Part;
use crate::lexicon::person::LEXICON;
use crate::reset_intent::is_refusal;
use crate::spoken::Spoken;
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
    /// The business's budget of the day is spent.
    Budget,
    /// The customer may want no messages that they did not ask for.
    OptOut,
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
    /// The template is not approved, paused, switched off, or does not take these parameters.
    Template,
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
        Cause::Budget => words.budget,
        Cause::OptOut => words.opt_out,
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
        ChannelFailure::Template => words.template,
        ChannelFailure::Broken => words.broken,
        ChannelFailure::Other => words.other,
    }
}

/// The last thing the AI says to a customer who is handed to a person.
#[must_use]
pub fn farewell(language: impl Into<Spoken>) -> &'static str {
    language.into().words().farewell
}

/// Whether a message asks for a person and nothing else: every word of the clause is the request or politeness. A name
/// of a person alone has to be the whole message. Silence is worse than one more answer, so in doubt nobody is asked
/// for, unless the model finds so too (docs/rules.md#h2).
#[must_use]
pub fn wants_person(text: &str) -> bool {
    let clauses = LEXICON.read(text);
    // "A person?" may be asked of who answers, and thanks go to one who is there.
    let asks = text.contains(['?', '؟']);
    let thanks = clauses.iter().flatten().next().is_some_and(|first| first.first() == Some(&Part::Thanks));
    let is_whole = !asks && !thanks && clauses.iter().all(Option::is_some);
    clauses.iter().enumerate().any(|(index, clause)| {
        let refused = clauses.get(index + 1).and_then(Option::as_deref).is_some_and(is_refusal);
        clause.as_deref().is_some_and(|clause| !refused && asks_for(clause, is_whole))
    })
}

fn asks_for(clause: &[Part], is_whole: bool) -> bool {
    let has = |part| clause.contains(&part);
    if denies_person(clause) {
        return false;
    }
    if has(Part::Bot) {
        // "I am not a bot" asks for nobody.
        let wished = !has(Part::Speaker) || has(Part::Wish) || has(Part::Reach);
        return has(Part::Enough) || (has(Part::Not) && wished);
    }
    let (person, official) = (has(Part::Person), has(Part::Official));
    if has(Part::Reach) {
        // "I need to talk to the boss about it first" may be of their own.
        return person || (!has(Part::Topic) && (official || has(Part::Anyone)));
    }
    // "I am a person" asks for nobody, nor does "any agents about?", nor who has had enough of one.
    let is_bare = !has(Part::Speaker) && !has(Part::Enough);
    let is_wished = has(Part::Wish) && (person || official);
    !has(Part::Topic) && (is_wished || (is_whole && person && is_bare))
}

/// Whether a "not" is of the person, or of nothing: "no agent", "not"; but not "no bot".
fn denies_person(clause: &[Part]) -> bool {
    let named = |part: &&Part| matches!(part, Part::Person | Part::Official | Part::Anyone | Part::Bot);
    let denies = |at: usize| clause.iter().skip(at + 1).find(named) != Some(&Part::Bot);
    clause.iter().enumerate().any(|(at, part)| matches!(part, Part::Not | Part::No) && denies(at))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::intent::assert_sentences;
    use crate::lexicon::person::FILES;

    #[test]
    fn every_part_has_a_sentence_it_hits_and_one_it_does_not() {
        assert_sentences(FILES, wants_person);
    }
}
