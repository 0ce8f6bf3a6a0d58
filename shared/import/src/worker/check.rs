//! The first stage: every file is looked at before anything is written. If one cannot be imported, none is.

use super::file::{Found, Unusable};
use super::{Halt, Work};
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, FoundInFile, ImportFile};
use zikaron_protocol::model::phone;
use zikaron_protocol::ports::{ImportStore, Ports, Staging};

/// The most messages of one customer, in all files together: so many are held at once.
const MAX_MESSAGES: u64 = 60_000;
/// The most bytes of one customer as texts, in all files together, for the same reason: two of the longest chats.
const MAX_TEXT_BYTES: u64 = 12 * 1024 * 1024;
/// The longest reason, in characters: those of all files have to fit into one item, and some have names of the file in them.
const MAX_WHY_CHARS: usize = 500;

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    /// Looks at the files nobody looked at yet, and says whether they are imported.
    pub(super) async fn check(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        while let Some(number) = import.files.iter().position(|file| file.found.is_none()) {
            self.in_time()?;
            let (phone, found) = match self.file(&import, number).await? {
                Ok(read) => (Some(read.phone.clone()), place(&import, &read)),
                Err(unusable) => (None, unusable_for(&unusable)),
            };
            let mut next = self.next(&import);
            if let Some(file) = next.files.get_mut(number) {
                file.phone = phone.or_else(|| file.phone.take());
                file.found = Some(found);
            }
            import = self.put(next).await?;
        }
        let is_unusable = |file: &ImportFile| matches!(file.found, Some(FoundInFile::Unusable { .. }));
        if import.files.iter().any(is_unusable) {
            return self.end(&import, ChatImportStage::Refused).await;
        }
        self.put(ChatImport { stage: ChatImportStage::Storing, ..self.next(&import) }).await
    }
}

fn unusable_for(unusable: &Unusable) -> FoundInFile {
    FoundInFile::Unusable { why: unusable.to_string().chars().take(MAX_WHY_CHARS).collect() }
}

/// Puts a chat beside the others with the same customer.
fn place(import: &ChatImport, read: &Found) -> FoundInFile {
    let number = phone::canonical(&read.phone);
    let text_bytes = read.text_bytes;
    let messages = u64::try_from(read.chat.lines.len()).unwrap_or(u64::MAX);
    let (mut customer, mut all_messages, mut all_bytes) = (None, messages, text_bytes);
    for file in &import.files {
        let is_same = file.phone.as_ref().is_some_and(|of| phone::canonical(of) == number);
        if let Some(FoundInFile::Chat { customer: of, messages, text_bytes }) = file.found.as_ref().filter(|_| is_same)
        {
            customer = Some(*of);
            all_messages = all_messages.saturating_add(*messages);
            all_bytes = all_bytes.saturating_add(*text_bytes);
        }
    }
    let too_many = if all_messages > MAX_MESSAGES {
        Some(format!("{MAX_MESSAGES} messages"))
    } else if all_bytes > MAX_TEXT_BYTES {
        Some(format!("{} MB of text", MAX_TEXT_BYTES / 1024 / 1024))
    } else {
        None
    };
    if let Some(most) = too_many {
        let why = format!("the files of this customer hold more than {most}: import them one by one");
        return FoundInFile::Unusable { why };
    }
    FoundInFile::Chat { customer: customer.unwrap_or_else(|| import.customers()), messages, text_bytes }
}
