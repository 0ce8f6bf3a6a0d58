//! A stored message as a model is shown it, in the language of the business.

use crate::model::conversation::Utterance;
use crate::model::message::Message;
use zikaron_memory::content::{Quoted, Shown};
use zikaron_memory::language::Language;

/// The message as an utterance. What it replies to is looked for in `others`.
pub(crate) fn utterance(message: &Message, language: Language, others: &[Message]) -> Utterance {
    let quoted = message.quotes.as_ref().filter(|_| !is_tap(message)).map(|id| {
        let found = others.iter().find(|other| other.channel_id() == Some(id) && !other.revoked);
        found.map(|other| shown(other, None).text(language))
    });
    let quotes = quoted.as_ref().map(|text| text.as_deref().map_or(Quoted::Earlier, Quoted::Text));
    Utterance { speaker: message.speaker, text: shown(message, quotes).text(language), at: message.key.sent_at }
}

fn shown<'a>(message: &'a Message, quotes: Option<Quoted<'a>>) -> Shown<'a> {
    Shown {
        words: &message.text,
        attachments: &message.enclosed,
        quotes,
        reaction: message.reaction.as_ref().and_then(|reaction| reaction.emoji.as_deref()),
        revoked: message.revoked,
    }
}

/// A tap on a button always quotes the message the button stands under.
fn is_tap(message: &Message) -> bool {
    matches!(message.kind.as_str(), "interactive" | "button")
}
