//! What a post is signed with: HMAC-SHA256 over id, time and body ("Signature scheme"); and what a token of somebody
//! else's is kept under.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
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

    /// A text that only this secret opens, in Base64: AES-256-GCM (<https://doi.org/10.6028/NIST.SP.800-38D>). A secret
    /// seals one text in its life, for the nonce is always the same.
    #[must_use]
    pub fn seal(&self, text: &SecretString) -> Option<String> {
        let mut bytes = text.expose_secret().as_bytes().to_vec();
        self.cipher()?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut bytes).ok()?;
        Some(STANDARD.encode(bytes))
    }

    /// The text that was sealed; none where another secret sealed it, or it was changed.
    #[must_use]
    pub fn open(&self, sealed: &str) -> Option<SecretString> {
        let mut bytes = Zeroizing::new(STANDARD.decode(sealed).ok()?);
        let opened = self.cipher()?.open_in_place(nonce(), Aad::empty(), bytes.as_mut_slice()).ok()?;
        Some(SecretString::from(std::str::from_utf8(opened).ok()?.to_owned()))
    }

    fn cipher(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM, self.0.expose_secret()).ok().map(LessSafeKey::new)
    }
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
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
    fn what_one_secret_sealed_no_other_opens_nor_this_one_once_it_was_changed() {
        let (secret, token) = (WebhookSecret::from_bytes([1; 32]), SecretString::from("pat-eu1-שלום"));
        let sealed = secret.seal(&token).unwrap();
        let opened = |secret: &WebhookSecret, sealed: &str| secret.open(sealed).map(|it| it.expose_secret().to_owned());
        assert_eq!(opened(&secret, &sealed).as_deref(), Some("pat-eu1-שלום"));
        assert_eq!(opened(&WebhookSecret::from_bytes([2; 32]), &sealed), None);
        let mut changed = STANDARD.decode(&sealed).unwrap();
        changed[0] ^= 1;
        assert_eq!(opened(&secret, &STANDARD.encode(changed)), None);
        assert_eq!(opened(&secret, "not Base64"), None);
    }

    #[test]
    fn a_secret_never_prints_itself() {
        assert!(!format!("{:?}", WebhookSecret::from_bytes([1; 32])).contains('1'));
    }
}
