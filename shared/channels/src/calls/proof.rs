//! What the providers' signatures have in common.

use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use sha2::Sha256;

/// A request as it arrived.
pub struct Delivered<'a> {
    header: &'a (dyn Fn(&str) -> Option<&'a str> + Sync),
    body: &'a [u8],
    url: &'a str,
}

impl<'a> Delivered<'a> {
    /// `header` gives the value of a header by its name in lower case; `body` are the bytes as they arrived.
    pub fn new(header: &'a (dyn Fn(&str) -> Option<&'a str> + Sync), body: &'a [u8]) -> Self {
        Self { header, body, url: "" }
    }

    /// With the address it was sent to, as far as it can be seen from here: for Twilio, which signs that too.
    #[must_use]
    pub fn at(self, url: &'a str) -> Self {
        Self { url, ..self }
    }

    /// Whether one of these headers came with it.
    pub(super) fn has_any(&self, headers: &[&str]) -> bool {
        headers.iter().any(|name| self.header(name).is_some())
    }

    /// A header's value.
    pub(super) fn header(&self, name: &str) -> Option<&'a str> {
        (self.header)(name).map(str::trim)
    }

    /// The raw bytes.
    pub(super) fn body(&self) -> &'a [u8] {
        self.body
    }

    /// The address it was sent to, with its query; empty where nobody said.
    pub(super) fn url(&self) -> &'a str {
        self.url
    }

    /// The token of `Authorization: Bearer …`.
    pub(super) fn bearer(&self) -> Option<&'a str> {
        let (scheme, token) = self.header("authorization")?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
    }
}

impl std::fmt::Debug for Delivered<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Delivered").field("bytes", &self.body.len()).finish_non_exhaustive()
    }
}

/// An HMAC with an empty key is one that anybody can make: there is none.
fn hmac(key: Option<&SecretString>, parts: &[&[u8]]) -> Option<Hmac<Sha256>> {
    let key = key.map(ExposeSecret::expose_secret).filter(|key| !key.is_empty())?;
    let hmac: Hmac<Sha256> = Hmac::new_from_slice(key.as_bytes()).ok()?;
    Some(parts.iter().fold(hmac, |hmac, part| hmac.chain_update(part)))
}

/// Whether `hex` is the HMAC-SHA256 of the parts, one behind the other. Compares in constant time.
pub(super) fn signed(key: Option<&SecretString>, parts: &[&[u8]], hex: &str) -> bool {
    let given = hex::decode(hex.trim()).ok();
    given.zip(hmac(key, parts)).is_some_and(|(given, hmac)| hmac.verify_slice(&given).is_ok())
}

/// The signature in hexadecimal digits; empty without a key.
pub(super) fn sign(key: Option<&SecretString>, parts: &[&[u8]]) -> String {
    hmac(key, parts).map(|hmac| hex::encode(hmac.finalize().into_bytes())).unwrap_or_default()
}

/// Whether a signature's time is near enough, before or after: an old request is not taken again, and one made for
/// the future is not kept in store.
pub(super) fn is_fresh(at: Option<Timestamp>, now: Timestamp, tolerance: SignedDuration) -> bool {
    at.is_some_and(|at| now.duration_since(at).abs() <= tolerance)
}

/// The time of a signature, in seconds.
pub(super) fn seconds(text: &str) -> Option<Timestamp> {
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// The values of `name` in `a=1,b=2`.
pub(super) fn parts<'a>(header: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let pairs = header.split(',').filter_map(|pair| pair.trim().split_once('='));
    pairs.filter(move |(key, _)| *key == name).map(|(_, value)| value)
}
