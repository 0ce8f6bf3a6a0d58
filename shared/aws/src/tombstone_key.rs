//! The key of tombstones. What remains of an erased customer's names is an HMAC of them: a plain hash of a phone number
//! can be guessed.

use crate::hmac_key::HmacKey;
use aws_sdk_secretsmanager::Client;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::Unavailable;

/// The key in the secret `<prefix>/seal`, `{"key": "…"}`. It must never change while tombstones stand.
#[derive(Debug)]
pub struct TombstoneKey(HmacKey);

impl TombstoneKey {
    /// The key of the stack whose secrets begin with `prefix`.
    #[must_use]
    pub fn new(client: Client, prefix: &str) -> Self {
        Self(HmacKey::new(client, format!("{prefix}/seal")))
    }

    /// What stands for a name (a phone number, a user id, a call) of a customer of a business: 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the key cannot be had.
    pub async fn hash_of(&self, business: &BusinessId, name: &str) -> Result<String, Unavailable> {
        self.0.code(business, name).await.map(hex::encode)
    }
}
