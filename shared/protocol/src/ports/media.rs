//! What the channel keeps of a message that is no text: sounds, pictures, films, files.

use super::error::Unavailable;
use crate::model::ids::Line;
use std::fmt;
use std::future::Future;
use zikaron_memory::content;

/// A file as the channel hands it out. Does not print what it holds.
#[derive(Clone, PartialEq, Eq)]
pub struct MediaFile {
    /// The file itself.
    pub bytes: Vec<u8>,
    /// What it is, as the channel says: `audio/ogg; codecs=opus`, `image/jpeg`.
    pub mime_type: String,
}

impl fmt::Debug for MediaFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MediaFile").field("bytes", &self.bytes.len()).field("mime_type", &self.mime_type).finish()
    }
}

/// The kinds of pictures that models look at.
pub const PICTURES: [&str; 3] = ["image/jpeg", "image/png", "image/webp"];

impl MediaFile {
    /// Which of [`PICTURES`] it is, by its first bytes: what a sender says it is may be wrong, and an endpoint refuses the
    /// whole request for it.
    #[must_use]
    pub fn picture(&self) -> Option<&'static str> {
        let [jpeg, png, webp] = PICTURES;
        match self.bytes.as_slice() {
            [0xff, 0xd8, 0xff, ..] => Some(jpeg),
            [0x89, b'P', b'N', b'G', ..] => Some(png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(webp),
            _ => None,
        }
    }
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// Expired, deleted, or not this connection's: there will be none any more.
    #[error("the channel does not have it (any more)")]
    Gone,
    /// It has more bytes than were asked for; nothing of it was kept.
    #[error("it is larger than asked for")]
    TooLarge,
    /// The channel did not answer, or answered an error: worth another try.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// Fetches what customers sent, for as long as the channel keeps it.
pub trait Media: Send + Sync {
    /// The file, as the connection of `line` was told of it; at most `most` bytes, and no more are ever held. Where its
    /// URL is of no use any more it is asked for by its id; apart from that nothing is repeated.
    fn fetch(
        &self,
        line: &Line,
        file: &content::Media,
        most: usize,
    ) -> impl Future<Output = Result<MediaFile, MediaError>> + Send;
}
