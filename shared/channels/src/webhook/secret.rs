//! What a post is signed with: HMAC-SHA256 over id, time and body ("Signature scheme").

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretBox, SecretString};
use sha2::Sha256;
use std::future::Future;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::SecretId;
use zikaron_protocol::ports::Unavailable;

/// The secret of a webhook: 32 bytes. `Debug` shows none of them.
#[derive(Debug)]
pub struct WebhookSecret(SecretBox<[u8; 32]>);

impl WebhookSecret {
    /// The secret of these bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(SecretBox::new(Box::new(bytes)))
    }

    /// As a receiver's library takes it: `whsec_` and the bytes in Base64.
    #[must_use]
    pub fn to_text(&self) -> SecretString {
        let bytes = Zeroizing::new(STANDARD.encode(self.0.expose_secret()));
        SecretString::from(format!("whsec_{}", *bytes))
    }

    /// The signature of a post: `v1,` and the code in Base64. The id must hold no full stop, and ids of deliveries hold
    /// none.
    #[must_use]
    pub fn sign(&self, id: &str, at: Timestamp, body: &str) -> Option<String> {
        // HMAC takes a key of any length; the error exists for other algorithms only.
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret()).ok()?;
        mac.update(format!("{id}.{}.", at.as_second()).as_bytes());
        mac.update(body.as_bytes());
        Some(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

/// Where the secrets of webhooks are had.
pub trait WebhookSecrets: Send + Sync {
    /// The secret of this id: the same one every time.
    fn webhook_secret(
        &self,
        business: &BusinessId,
        id: &SecretId,
    ) -> impl Future<Output = Result<WebhookSecret, Unavailable>> + Send;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with the `standardwebhooks` library of PyPI:
    /// `Webhook("whsec_AQEB…").sign("msg_1", datetime.fromtimestamp(1674087231, timezone.utc), '{"a":"ש"}')`.
    #[test]
    fn a_signature_is_what_another_implementation_makes() {
        let secret = WebhookSecret::from_bytes([1; 32]);
        assert_eq!(secret.to_text().expose_secret(), "whsec_AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
        let at = Timestamp::from_second(1_674_087_231).unwrap();
        let signature = secret.sign("msg_1", at, "{\"a\":\"ש\"}").unwrap();
        assert_eq!(signature, "v1,/g0/cYwOTrIaYlRDupzotMMmSzd9aCOUNBkXWxUlOkI=");
    }

    #[test]
    fn a_secret_never_prints_itself() {
        assert!(!format!("{:?}", WebhookSecret::from_bytes([1; 32])).contains('1'));
    }
}
