//! The files of an import: what they say, and of whom they are.

use crate::archive::{self, Unreadable};
use crate::calls::{self, BadLine};
use crate::chat::{self, Chat, DateOrder, Line, Reading, Refused};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::{fs, io};
use zikaron_memory::country::Country;
use zikaron_protocol::model::call::Call;
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone;

/// A file with its pictures may be this long; what is read of it, and kept in memory, is the text.
const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024 * 1024;

/// Files of chats, and what whoever imports them says of them.
#[derive(Clone, Copy, Debug)]
pub struct ChatFiles<'a> {
    /// The files.
    pub files: &'a [PathBuf],
    /// The business's own name in them.
    pub business_name: Option<&'a str>,
    /// The customer's number, of one file.
    pub phone: Option<&'a str>,
    /// A file with the numbers of names.
    pub phones: Option<&'a Path>,
    /// The order of day, month and year, for files that do not decide it.
    pub date_order: Option<DateOrder>,
    /// Where the phone was that exported them.
    pub zone: &'a TimeZone,
    /// The business's country.
    pub country: Option<Country>,
}

/// What all files say.
#[derive(Clone, Debug)]
pub struct Chats {
    /// The chats of each customer.
    pub customers: Vec<(E164, Vec<Vec<Line>>)>,
    /// What of them is nobody's words.
    pub unread: Unread,
}

/// What is no message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unread {
    /// Messages that were taken back.
    pub deleted: usize,
    /// Lines of WhatsApp's own.
    pub notices: usize,
}

/// Why files are not imported: none of them is. The sentences are for whoever runs the import.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A number for several files.
    #[error("--phone is of one file; for several there is --phones")]
    OnePhone,
    /// A file that cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// A line of the numbers of names.
    #[error("{path}, line {line}: a name, a comma and a number such as +972550000001 are wanted")]
    Phones {
        /// The file.
        path: String,
        /// The line's number, from 1.
        line: usize,
    },
    /// A line of a file of calls.
    #[error("{path}, {bad}")]
    Calls {
        /// The file.
        path: String,
        /// The line.
        bad: BadLine,
    },
    /// Chats.
    #[error("nothing was imported, for of {of} files {} cannot be read:\n{}", .why.len(), .why.join("\n"))]
    Chats {
        /// How many files there are.
        of: usize,
        /// Of each that cannot be read, its name and why.
        why: Vec<String>,
    },
}

/// Why one file is not read.
#[derive(Debug, thiserror::Error)]
enum FileError {
    #[error(transparent)]
    Io(#[from] io::Error),
    #[error("it is longer than 2 GB: export the chat without media")]
    TooLong,
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Refused(#[from] Refused),
    #[error("--phone must be given as +972550000001, country code included")]
    Phone,
    #[error("nothing tells the number of {0}: give it with --phone or --phones")]
    NoNumber(String),
}

/// Reads all chats, or says of each that cannot be read why.
///
/// # Errors
/// [`FilesError`]: none is to be imported then.
pub fn chats(of: &ChatFiles<'_>, now: Timestamp) -> Result<Chats, FilesError> {
    if of.phone.is_some() && of.files.len() != 1 {
        return Err(FilesError::OnePhone);
    }
    let phones = of.phones.map(phones).transpose()?.unwrap_or_default();
    let (mut unread, mut why) = (Unread::default(), Vec::new());
    let mut customers: BTreeMap<String, (E164, Vec<Vec<Line>>)> = BTreeMap::new();
    for path in of.files {
        match one(of, path, now).and_then(|chat| Ok((number(of, &phones, &chat)?, chat))) {
            Ok((number, chat)) => {
                unread.deleted += chat.deleted;
                unread.notices += chat.notices;
                let of = customers.entry(phone::canonical(&number)).or_insert_with(|| (number, Vec::new()));
                of.1.push(chat.lines);
            }
            Err(error) => why.push(format!("{}: {error}", path.display())),
        }
    }
    if why.is_empty() {
        Ok(Chats { customers: customers.into_values().collect(), unread })
    } else {
        Err(FilesError::Chats { of: of.files.len(), why })
    }
}

/// Reads all transcripts of calls, by customer.
///
/// # Errors
/// [`FilesError`]: none is to be imported then.
pub fn calls(files: &[PathBuf], now: Timestamp) -> Result<Vec<(E164, Vec<Call>)>, FilesError> {
    let mut customers: BTreeMap<String, (E164, Vec<Call>)> = BTreeMap::new();
    for file in files {
        let path = file.display().to_string();
        let read = calls::read(&text(file)?, now).map_err(|bad| FilesError::Calls { path, bad })?;
        for (phone, call) in read {
            let of = customers.entry(phone::canonical(&phone)).or_insert_with(|| (phone, Vec::new()));
            of.1.push(call);
        }
    }
    Ok(customers.into_values().collect())
}

fn text(path: &Path) -> Result<String, FilesError> {
    fs::read_to_string(path).map_err(|source| FilesError::Io { path: path.display().to_string(), source })
}

fn one(of: &ChatFiles<'_>, path: &Path, now: Timestamp) -> Result<Chat, FileError> {
    if fs::metadata(path)?.len() > MAX_FILE_BYTES {
        return Err(FileError::TooLong);
    }
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let found = archive::open(&name, io::BufReader::new(fs::File::open(path)?), archive::MAX_BYTES)?;
    let reading = Reading {
        file: Some(&found.name),
        business_name: of.business_name,
        date_order: of.date_order,
        zone: of.zone,
        country: of.country,
        now,
    };
    Ok(chat::read(&found.text, &reading)?)
}

/// The number of a chat's customer.
fn number(of: &ChatFiles<'_>, phones: &HashMap<String, E164>, chat: &Chat) -> Result<E164, FileError> {
    if let Some(phone) = of.phone {
        return E164::parse(phone).map_err(|_| FileError::Phone);
    }
    let listed = phones.get(&chat.customer.to_lowercase()).cloned();
    let number = listed.or_else(|| chat::number(&chat.customer, of.country));
    number.ok_or_else(|| FileError::NoNumber(chat.customer.clone()))
}

/// The numbers of names, from a file with a comma or a tab between the two.
fn phones(path: &Path) -> Result<HashMap<String, E164>, FilesError> {
    let text = text(path)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let read = lines.map(|(number, line)| {
        let named = line.rsplit_once(['\t', ',']);
        let read = named.and_then(|(name, phone)| Some((name, E164::parse(phone.trim()).ok()?)));
        let (name, phone) = read.ok_or(FilesError::Phones { path: path.display().to_string(), line: number + 1 })?;
        Ok((name.trim().trim_matches('"').to_lowercase(), phone))
    });
    read.collect()
}
