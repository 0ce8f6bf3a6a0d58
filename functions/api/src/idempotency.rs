//! What is asked for once takes effect once. A POST with an `Idempotency-Key` acts as of the first time it was made,
//! with ids that follow from the key: repeated before it is known to be done, it finds what it did. Once it is
//! done, a repetition does nothing: it answers with what stands now, which people may have changed since. Only
//! the key's hash is kept, and a keyed hash of what was asked, for a day: nothing of a person. The header is that of
//! the IETF's draft, <https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>.

use crate::auth::Caller;
use crate::ports::Ports;
use crate::problem::Problem;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use ulid::Ulid;
use zikaron_protocol::ports::business_store::{IdempotencyRecord, IdempotencyStore};
use zikaron_protocol::ports::{Clock, Ids};

/// The header's name.
pub(crate) const HEADER: &str = "idempotency-key";
/// The longest key, in bytes.
const MAX_KEY_BYTES: usize = 255;

/// When a request acts, and the ids of what comes of it: its clock and its source of ids.
#[derive(Clone, Debug)]
pub(crate) struct IdempotencyContext {
    at: Timestamp,
    seed: [u8; 32],
    /// How many ids were made: the next one follows from the seed and this number, so a repetition makes the same ids
    /// as long as it asks for them in the same order. Shared by the copies of a request's context, so that no id is
    /// made twice.
    made: Arc<AtomicU64>,
    /// Whether it has taken effect before.
    pub(crate) is_done: bool,
}

/// A request with a key, to be written down as done.
pub(crate) struct PendingRequest {
    name: String,
    once: IdempotencyRecord,
}

impl PendingRequest {
    /// It has taken effect. Where this cannot be written down, a repetition acts again as of the first time.
    pub(crate) async fn done<P: Ports>(&self, p: &P, caller: &Caller) {
        if let Err(error) = p.store().done(&caller.business, &self.name, &self.once).await {
            tracing::warn!(%error, "a request that took effect could not be written down as done");
        }
    }
}

impl IdempotencyContext {
    fn new(at: Timestamp, seed: impl AsRef<[u8]>) -> Self {
        Self { at, seed: Sha256::digest(seed).into(), made: Arc::default(), is_done: false }
    }

    /// One of many things done at once, each with ids and a millisecond of its own, in whatever order they are done.
    pub(crate) fn part(&self, number: u32) -> Self {
        let at = self.at.saturating_add(SignedDuration::from_millis(number.into())).unwrap_or(self.at);
        Self { is_done: self.is_done, ..Self::new(at, [&self.seed[..], &number.to_be_bytes()].concat()) }
    }
}

impl Clock for IdempotencyContext {
    fn now(&self) -> Timestamp {
        self.at
    }

    async fn sleep(&self, wait: SignedDuration) {
        tokio::time::sleep(wait.unsigned_abs()).await;
    }
}

impl Ids for IdempotencyContext {
    fn ulid(&self) -> String {
        let number = self.made.fetch_add(1, Ordering::Relaxed);
        let hash = Sha256::digest([&self.seed[..], &number.to_be_bytes()].concat());
        let random = hash.iter().take(10).fold(0_u128, |all, byte| (all << 8) | u128::from(*byte));
        let time = u64::try_from(self.at.as_millisecond()).unwrap_or(0);
        Ulid::from_parts(time, random).to_string()
    }
}

impl<S: Sync> FromRequestParts<S> for IdempotencyContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Problem::unauthorized)
    }
}

/// The context of a request: a new one, or the one its key was first used for.
pub(crate) async fn of<P: Ports>(
    p: &P,
    caller: &Caller,
    parts: &Parts,
    body: &[u8],
) -> Result<(IdempotencyContext, Option<PendingRequest>), Problem> {
    let now = p.clock().now();
    let key = parts.headers.get(HEADER).filter(|_| parts.method == axum::http::Method::POST);
    let Some(key) = key else { return Ok((IdempotencyContext::new(now, p.ids().ulid()), None)) };
    let key = key.as_bytes();
    if key.is_empty() || key.len() > MAX_KEY_BYTES || !key.iter().all(u8::is_ascii_graphic) {
        return Err(Problem::bad_request("Idempotency-Key", "must be 1 to 255 printable characters without spaces"));
    }
    let fingerprint = fingerprint(key, parts, body)?;
    let name = hex::encode(Sha256::digest(key));
    let asked = IdempotencyRecord { fingerprint, at: now, done: false };
    let once = p.store().first(&caller.business, &name, &asked).await?;
    if once.fingerprint != asked.fingerprint {
        return Err(Problem::invalid("Idempotency-Key", "was used for something else: choose another one"));
    }
    let context = IdempotencyContext::new(once.at, [caller.business.as_str().as_bytes(), b"\0", key].concat());
    Ok((
        IdempotencyContext { is_done: once.done, ..context },
        Some(PendingRequest { name, once }).filter(|asked| !asked.once.done),
    ))
}

fn fingerprint(key: &[u8], parts: &Parts, body: &[u8]) -> Result<String, Problem> {
    let mac = Hmac::<Sha256>::new_from_slice(key);
    let mut mac = mac.map_err(|_| Problem::bad_request("Idempotency-Key", "cannot be used"))?;
    mac.update(parts.uri.path().as_bytes());
    mac.update(&[0]);
    mac.update(body);
    Ok(hex::encode(mac.finalize().into_bytes()))
}
