//! The key of tombstones. What remains of an erased customer's names is an HMAC of them (RFC 2104,
//! <https://www.rfc-editor.org/rfc/rfc2104>): a plain hash of a phone number can be guessed.

use crate::secrets::fetch;
use crate::unavailable::unreadable;
use aws_sdk_secretsmanager::Client;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use tokio::sync::OnceCell;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "GetSecretValue";

/// The key in the secret `<prefix>/seal`, `{"key": "…"}`; fetched when it is first needed. It must never change while
/// tombstones stand. What is kept of it is a `OnceCell`: requests that need it at the same moment fetch it once.
pub struct TombstoneKey {
    client: Client,
    name: String,
    key: OnceCell<SecretString>,
}

impl std::fmt::Debug for TombstoneKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TombstoneKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl TombstoneKey {
    /// The key of the stack whose secrets begin with `prefix`.
    #[must_use]
    pub fn new(client: Client, prefix: &str) -> Self {
        Self { client, name: format!("{prefix}/seal"), key: OnceCell::new() }
    }

    /// What stands for a name (a phone number, a user id, a call) of a customer of a business: 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the key cannot be had.
    pub async fn hash_of(&self, business: &BusinessId, name: &str) -> Result<String, Unavailable> {
        #[derive(Deserialize)]
        struct Held {
            key: SecretString,
        }
        let fetched = async || {
            let held: Option<Held> = fetch(&self.client, &self.name).await?;
            let key = held.map(|held| held.key).filter(|key| !key.expose_secret().is_empty());
            key.ok_or_else(|| Unavailable { what: WHAT, reason: format!("{} is missing or empty", self.name) })
        };
        let key = self.key.get_or_try_init(fetched).await?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).map_err(|error| unreadable(WHAT, &error))?;
        mac.update(business.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        Ok(hex::encode(mac.finalize().into_bytes()))
    }
}
