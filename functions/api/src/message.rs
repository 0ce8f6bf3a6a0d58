//! A message as staff see it: the same words the AI reads of it, and all of it as data.

use crate::enclosed::Enclosed;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;
use zikaron_memory::language::Language;
use zikaron_protocol::model::amendment::{Amendment, Amends};
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::MessageId;
use zikaron_protocol::model::message::{End, Message, SendState};
use zikaron_protocol::presentation::{self, is_tap};

/// A message of either direction.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MessageDocument {
    /// Its id.
    id: String,
    /// When it was sent.
    at: Timestamp,
    /// Who wrote it.
    by: Speaker,
    /// The channel's type: `text`, `image`, …
    kind: String,
    /// The words as they stand now: written, edited, or none.
    text: String,
    /// What the AI reads of it, in the language of the business: the words, and in square brackets what came beside or
    /// instead of them. None of a message that only changes another.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// What came beside or instead of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    enclosed: Option<Enclosed>,
    /// The message it replies to, or whose button was tapped: its `id` where it is among the messages near this one,
    /// else the channel's id of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    quotes: Option<String>,
    /// Passed on from another conversation: somebody else's words.
    forwarded: bool,
    /// The customer tapped a button or chose from a list: the words are the business's.
    tapped: bool,
    /// The emoji somebody answered it with.
    #[serde(skip_serializing_if = "Option::is_none")]
    reaction: Option<String>,
    /// Its sender changed the words.
    edited: bool,
    /// Of an edit, a revocation or a reaction: what it changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    amends: Option<AmendsDocument>,
    /// The session it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<String>,
    /// Its sender took it back: of its content nothing is kept.
    revoked: bool,
    /// Why it needs no answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<End>,
    /// How far an outgoing message got.
    #[serde(skip_serializing_if = "Option::is_none")]
    sending: Option<Progress>,
    /// The channel's last error code.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<i64>,
}

impl MessageDocument {
    /// The message in the language of the business. What it replies to is looked for in `others`.
    pub(crate) fn of(message: Message, language: Language, others: &Others<'_>) -> Self {
        let quotes = message.quotes.as_ref().or_else(|| message.sending.as_ref()?.quotes.as_ref());
        let quoted = quotes.and_then(|id| others.get(id).copied());
        Self {
            line: line(&message, language, others),
            tapped: message.speaker == Speaker::Customer && is_tap(&message) && !message.text.is_empty(),
            quotes: quotes.map(|id| quoted.map_or(id, |quoted| &quoted.key.id).to_string()),
            id: message.key.id.to_string(),
            at: message.key.sent_at,
            by: message.speaker,
            kind: message.kind,
            text: message.text,
            forwarded: message.enclosed.forwarded,
            enclosed: Enclosed::of(message.enclosed),
            reaction: message.reaction.and_then(|reaction| reaction.emoji),
            edited: message.edited_by.is_some(),
            amends: message.amends.map(AmendsDocument::from),
            session: message.session.map(|session| session.to_string()),
            revoked: message.revoked,
            end: message.end,
            sending: message.sending.as_ref().map(|sending| sending.state.into()),
            code: message.sending.and_then(|sending| sending.code),
        }
    }
}

/// Messages by the channel's ids.
pub(crate) type Others<'a> = HashMap<&'a MessageId, &'a Message>;

/// The messages that can be replied to.
pub(crate) fn by_channel_id(messages: &[Message]) -> Others<'_> {
    messages.iter().filter_map(|message| Some((message.channel_id()?, message))).collect()
}

/// What the AI reads of a message.
pub(crate) fn line(message: &Message, language: Language, others: &Others<'_>) -> Option<String> {
    let quoted = message.quotes.as_ref().and_then(|id| others.get(id).copied());
    message.amends.is_none().then(|| presentation::line(message, language, quoted))
}

/// Whether a message replies to one that is not among these.
pub(crate) fn quotes_further(messages: &[Message]) -> bool {
    let here = by_channel_id(messages);
    messages.iter().filter_map(|message| message.quotes.as_ref()).any(|id| !here.contains_key(id))
}

/// What an edit, a revocation or a reaction changes.
#[derive(Debug, Serialize, ToSchema)]
struct AmendsDocument {
    /// The channel's id of the message that is changed.
    target: String,
    /// What happens to it.
    how: AmendmentKind,
    /// Of a reaction: the emoji; none where it is taken back.
    #[serde(skip_serializing_if = "Option::is_none")]
    emoji: Option<String>,
}

/// How a message is changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AmendmentKind {
    /// It has other words.
    Edit,
    /// It is taken back.
    Revoke,
    /// Somebody answers it with an emoji, or takes that back.
    React,
}

impl From<Amends> for AmendsDocument {
    fn from(amends: Amends) -> Self {
        let (how, emoji) = match amends.how {
            Amendment::Edit => (AmendmentKind::Edit, None),
            Amendment::Revoke => (AmendmentKind::Revoke, None),
            Amendment::React { emoji } => (AmendmentKind::React, emoji),
        };
        Self { target: amends.target.to_string(), how, emoji }
    }
}

/// How far the sending of a message got.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Progress {
    /// Not sent yet: a part that waits for the one before.
    Waiting,
    /// On its way.
    Sending,
    /// The channel took it.
    Sent,
    /// Refused for now: it goes out again.
    Failed,
    /// Refused for good, or taken and then not delivered.
    Refused,
    /// May have been sent; the channel may still say.
    Unknown,
    /// May have been sent, and the channel never said. It is not sent again.
    Uncertain,
}

impl From<SendState> for Progress {
    fn from(state: SendState) -> Self {
        match state {
            SendState::Waiting => Self::Waiting,
            SendState::Sending => Self::Sending,
            SendState::Sent => Self::Sent,
            SendState::Failed { .. } => Self::Failed,
            SendState::Refused => Self::Refused,
            SendState::Unknown => Self::Unknown,
            SendState::Uncertain => Self::Uncertain,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::Result;
    use serde_json::{Value, json};
    use zikaron_memory::content::{Attachments, Content};
    use zikaron_protocol::model::conversation::Body;
    use zikaron_protocol::model::message::{MessageKey, Reaction, Sending};

    fn key(id: &str) -> Result<MessageKey> {
        Ok(MessageKey { sent_at: Timestamp::from_second(1_790_000_000)?, id: MessageId::parse(id)? })
    }

    fn said(id: &str, kind: &str, text: &str) -> Result<Message> {
        let message = Message::incoming(key(id)?, Speaker::Customer, kind.to_owned());
        Ok(Message { text: text.to_owned(), ..message })
    }

    fn sent(id: &str, channel_id: &str, text: &str) -> Result<Message> {
        let (body, state) = (Body::Text(text.to_owned()), SendState::Sent);
        let channel_id = Some(MessageId::parse(channel_id)?);
        let (answers, code) = (vec![1], None);
        let sending = Sending { body, quotes: None, state, answers, answer: 2, refusals: 0, channel_id, code };
        Ok(Message::outgoing(key(id)?, Speaker::Assistant, 2, sending))
    }

    fn holding(content: Content) -> Attachments {
        Attachments { content: Some(content), ..Attachments::default() }
    }

    /// As staff see it, beside these.
    fn shown(message: &Message, others: &[Message]) -> Result<Value> {
        let document = MessageDocument::of(message.clone(), Language::Hebrew, &by_channel_id(others));
        Ok(serde_json::to_value(document)?)
    }

    #[test]
    fn what_is_no_text_stands_in_the_line_the_ai_reads() -> Result<()> {
        let place = Content::Location { place: "בית, דיזנגוף 50".to_owned(), coordinates: None };
        let home = Message { enclosed: holding(place), ..said("wamid.A", "location", "")? };
        let shown_home = shown(&home, &[])?;
        assert_eq!((&shown_home["text"], &shown_home["line"]), (&json!(""), &json!("[מיקום: בית, דיזנגוף 50]")));
        assert_eq!(shown_home["enclosed"]["content"]["place"], "בית, דיזנגוף 50");
        let room = shown(&Message { enclosed: holding(Content::Image), ..said("wamid.B", "image", "זה החדר")? }, &[])?;
        assert!(room["line"].as_str().is_some_and(|line| line.ends_with("] זה החדר")), "{room}");
        Ok(())
    }

    #[test]
    fn where_words_come_from_is_said_beside_them() -> Result<()> {
        let ours = sent("01JD0000000000000000000002", "wamid.OURS", "מתאים לך ביום שלישי?")?;
        let reply = Message { quotes: ours.channel_id().cloned(), ..said("wamid.A", "text", "כן")? };
        let near = shown(&reply, std::slice::from_ref(&ours))?;
        assert_eq!(near["quotes"], "01JD0000000000000000000002", "the id under which staff see it");
        assert!(near["line"].as_str().is_some_and(|line| line.contains("מתאים לך ביום שלישי?")), "{near}");
        assert_eq!(shown(&reply, &[])?["quotes"], "wamid.OURS");

        let tap = shown(&Message { kind: "interactive".to_owned(), ..reply }, std::slice::from_ref(&ours))?;
        assert_eq!((&tap["tapped"], &tap["line"]), (&json!(true), &json!("כן")));
        assert_eq!(shown(&Message { kind: "interactive".to_owned(), ..ours }, &[])?["tapped"], false);

        let passed_on = Attachments { forwarded: true, ..Attachments::default() };
        let shown_on = shown(&Message { enclosed: passed_on, ..said("wamid.B", "text", "אני גרה בעכו")? }, &[])?;
        assert_eq!((&shown_on["forwarded"], &shown_on["enclosed"]), (&json!(true), &Value::Null));
        assert_ne!(shown_on["line"], shown_on["text"]);

        let reaction = Some(Reaction { emoji: Some("👍".to_owned()), by: key("wamid.R")? });
        let edited_by = Some(key("wamid.E")?);
        let changed = shown(&Message { reaction, edited_by, ..said("wamid.C", "text", "תודה")? }, &[])?;
        assert_eq!((&changed["reaction"], &changed["edited"]), (&json!("👍"), &json!(true)));
        assert!(changed["line"].as_str().is_some_and(|line| line.contains("👍")), "{changed}");
        Ok(())
    }

    #[test]
    fn a_message_that_only_changes_another_says_which_and_is_no_empty_message() -> Result<()> {
        let target = MessageId::parse("wamid.A")?;
        let table = [
            (Amendment::Edit, json!({"target": "wamid.A", "how": "edit"})),
            (Amendment::Revoke, json!({"target": "wamid.A", "how": "revoke"})),
            (
                Amendment::React { emoji: Some("👍".to_owned()) },
                json!({"target": "wamid.A", "how": "react", "emoji": "👍"}),
            ),
        ];
        for (how, expected) in table {
            let amends = Some(Amends { target: target.clone(), how });
            let shown = shown(&Message { amends, ..said("wamid.B", "reaction", "")? }, &[])?;
            assert_eq!((&shown["amends"], &shown["line"]), (&expected, &Value::Null));
        }
        let plain = shown(&said("wamid.A", "text", "היי")?, &[])?;
        assert_eq!((&plain["line"], &plain["amends"], &plain["quotes"]), (&json!("היי"), &Value::Null, &Value::Null));
        let taken_back = shown(&Message { revoked: true, ..said("wamid.A", "text", "")? }, &[])?;
        assert!(taken_back["line"].as_str().is_some_and(|line| line.starts_with('[')), "{taken_back}");
        Ok(())
    }
}
