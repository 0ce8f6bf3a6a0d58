//! An exported chat as it comes from a phone: a text, or a ZIP that holds one beside pictures and sounds.

use std::io::{Read, Seek};
use zip::ZipArchive;

/// The longest text, in bytes: ten times what phones export
/// (40,000 messages, <https://faq.whatsapp.com/1180414079177245>).
pub const MAX_BYTES: u64 = 64 * 1024 * 1024;

/// Why a file holds no chat.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// A ZIP that cannot be read.
    #[error("the ZIP cannot be read: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// No text in it, or several.
    #[error("the ZIP holds {0} texts that may be a chat, not one")]
    Texts(usize),
    /// It is too long.
    #[error("the chat is longer than {} MB", .0 / 1024 / 1024)]
    TooLong(u64),
    /// It is no UTF-8.
    #[error("the chat is not UTF-8")]
    Encoding,
    /// It cannot be read.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// A chat's text, and the name of the file that says whose it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatText {
    /// The text.
    pub text: String,
    /// The file's name: iPhones name the ZIP, Android the text in it.
    pub name: String,
}

/// The chat in a file, of at most `most` bytes as a text. More is not read: the pictures and sounds of a ZIP are passed
/// over.
///
/// # Errors
/// [`Unreadable`] says why there is none.
pub fn open<R: Read + Seek>(name: &str, mut file: R, most: u64) -> Result<ChatText, Unreadable> {
    let mut first = Vec::new();
    file.by_ref().take(4).read_to_end(&mut first)?;
    file.rewind()?;
    if first != b"PK\x03\x04" {
        return Ok(ChatText { text: text(file, most)?, name: name.to_owned() });
    }
    let mut archive = ZipArchive::new(file)?;
    let of_chat = |path: &&str| !path.starts_with("__MACOSX/") && path.to_lowercase().ends_with(".txt");
    let mut texts: Vec<String> = archive.file_names().filter(of_chat).map(str::to_owned).collect();
    if texts.len() > 1 {
        // Somebody may have sent a text in the chat.
        let is_chat = |path: &String| base(path) == "_chat.txt" || base(path).to_lowercase().contains("whatsapp");
        texts.retain(is_chat);
    }
    let [path] = texts.as_slice() else { return Err(Unreadable::Texts(texts.len())) };
    let text = text(archive.by_name(path)?, most)?;
    let name = if base(path) == "_chat.txt" { name } else { base(path) };
    Ok(ChatText { text, name: name.to_owned() })
}

fn text(file: impl Read, most: u64) -> Result<String, Unreadable> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(Unreadable::TooLong(most));
    }
    String::from_utf8(bytes).map_err(|_| Unreadable::Encoding)
}

fn base(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}
