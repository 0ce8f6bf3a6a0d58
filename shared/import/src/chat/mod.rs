//! WhatsApp's exported chats, as iPhones and Android phones write them
//! (<https://faq.whatsapp.com/1180414079177245>). A pure function of the text: nothing of it is guessed.

mod body;
mod clock;
mod header;
mod order;
mod people;
mod scan;
mod words;

pub use self::body::What;
pub use self::order::DateOrder;
pub use self::people::number;

use self::body::Body;
use self::header::{Form, Header, NoHeader, Written, header};
use self::order::Undecided;
use self::people::Unknown;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use std::collections::BTreeSet;
use zikaron_memory::country::Country;

/// What a file by itself does not say.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The file's name: it says whose chat it is.
    pub file: Option<&'a str>,
    /// The business's name in its own chats.
    pub business_name: Option<&'a str>,
    /// The order of day, month and year, for files that do not decide it.
    pub date_order: Option<DateOrder>,
    /// Where the phone was that exported the file: it wrote its own time.
    pub zone: &'a TimeZone,
    /// The business's country, for numbers in their national form.
    pub country: Option<Country>,
    /// Nothing was said later.
    pub now: Timestamp,
}

/// Who speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// The customer.
    Customer,
    /// Somebody of the business.
    Business,
}

/// A message of a chat.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// When it was sent. A file without seconds tells the minute; the thousandths then say which came first.
    pub at: Timestamp,
    /// Who speaks.
    pub who: Who,
    /// What they said.
    pub what: What,
}

/// A chat of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chat {
    /// The customer's name, as the phone that exported it knew them.
    pub customer: String,
    /// What was said, in the order of the file.
    pub lines: Vec<Line>,
    /// How many messages of it were taken back.
    pub deleted: usize,
    /// How many lines are WhatsApp's own: encryption, calls, changed numbers.
    pub notices: usize,
    /// How the dates were read.
    pub date_order: DateOrder,
}

/// Why a file is not read. The sentences are for whoever runs the import.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It begins otherwise.
    #[error("this is no exported chat: its first line does not begin with a date and a time")]
    NoChat,
    /// A word behind the time.
    #[error(
        "line {line}: nobody told this reader which half of the day {word:?} is; export the chat again in English, or with a 24-hour clock"
    )]
    Half {
        /// The line's number, from 1.
        line: usize,
        /// The word.
        word: String,
    },
    /// Several orders are possible.
    #[error("the dates of this file can be read as {}: say which with --date-order", .0.iter().map(|order| order.as_str()).collect::<Vec<_>>().join(" or "))]
    DateOrder(Vec<DateOrder>),
    /// No order is possible.
    #[error("line {line}: this date cannot be read{}", .asked.map(|order| format!(" as {}", order.as_str())).unwrap_or_default())]
    Date {
        /// The line's number, from 1.
        line: usize,
        /// The order somebody asked for.
        asked: Option<DateOrder>,
    },
    /// More than two people write.
    #[error("more than two people write in this file, a group perhaps: {}", few(.0))]
    Group(Vec<String>),
    /// Who is the business?
    #[error("which of them is the business? Say so with --business-name: {}", .0.join(", "))]
    Who(Vec<String>),
}

/// How many names a reason has at most: a group may have a thousand.
const NAMES: usize = 5;

/// The first of some names, and how many more there are.
fn few(names: &[String]) -> String {
    let told = names.iter().take(NAMES).map(String::as_str).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMES) {
        0 => told,
        more => format!("{told} and {more} more"),
    }
}

/// A message with its header, not understood yet.
struct Raw {
    line: usize,
    written: Written,
    text: String,
}

/// Reads a chat.
///
/// # Errors
/// [`Refused`] says what is missing, or why it is no such file.
pub fn read(text: &str, reading: &Reading<'_>) -> Result<Chat, Refused> {
    let (form, raws) = split(text)?;
    let last = reading.now.to_zoned(reading.zone.clone()).date();
    let last = last.checked_add(1.day()).unwrap_or(last);
    let dates: Vec<_> = raws.iter().map(|raw| raw.written.date).collect();
    let order =
        order::decide(&dates, form.separator, reading.date_order, last).map_err(|undecided| match undecided {
            Undecided::Several(orders) => Refused::DateOrder(orders),
            Undecided::None(at) => {
                Refused::Date { line: raws.get(at).map_or(1, |raw| raw.line), asked: reading.date_order }
            }
        })?;
    let Told { spoken, missed, notices } = tell_apart(&raws, form);
    let senders: BTreeSet<String> = spoken.iter().map(|said| said.sender.clone()).collect();
    let senders: Vec<String> = senders.into_iter().collect();
    let customer = people::customer(&senders, reading.business_name, reading.file, reading.country);
    let customer = customer.map_err(|unknown| match unknown {
        Unknown::Group => Refused::Group(senders.clone()),
        Unknown::NoBusiness | Unknown::Which => Refused::Who(senders.clone()),
    })?;
    let mut deleted = 0;
    let mut placed: Vec<(&Raw, Who, What)> =
        missed.into_iter().map(|raw| (raw, Who::Customer, What::MissedCall)).collect();
    for Spoken { raw, sender, body } in spoken {
        let who = if sender == customer { Who::Customer } else { Who::Business };
        match body {
            Body::What(what) => placed.push((raw, who, what)),
            _ => deleted += 1,
        }
    }
    placed.sort_by_key(|(raw, ..)| raw.line);
    let mut clock = Clock::new(reading.zone, order, last);
    let lines = placed.into_iter().map(|(raw, who, what)| {
        let at = clock.at(&raw.written).ok_or(Refused::Date { line: raw.line, asked: reading.date_order })?;
        Ok(Line { at, who, what })
    });
    Ok(Chat { customer, lines: lines.collect::<Result<_, Refused>>()?, deleted, notices, date_order: order })
}

/// A message with its sender.
struct Spoken<'a> {
    raw: &'a Raw,
    sender: String,
    body: Body,
}

/// The messages of a file, told apart by who says them.
struct Told<'a> {
    spoken: Vec<Spoken<'a>>,
    /// Calls nobody answered, told without a name.
    missed: Vec<&'a Raw>,
    notices: usize,
}

fn tell_apart(raws: &[Raw], form: Form) -> Told<'_> {
    let mut told = Told { spoken: Vec::with_capacity(raws.len()), missed: Vec::new(), notices: 0 };
    for raw in raws {
        match people::sender(&raw.text) {
            Some((sender, words)) => match body::body(words, form.bracketed) {
                // iPhones put the name of whom the chat is with before what WhatsApp says.
                Body::Notice => told.notices += 1,
                body => told.spoken.push(Spoken { raw, sender, body }),
            },
            // Android says so without a name: who called is the customer, for one's own calls are not missed.
            None => match body::body(&raw.text, form.bracketed) {
                Body::What(What::MissedCall) => told.missed.push(raw),
                _ => told.notices += 1,
            },
        }
    }
    told
}

/// The messages of a file: each begins with a header of the form of the first, and goes on to the next.
fn split(text: &str) -> Result<(Form, Vec<Raw>), Refused> {
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let mut raws: Vec<Raw> = Vec::new();
    let mut form: Option<Form> = None;
    for (number, line) in text.split('\n').enumerate() {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let is_first = form.is_none();
        match (header(line), raws.last_mut()) {
            (Ok(Header { form: of, written, rest }), _) if form.is_none_or(|form| form == of) => {
                form = Some(of);
                raws.push(Raw { line: number + 1, written, text: rest.to_owned() });
            }
            (Err(NoHeader::UnknownHalf(word)), _) if is_first => return Err(Refused::Half { line: number + 1, word }),
            (_, Some(open)) => {
                open.text.push('\n');
                open.text.push_str(line);
            }
            // Some phones begin a file with an empty line.
            (_, None) if line.trim_matches(scan::is_mark).trim().is_empty() => {}
            (_, None) => return Err(Refused::NoChat),
        }
    }
    // The last line ends the file, and is no line of the last message.
    for raw in &mut raws {
        let length = raw.text.trim_end().len();
        raw.text.truncate(length);
    }
    form.map(|form| (form, raws)).ok_or(Refused::NoChat)
}

/// From the time of a phone to that of the world.
struct Clock<'a> {
    zone: &'a TimeZone,
    order: DateOrder,
    last: jiff::civil::Date,
    before: Option<(Timestamp, i64)>,
}

/// As many messages of one minute, or second, are told apart.
const MOST_AT_ONCE: i64 = 999;

impl<'a> Clock<'a> {
    fn new(zone: &'a TimeZone, order: DateOrder, last: jiff::civil::Date) -> Self {
        Self { zone, order, last, before: None }
    }

    /// The time that is written; of several messages with the same one, each a thousandth later than the one before.
    fn at(&mut self, written: &Written) -> Option<Timestamp> {
        let date = order::date(written.date, self.order, self.last)?;
        let time = jiff::civil::Time::new(written.hour, written.minute, written.second, 0).ok()?;
        let civil = DateTime::from_parts(date, time);
        // In the hour that comes twice in autumn: the first of the two, until the chat would go back.
        let meant = self.zone.to_ambiguous_zoned(civil);
        let first = meant.clone().compatible().ok()?.timestamp();
        let goes_back = self.before.is_some_and(|(before, _)| first < before);
        let at = if goes_back { meant.later().ok()?.timestamp() } else { first };
        let count = match self.before {
            Some((before, count)) if before == at => (count + 1).min(MOST_AT_ONCE),
            _ => 0,
        };
        self.before = Some((at, count));
        at.checked_add(SignedDuration::from_millis(count)).ok()
    }
}
