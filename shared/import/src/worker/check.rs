//! The first stage: every file is looked at before anything is written. If one cannot be imported, none is.

use super::file::Unusable;
use super::{Halt, Work};
use crate::chat::Chat;
use zikaron_protocol::model::chat_import::{ChatImport, ChatImportStage, FoundInFile, ImportFile};
use zikaron_protocol::model::ids::E164;
use zikaron_protocol::model::phone;
use zikaron_protocol::ports::{ImportStore, Ports, Staging};

/// The most messages of one customer, in all files together: so many are held at once.
const MAX_MESSAGES: u64 = 60_000;

impl<P: Ports, F: Staging> Work<'_, P, F>
where
    P::Store: ImportStore,
{
    /// Looks at the files nobody looked at yet, and says whether they are imported.
    pub(super) async fn check(&self, mut import: ChatImport) -> Result<ChatImport, Halt> {
        while let Some(number) = import.files.iter().position(|file| file.found.is_none()) {
            self.in_time()?;
            let (phone, found) = match self.file(&import, number).await? {
                Ok((phone, chat)) => (Some(phone.clone()), place(&import, &phone, &chat)),
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
    FoundInFile::Unusable { why: unusable.to_string() }
}

/// Puts a chat beside the others with the same customer.
fn place(import: &ChatImport, phone: &E164, chat: &Chat) -> FoundInFile {
    let number = phone::canonical(phone);
    let (mut customer, mut before) = (None, 0);
    for file in &import.files {
        let is_same = file.phone.as_ref().is_some_and(|of| phone::canonical(of) == number);
        if let Some(FoundInFile::Chat { customer: of, messages }) = file.found.as_ref().filter(|_| is_same) {
            customer = Some(*of);
            before += *messages;
        }
    }
    let messages = u64::try_from(chat.lines.len()).unwrap_or(u64::MAX);
    if before.saturating_add(messages) > MAX_MESSAGES {
        let why = format!("the files of this customer hold more than {MAX_MESSAGES} messages: import them one by one");
        return FoundInFile::Unusable { why };
    }
    FoundInFile::Chat { customer: customer.unwrap_or_else(|| import.customers()), messages }
}
