//! The lines of a chat as messages of a lead, with ids by which a second import knows them again.

use crate::chat::{Line, What, Who};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use zikaron_memory::content::{Attachments, Content, Told};
use zikaron_memory::session::{SessionId, idle_elapsed};
use zikaron_protocol::model::call::CallKey;
use zikaron_protocol::model::conversation::Speaker;
use zikaron_protocol::model::ids::{InvalidId, LeadId, MessageId};
use zikaron_protocol::model::message::{End, Message, MessageKey};

/// How the ids of imported messages begin: no channel's do.
const ID: &str = "import.";
/// In the place of the lead a message came from: the numbers of imported ones are of no lead's order.
const ORDER: &str = "import";

/// Whether a stored message was imported.
#[must_use]
pub fn is_imported(message: &Message) -> bool {
    message.key.id.as_str().starts_with(ID)
}

/// The messages of a chat, oldest first. Their ids are made of the minute, the speaker and what was said, and of how many
/// before said the same in that minute: another export of the same chat, of another phone too, gives the same ones.
///
/// # Errors
/// Never for ids that are made here.
pub fn messages(lines: &[Line]) -> Result<Vec<Message>, InvalidId> {
    let mut lines: Vec<&Line> = lines.iter().collect();
    lines.sort_by_key(|line| line.at);
    let mut times: HashMap<[u8; 32], u32> = HashMap::new();
    let made = lines.into_iter().map(|line| {
        let content = content(line);
        let count = times.entry(content).or_default();
        *count += 1;
        let hash = Sha256::new().chain_update(content).chain_update(count.to_be_bytes()).finalize();
        message(line, &hex::encode(&hash[..16]))
    });
    made.collect()
}

fn content(line: &Line) -> [u8; 32] {
    let (kind, text) = match &line.what {
        What::Said { text, .. } => (kind(line), text.as_str()),
        What::MissedCall => ("call_missed", ""),
    };
    let speaker = if line.who == Who::Customer { "customer" } else { "business" };
    let minute = line.at.as_second().div_euclid(60);
    let mut hash = Sha256::new();
    for part in [speaker, kind, text] {
        hash.update(part.len().to_be_bytes());
        hash.update(part);
    }
    hash.update(minute.to_be_bytes());
    hash.finalize().into()
}

/// The type a channel would give it.
fn kind(line: &Line) -> &'static str {
    let What::Said { content, .. } = &line.what else { return "call_missed" };
    match content {
        None => "text",
        Some(Content::Image) => "image",
        Some(Content::Video) => "video",
        Some(Content::Audio | Content::Voice) => "audio",
        Some(Content::Sticker) => "sticker",
        Some(Content::Document { .. }) => "document",
        Some(Content::Location { .. }) => "location",
        Some(Content::Contacts { .. }) => "contacts",
        Some(_) => "unsupported",
    }
}

fn message(line: &Line, hash: &str) -> Result<Message, InvalidId> {
    let key = MessageKey { sent_at: line.at, id: MessageId::parse(format!("{ID}{hash}"))? };
    let speaker = if line.who == Who::Customer { Speaker::Customer } else { Speaker::Staff };
    let mut message = Message::incoming(key, speaker, kind(line).to_owned());
    // Only what was said in the same second is told apart by it.
    message.arrival = u64::try_from(line.at.subsec_millisecond()).unwrap_or_default() + 1;
    message.joined_from = Some(LeadId::parse(ORDER)?);
    message.remembered = true;
    match &line.what {
        What::Said { text, content } => {
            text.clone_into(&mut message.text);
            message.enclosed.content.clone_from(content);
            // It is long over: nobody answers it now.
            message.end = (speaker == Speaker::Customer).then_some(End::Stale);
        }
        What::MissedCall => {
            message.enclosed = Attachments { told: Some(Told::MissedCall), ..Attachments::default() };
            message.end = Some(End::NotNeeded);
        }
    }
    Ok(message)
}

/// Cuts messages where nobody wrote for so long (docs/rules.md#c1).
#[must_use]
pub fn cut(messages: Vec<Message>, idle: SignedDuration) -> Vec<Vec<Message>> {
    let mut sessions: Vec<Vec<Message>> = Vec::new();
    for message in messages {
        let is_over = |last: &Message| idle_elapsed(last.key.sent_at, message.key.sent_at, idle);
        match sessions.last_mut().filter(|session| !session.last().is_some_and(is_over)) {
            Some(session) => session.push(message),
            None => sessions.push(vec![message]),
        }
    }
    sessions
}

/// The id of the session that begins with this message: a ULID of its time, and of nothing but itself.
#[must_use]
pub fn session_of(first: &Message) -> SessionId {
    ulid(first.key.id.as_str(), first.key.sent_at)
}

/// The id of the session a call is digested by.
#[must_use]
pub fn session_of_call(call: &CallKey) -> SessionId {
    ulid(&call.name.to_string(), call.ended_at)
}

fn ulid(of: &str, at: Timestamp) -> SessionId {
    let hash = Sha256::digest(of);
    let random = hash.iter().take(10).fold(0_u128, |random, byte| random << 8 | u128::from(*byte));
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    SessionId::new(ulid::Ulid::from_parts(milliseconds, random).to_string())
}

/// The minute something was said in, for what is compared across files with and without seconds.
#[must_use]
pub fn minute(at: Timestamp) -> i64 {
    at.as_second().div_euclid(60)
}

/// How much room a message takes where it is stored, in bytes: its words, and what came with them as JSON.
#[must_use]
pub fn bytes(text: &str, content: Option<&Content>) -> usize {
    text.len() + content.and_then(|content| serde_json::to_string(content).ok()).map_or(0, |json| json.len())
}

/// The tokens one digest takes beside what was said: the instructions, the profile, and the bound of its answer.
const TOKENS_OF_A_DIGEST: u64 = 3_000;
/// … and beside each line.
const TOKENS_OF_A_LINE: u64 = 16;

/// An estimate of the tokens the digest of these lines takes, rather too high: two characters are a token.
#[must_use]
pub fn tokens<'a>(texts: impl Iterator<Item = &'a str>) -> u64 {
    TOKENS_OF_A_DIGEST + texts.map(|text| TOKENS_OF_A_LINE + text.chars().count() as u64 / 2).sum::<u64>()
}
