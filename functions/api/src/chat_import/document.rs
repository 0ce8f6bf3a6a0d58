//! What an import of chats is asked for with, and what is told of it.

use crate::problem::Problem;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zikaron_memory::zone::Zone;
use zikaron_protocol::model::chat_import::{
    ChatImport, ChatImportOptions, ChatImportStage, DayOrder, FoundInFile, ImportFile, ImportStop, MAX_FILE_BYTES,
    MAX_FILES,
};
use zikaron_protocol::model::ids::E164;

/// The longest name of a file, in characters.
const MAX_NAME_CHARS: usize = 200;
/// The longest name of a business in its chats, in characters.
const MAX_BUSINESS_CHARS: usize = 100;
/// What digests may take where nobody says: that of the admin command.
const TOKENS: u64 = 1_000_000;
/// And at most.
const MAX_TOKENS: u64 = 100_000_000;

/// A file that is going to be uploaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FileToImport {
    /// What it is called on the phone: that may say whose chat it is.
    #[schema(min_length = 1, max_length = 200)]
    name: String,
    /// How long it is.
    #[schema(minimum = 1, maximum = 8388608)]
    bytes: u64,
    /// The customer's number in E.164, where the file does not tell it.
    #[schema(pattern = r"^\+[1-9][0-9]{6,14}$")]
    phone: Option<String>,
}

/// An import that is asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"files": [{"name": "WhatsApp Chat with Dana Levi.txt", "bytes": 12345, "phone": "+972555000001"}]}))]
pub(crate) struct ChatImportRequest {
    /// Chats as WhatsApp exports them without media, texts or ZIPs, one customer each.
    #[schema(min_items = 1, max_items = 50)]
    files: Vec<FileToImport>,
    /// The business's own name in these chats, where the files do not tell who is who.
    #[schema(min_length = 1, max_length = 100)]
    business_name: Option<String>,
    /// The order of day, month and year, for files that do not decide it.
    date_order: Option<DayOrder>,
    /// Where the phone was that exported them, a name of the IANA list; by default where the business is.
    #[schema(max_length = 100)]
    time_zone: Option<String>,
    /// Digests for at most so many tokens, by an estimate; 1,000,000 where nobody says, none at 0. What they do not pay for
    /// is stored, and digested by another import of the same files.
    #[schema(maximum = 100000000)]
    max_tokens: Option<u64>,
}

impl ChatImportRequest {
    /// What is asked for, where all of it fits.
    pub(super) fn checked(self) -> Result<(ChatImportOptions, Vec<ImportFile>), Problem> {
        if self.files.is_empty() || self.files.len() > MAX_FILES {
            return Err(Problem::invalid("files", format!("must be 1 to {MAX_FILES} files")));
        }
        let files = self.files.into_iter().enumerate().map(|(number, file)| file.checked(number));
        let files = files.collect::<Result<Vec<_>, Problem>>()?;
        if self.business_name.as_ref().is_some_and(|name| !is_named(name, MAX_BUSINESS_CHARS)) {
            return Err(Problem::invalid("business_name", format!("must have 1 to {MAX_BUSINESS_CHARS} characters")));
        }
        let zone = self.time_zone.as_deref().map(Zone::parse).transpose();
        let zone = zone.map_err(|error| Problem::invalid("time_zone", error.to_string()))?;
        let max_tokens = self.max_tokens.unwrap_or(TOKENS);
        if max_tokens > MAX_TOKENS {
            return Err(Problem::invalid("max_tokens", format!("must be at most {MAX_TOKENS}")));
        }
        let time_zone = zone.map(|zone| zone.name().to_owned());
        let (business_name, date_order) = (self.business_name, self.date_order);
        Ok((ChatImportOptions { business_name, date_order, time_zone, max_tokens }, files))
    }
}

impl FileToImport {
    fn checked(self, number: usize) -> Result<ImportFile, Problem> {
        let field = |name: &str| format!("files.{number}.{name}");
        if !is_named(&self.name, MAX_NAME_CHARS) {
            return Err(Problem::invalid(field("name"), format!("must have 1 to {MAX_NAME_CHARS} characters")));
        }
        if self.bytes == 0 || self.bytes > MAX_FILE_BYTES {
            return Err(Problem::invalid(field("bytes"), format!("must be 1 to {MAX_FILE_BYTES}")));
        }
        let phone = self.phone.map(E164::parse).transpose();
        let phone = phone.map_err(|error| Problem::invalid(field("phone"), error.rule))?;
        Ok(ImportFile { name: Some(self.name), bytes: self.bytes, phone, found: None })
    }
}

fn is_named(name: &str, most: usize) -> bool {
    !name.is_empty() && name.chars().count() <= most
}

/// A file of an import.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ImportFileDocument {
    /// What it is called; null once the import is over, but for one that was refused.
    name: Option<String>,
    /// How long it is, in bytes.
    bytes: u64,
    /// Where it is to be uploaded with `PUT` and the header `if-none-match: *`, as it is and in one piece, within a quarter of
    /// an hour; asked for again, the import names another address. One that is there already is not replaced: that is
    /// answered 412. Only while the import waits for its files.
    pub(super) upload_url: Option<String>,
    /// How many messages it holds; null until it was looked at.
    messages: Option<u64>,
    /// Why it cannot be imported, and what to do about it; it may name who writes in it, and is null once the import is over,
    /// but for one that was refused.
    problem: Option<String>,
}

impl From<ImportFile> for ImportFileDocument {
    fn from(file: ImportFile) -> Self {
        let (messages, problem) = match file.found {
            None => (None, None),
            Some(FoundInFile::Chat { messages, .. }) => (Some(messages), None),
            Some(FoundInFile::Unusable { why }) => (None, Some(why)),
        };
        Self { name: file.name, bytes: file.bytes, upload_url: None, messages, problem }
    }
}

/// An import of exported chats, and what came of it so far.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatImportDocument {
    /// Its id.
    id: String,
    /// How far it is.
    stage: ChatImportStage,
    /// Why nobody works on it; null where somebody does, or nothing more is to be done. Started again, it goes on;
    /// after `file_gone` cancel it and begin another.
    stopped: Option<ImportStop>,
    /// When it was asked for.
    begun_at: Timestamp,
    /// When it last went on.
    moved_at: Timestamp,
    /// Its files, in the order they were named in.
    pub(super) files: Vec<ImportFileDocument>,
    /// Messages that are stored, those that were before among them.
    messages: u64,
    /// Messages left out because the stack does not keep messages for so long.
    too_old: u64,
    /// Messages left out because their customer was erased since.
    erased: u64,
    /// Messages left out because the stack has seen itself what was said from then on.
    live: u64,
    /// Conversations that are to be digested, as far as they were stored.
    conversations: u64,
    /// What all their digests would take, in tokens, by an estimate.
    tokens_due: u64,
    /// Conversations that were digested.
    digested: u64,
    /// Conversations whose digest failed: the stack tries them again by itself.
    failed: u64,
    /// What the digests took so far, by the same estimate; one that had to be asked for again counts again.
    tokens: u64,
    /// What they may take.
    max_tokens: u64,
}

impl From<ChatImport> for ChatImportDocument {
    fn from(import: ChatImport) -> Self {
        let counts = import.counts;
        Self {
            id: import.id.to_string(),
            stage: import.stage,
            stopped: import.stopped,
            begun_at: import.begun_at,
            moved_at: import.moved_at,
            files: import.files.into_iter().map(ImportFileDocument::from).collect(),
            messages: counts.messages,
            too_old: counts.too_old,
            erased: counts.erased,
            live: counts.live,
            conversations: counts.conversations,
            tokens_due: counts.tokens_due,
            digested: counts.digested,
            failed: counts.failed,
            tokens: counts.tokens,
            max_tokens: import.options.max_tokens,
        }
    }
}
