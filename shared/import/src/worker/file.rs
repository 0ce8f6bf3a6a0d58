//! A staged file, and the chats of a customer in all of them. What a function cannot hold is refused by its length, before
//! it is read.

use super::{Halt, Work, staged};
use crate::archive::{self, Unreadable};
use crate::chat::{self, Chat, DateOrder, Line, Reading, Refused, What};
use crate::parts::{Part, parts};
use crate::past;
use std::io::Cursor;
use zikaron_protocol::model::chat_import::{ChatImport, DayOrder, ImportFile};
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::ports::{ImportStore, Ports, Staging};

/// The longest chat, in bytes: with its lines taken apart it is held some five times.
const MAX_TEXT_BYTES: u64 = 6 * 1024 * 1024;
/// The most lines of a file: a message has one or more, and a phone exports 40,000 messages at most
/// (<https://faq.whatsapp.com/1180414079177245>).
const MAX_LINES: usize = 80_000;
/// The longest message, in bytes: WhatsApp takes 65,536 characters of at most four, and an item of the table holds 400 KB
/// (<https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html>).
const MAX_MESSAGE_BYTES: usize = 65_536 * 4;
/// So many messages are held and planned at once; some 10 MB.
const PART: usize = 5_000;

/// Why a file cannot be imported. The sentences are for who asked for the import, in the API's words.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it was not uploaded")]
    Missing,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error("it has more than {} lines: have an operator import it", MAX_LINES)]
    Lines,
    #[error("a message of it is longer than WhatsApp takes: this is no whole export of one phone")]
    TooLong,
    #[error("the dates can be read as {}: say which in date_order", .0.iter().map(|order| order.as_str()).collect::<Vec<_>>().join(" or "))]
    DateOrder(Vec<DateOrder>),
    #[error("which of them is the business? Say so in business_name: {}", .0.join(", "))]
    Who(Vec<String>),
    #[error("nothing tells the number of {0}: give it in phone")]
    NoNumber(String),
    #[error(transparent)]
    Refused(Refused),
}

impl From<Refused> for Unusable {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::DateOrder(orders) => Self::DateOrder(orders),
            Refused::Who(senders) => Self::Who(senders),
            other => Self::Refused(other),
        }
    }
}

/// The order the API's word means.
fn order(order: DayOrder) -> DateOrder {
    match order {
        DayOrder::Dmy => DateOrder::DayFirst,
        DayOrder::Mdy => DateOrder::MonthFirst,
        DayOrder::Ymd => DateOrder::YearFirst,
    }
}

/// What a file says.
pub(super) struct Found {
    /// Of whom it is.
    pub(super) phone: E164,
    /// The chat.
    pub(super) chat: Chat,
    /// How long it is as a text, in bytes.
    pub(super) text_bytes: u64,
}

fn read(file: &ImportFile, bytes: Vec<u8>, reading: &Reading<'_>) -> Result<Found, Unusable> {
    let found = archive::open(file.name.as_deref().unwrap_or_default(), Cursor::new(bytes), MAX_TEXT_BYTES)?;
    if found.text.bytes().filter(|byte| *byte == b'\n').count() > MAX_LINES {
        return Err(Unusable::Lines);
    }
    let chat = chat::read(&found.text, &Reading { file: Some(&found.name), ..reading.clone() })?;
    let number = file.phone.clone().or_else(|| chat::number(&chat.customer, reading.country));
    let phone = number.ok_or_else(|| Unusable::NoNumber(chat.customer.clone()))?;
    if chat.lines.iter().any(is_too_long) {
        return Err(Unusable::TooLong);
    }
    let text_bytes = u64::try_from(found.text.len()).unwrap_or(u64::MAX);
    Ok(Found { phone, chat, text_bytes })
}

/// Whether it could not be stored: the import would fail at it again and again.
fn is_too_long(line: &Line) -> bool {
    match &line.what {
        What::Said { text, content } => past::bytes(text, content.as_ref()) > MAX_MESSAGE_BYTES,
        What::MissedCall => false,
    }
}

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    /// What a file says, and of whom it is; the same in every piece, whatever is set and whatever the time is by then: the
    /// ids of its messages are made of it.
    pub(super) async fn file(&self, import: &ChatImport, number: usize) -> Result<Result<Found, Unusable>, Halt> {
        let Some(file) = import.files.get(number) else { return Ok(Err(Unusable::Missing)) };
        let Some(bytes) = self.staging.read(&staged(self.business, import, number)).await? else {
            return Ok(Err(Unusable::Missing));
        };
        let reading = Reading {
            file: None,
            business_name: import.options.business_name.as_deref(),
            date_order: import.options.date_order.map(order),
            zone: &self.zone,
            country: self.country,
            now: import.started_at.unwrap_or(import.begun_at),
        };
        Ok(read(file, bytes, &reading))
    }

    /// The number of the customer whose turn it is and all chats with them, in parts; none where one of the files is not
    /// what it was.
    pub(super) async fn customer(&self, import: &ChatImport) -> Result<Option<(E164, Vec<Part>)>, Halt> {
        let (mut phone, mut chats) = (None, Vec::new());
        for (number, file) in import.files.iter().enumerate() {
            if file.customer() != Some(import.place.customer) {
                continue;
            }
            let Ok(found) = self.file(import, number).await? else { return Ok(None) };
            phone.get_or_insert(found.phone);
            chats.push(found.chat.lines);
        }
        Ok(phone.map(|phone| (phone, parts(chats, self.limits.idle, PART))))
    }
}
