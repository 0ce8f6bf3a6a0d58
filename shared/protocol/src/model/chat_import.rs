//! An import of exported chats that staff asked for: its files, how far it is, what came of it. A business has one at a
//! time, and one item for it.
//!
//! Every step of the work writes the item before it goes on (docs/rules.md#n8): so whoever works on an import that was
//! cancelled, or beside somebody else, finds out at its next step.

use super::ids::{BusinessId, E164, InvalidId, identifier};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use zikaron_memory::session::SessionId;

/// How many files one import has at most.
pub const MAX_FILES: usize = 50;
/// How long a file may be, in bytes: a chat of 40,000 messages, the most a phone exports without media
/// (<https://faq.whatsapp.com/1180414079177245>), has some 4 MB as a text and a quarter of that as a ZIP.
pub const MAX_FILE_BYTES: u64 = 8 * 1024 * 1024;

identifier!(
    /// One import: a ULID.
    ChatImportId,
    |text| (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric()),
    "1 to 64 letters and digits"
);

/// The order of a date's numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum DayOrder {
    /// Day, month, year.
    Dmy,
    /// Month, day, year.
    Mdy,
    /// Year, month, day.
    Ymd,
}

/// What the files by themselves do not say, and what may be spent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatImportOptions {
    /// The business's own name in its chats.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub business_name: Option<String>,
    /// For files whose dates can be read in several orders.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_order: Option<DayOrder>,
    /// Where the phone was that exported them; none until it is started: where the business is by then. The ids of messages
    /// are made of their times: a business that moves meanwhile must not change them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The most that digests may take, in tokens, by an estimate.
    pub max_tokens: u64,
}

/// A file of an import. It has no name and no number any more once the import is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFile {
    /// What it is called: that may say whose chat it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How long it is.
    pub bytes: u64,
    /// The customer's number, where whoever imports it says so, or once it was read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<E164>,
    /// What was found in it; none until it was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<FoundInFile>,
}

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundInFile {
    /// A chat.
    Chat {
        /// Which of the import's customers it is with, counted from 0.
        customer: usize,
        /// How many messages it holds.
        messages: u64,
        /// How long it is as a text, in bytes.
        #[serde(default)]
        text_bytes: u64,
    },
    /// Nothing that can be imported.
    Unusable {
        /// The rule, the line where there is one, and the way out; for who imports it. It may name who writes in the file.
        why: String,
    },
}

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChatImportStage {
    /// Its files are being uploaded.
    Waiting,
    /// Its files are looked at; nothing is written yet.
    Checking,
    /// Messages are stored.
    Storing,
    /// Conversations are digested.
    Digesting,
    /// It is done.
    Done,
    /// A file cannot be imported: so none is.
    Refused,
    /// Staff cancelled it. What was written until then stays.
    Cancelled,
}

/// Why nobody works on an import that is not over. Staff start it again, and it goes on where it was; with a file
/// gone it cannot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ImportStop {
    /// Many digests failed one after the other: the model is ill.
    ModelFails,
    /// The memory of the business is switched off.
    MemoryOff,
    /// A file is gone: files are kept for a week. A new import of the same files goes on where this one was.
    FileGone,
}

/// Where the work goes on. What is done already is found done, wherever it begins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportPlace {
    /// With which customer, counted from 0.
    pub customer: usize,
    /// With which part of their chats, counted from 0.
    pub part: usize,
    /// Behind this conversation; none: with the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<SessionId>,
    /// The conversation whose digest was asked for, and was paid for before that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<SessionId>,
}

/// What came of an import so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportCounts {
    /// Messages that are stored, those that were before among them.
    pub messages: u64,
    /// Messages left out because the stack does not keep messages for so long.
    pub too_old: u64,
    /// Messages left out because their customer was erased since.
    pub erased: u64,
    /// Messages left out because the stack has seen itself what was said from then on.
    pub live: u64,
    /// Conversations that are to be digested.
    pub conversations: u64,
    /// What all their digests would take, in tokens, by an estimate.
    pub tokens_due: u64,
    /// Conversations that were digested.
    pub digested: u64,
    /// Conversations whose digest failed: the stack tries them again by itself.
    pub failed: u64,
    /// What the digests took so far, by the same estimate; one that was asked for again, because nobody knew what came of the
    /// first time, counts again.
    pub tokens: u64,
}

/// An import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChatImport {
    /// Counts the writes of this item. It goes on with the business's next import: a step of the one before must not
    /// meet it.
    pub version: u64,
    /// Which one.
    pub id: ChatImportId,
    /// When staff asked for it.
    pub begun_at: Timestamp,
    /// When it was first started: nothing in its files was said later. None before, and of imports from before this was
    /// written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it was last written.
    pub moved_at: Timestamp,
    /// Who wrote it last: a ULID for each invocation, so that none takes another's write for its own.
    pub writer: String,
    /// How its files are read, and what may be spent.
    pub options: ChatImportOptions,
    /// Its files.
    pub files: Vec<ImportFile>,
    /// How far it is.
    pub stage: ChatImportStage,
    /// Why nobody works on it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stopped: Option<ImportStop>,
    /// Where the work goes on.
    #[serde(default)]
    pub place: ImportPlace,
    /// What came of it.
    #[serde(default)]
    pub counts: ImportCounts,
    /// How many digests have failed one after the other.
    #[serde(default)]
    pub failed_in_a_row: u32,
}

impl ChatImport {
    /// Whether nothing more becomes of it.
    #[must_use]
    pub fn is_over(&self) -> bool {
        matches!(self.stage, ChatImportStage::Done | ChatImportStage::Refused | ChatImportStage::Cancelled)
    }

    /// Whether somebody is to work on it.
    #[must_use]
    pub fn is_running(&self) -> bool {
        !self.is_over() && self.stage != ChatImportStage::Waiting && self.stopped.is_none()
    }

    /// How many customers its files are of, as far as they were looked at.
    #[must_use]
    pub fn customers(&self) -> usize {
        self.files.iter().filter_map(ImportFile::customer).collect::<BTreeSet<_>>().len()
    }

    /// The same as the next write of it, by `writer`.
    #[must_use]
    pub fn next(&self, writer: &str, now: Timestamp) -> Self {
        Self { version: self.version + 1, writer: writer.to_owned(), moved_at: now, ..self.clone() }
    }

    /// The same, over. Of the customers nothing stays in it but where somebody has to know which file is meant, and why: a
    /// reason may have names in it too.
    #[must_use]
    pub fn over(self, stage: ChatImportStage) -> Self {
        let keeps_names = stage == ChatImportStage::Refused;
        let stays = |found: &FoundInFile| keeps_names || !matches!(found, FoundInFile::Unusable { .. });
        let bare = |file: ImportFile| ImportFile {
            name: file.name.filter(|_| keeps_names),
            phone: None,
            found: file.found.filter(stays),
            ..file
        };
        let files = self.files.into_iter().map(bare).collect();
        let place = ImportPlace { session: None, ..self.place };
        Self { stage, stopped: None, place, files, ..self }
    }
}

impl ImportFile {
    /// The customer it is of, counted from 0; none where it was not looked at, or is of nobody.
    #[must_use]
    pub fn customer(&self) -> Option<usize> {
        match self.found {
            Some(FoundInFile::Chat { customer, .. }) => Some(customer),
            _ => None,
        }
    }
}

/// A file where it is staged.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct StagedFile {
    /// Whose.
    pub business: BusinessId,
    /// Of which import.
    pub import: ChatImportId,
    /// Which of its files, counted from 0.
    pub number: usize,
}

/// That an import is to be worked on: what staff publish, and whoever has done a piece of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportDue {
    /// Whose.
    pub business: BusinessId,
    /// Which import.
    pub import: ChatImportId,
}
