//! The files that come with messages, as WhatsApp keeps them.

use crate::sample::{self, tag};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::VecDeque;

/// How long a URL is good, in seconds.
pub(crate) const LIFE: i64 = 300;

/// A file that comes with a message of `/say`: a sample by its name, or bytes of one's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SaidFile {
    /// One of the sounds and pictures in `events/`, such as `voice-he.ogg` or `picture.png`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The bytes, in Base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
    /// What they are; that of the sample, else a voice note, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// What is said in it, for the offline transcriber, which hears nothing; what the file says of itself, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
    /// What goes wrong as it is fetched: one a try, the last one always. The webhook then brings no URL of it, but where
    /// it is [`FileFault::Stale`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<FileFault>,
}

impl SaidFile {
    /// What it is.
    pub(crate) fn kind(&self) -> &str {
        let of_sample = || self.file.as_deref().and_then(sample::mime_type);
        self.mime_type.as_deref().or_else(of_sample).unwrap_or(sample::OPUS)
    }

    /// The type of a message that brings it, where none is named.
    pub(crate) fn message_type(&self) -> &'static str {
        if self.kind().starts_with("image/") { "image" } else { "audio" }
    }
}

/// What goes wrong as a file is fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFault {
    /// Nothing.
    None,
    /// WhatsApp does not know the id, as after seven days.
    Gone,
    /// WhatsApp is out of order.
    Unavailable,
    /// The URL has expired when it is used.
    Expired,
    /// The webhook's URL has expired, as where it was delivered late; WhatsApp still knows the id.
    Stale,
    /// The file is larger than WhatsApp lets anybody send.
    TooLarge,
    /// The URL answers a page in place of the file.
    WrongType,
    /// The connection breaks in the middle of the file.
    Cut,
}

/// A file of a message, under its id.
#[derive(Clone, Debug)]
pub(crate) struct KeptFile {
    pub(crate) id: String,
    /// The `phone_number_id` it came to.
    pub(crate) number: String,
    pub(crate) bytes: Vec<u8>,
    pub(crate) mime_type: String,
    /// What is said in it.
    pub(crate) says: Option<String>,
    /// What the offline transcriber made of it last.
    pub(crate) heard: Option<String>,
    faults: VecDeque<FileFault>,
    /// The fault of the fetch that is under way.
    pub(crate) fault: FileFault,
    /// What went wrong with each fetch so far, in their order.
    pub(crate) met: Vec<FileFault>,
}

impl KeptFile {
    /// The file under this id, or what is wrong with it.
    pub(crate) fn of(said: &SaidFile, id: String, number: &str) -> Result<Self, &'static str> {
        let bytes = match (&said.file, &said.data) {
            (Some(name), None) => {
                sample::bytes(name).ok_or("`media.file` is none of the sounds and pictures in events/")?.to_vec()
            }
            (None, Some(data)) => BASE64_STANDARD.decode(data).map_err(|_| "`media.data` is no Base64")?,
            _ => return Err("`media` is a `file` of events/ or `data`"),
        };
        Ok(Self {
            id,
            number: number.to_owned(),
            mime_type: said.kind().to_owned(),
            says: said.says.clone().or_else(|| tag(&bytes, "DESCRIPTION")),
            heard: None,
            faults: said.faults.iter().copied().collect(),
            fault: FileFault::None,
            met: Vec::new(),
            bytes,
        })
    }

    /// A fetch begins: what will go wrong with it.
    pub(crate) fn begin(&mut self) -> FileFault {
        let next = if self.faults.len() > 1 { self.faults.pop_front() } else { self.faults.front().copied() };
        self.fault = next.unwrap_or(FileFault::None);
        self.met.push(self.fault);
        self.fault
    }

    /// How long the URL is good that comes with its webhook; none where it brings none.
    pub(crate) fn url_seconds(&self) -> Option<i64> {
        match self.faults.front() {
            None => Some(LIFE),
            Some(FileFault::Stale) => Some(-1),
            Some(_) => None,
        }
    }

    /// The hash of its bytes: in Base64 in a webhook, in hexadecimal digits at the Graph API.
    pub(crate) fn sha256(&self) -> [u8; 32] {
        Sha256::digest(&self.bytes).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(said: serde_json::Value) -> Result<KeptFile, &'static str> {
        KeptFile::of(&serde_json::from_value(said).unwrap(), "7".to_owned(), "1")
    }

    #[test]
    fn a_file_is_a_sample_or_bytes_of_one_s_own() {
        let sample = kept(json!({"file": "voice-en.ogg"})).unwrap();
        assert_eq!(sample.mime_type, "audio/ogg; codecs=opus");
        assert!(sample.says.unwrap().starts_with("Hi, my name is Dana"));
        assert_eq!(kept(json!({"file": "picture.png"})).unwrap().mime_type, "image/png");
        let own = kept(json!({"data": "YWJj", "mime_type": "image/jpeg", "says": "x"})).unwrap();
        assert_eq!(
            (own.bytes.as_slice(), own.mime_type.as_str(), own.says.as_deref()),
            (&b"abc"[..], "image/jpeg", Some("x"))
        );
        for wrong in
            [json!({}), json!({"file": "../README.md"}), json!({"data": "?"}), json!({"file": "x", "data": "y"})]
        {
            assert!(kept(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn faults_come_one_a_try_and_the_last_one_stays() {
        let mut file = kept(json!({"data": "YWJj", "faults": ["expired", "none"]})).unwrap();
        assert_eq!([file.begin(), file.begin(), file.begin()], [FileFault::Expired, FileFault::None, FileFault::None]);
        assert_eq!(file.met, [FileFault::Expired, FileFault::None, FileFault::None]);
        let mut gone = kept(json!({"data": "YWJj", "faults": ["gone"]})).unwrap();
        assert_eq!([gone.begin(), gone.begin()], [FileFault::Gone, FileFault::Gone]);
    }
}
