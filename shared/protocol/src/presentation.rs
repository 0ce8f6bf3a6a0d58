//! A stored message as a model is shown it, in the language of the business; who takes a conversation over reads the
//! same.

use crate::model::conversation::Utterance;
use crate::model::message::Message;
use std::borrow::Cow;
use zikaron_memory::content::{Attachments, Quoted, Shown, Told};
use zikaron_memory::language::Language;

/// The message as an utterance. What it replies to is looked for in `others`.
pub(crate) fn utterance(message: &Message, language: Language, others: &[Message]) -> Utterance {
    let quoted = message.quotes.as_ref().and_then(|id| others.iter().find(|other| other.channel_id() == Some(id)));
    Utterance { speaker: message.speaker, text: line(message, language, quoted), at: message.key.sent_at }
}

/// The message as one text: its words, and in square brackets what comes beside or instead of them. `quoted` is the
/// message it replies to, where that is at hand.
#[must_use]
pub fn line(message: &Message, language: Language, quoted: Option<&Message>) -> String {
    let quoted = quoted.filter(|quoted| !quoted.revoked);
    let quoted = quoted.map(|quoted| shown(quoted, &enclosed(quoted), None).text(language));
    let is_reply = message.quotes.is_some() && !is_tap(message);
    let quotes = is_reply.then(|| quoted.as_deref().map_or(Quoted::Earlier, Quoted::Text));
    shown(message, &enclosed(message), quotes).text(language)
}

/// What came with it. Of notices from before it was kept what they tell, their type says.
fn enclosed(message: &Message) -> Cow<'_, Attachments> {
    let is_empty = message.text.is_empty() && message.enclosed.is_nothing();
    match Told::of_kind(&message.kind).filter(|_| is_empty) {
        Some(told) => Cow::Owned(Attachments { told: Some(told), ..Attachments::default() }),
        None => Cow::Borrowed(&message.enclosed),
    }
}

fn shown<'a>(message: &'a Message, attachments: &'a Attachments, quotes: Option<Quoted<'a>>) -> Shown<'a> {
    Shown {
        words: &message.text,
        attachments,
        quotes,
        reaction: message.reaction.as_ref().and_then(|reaction| reaction.emoji.as_deref()),
        revoked: message.revoked,
    }
}

/// A tap on a button always quotes the message the button stands under.
#[must_use]
pub fn is_tap(message: &Message) -> bool {
    matches!(message.kind.as_str(), "interactive" | "button")
}
