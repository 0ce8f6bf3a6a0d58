//! Proof that a request comes from Meta: the signature over the raw bytes, and the handshake's token.
//!
//! Source: [webhooks of the Graph API](https://developers.facebook.com/docs/graph-api/webhooks/getting-started),
//! "Verification Requests" and "Validating Payloads".

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// The header in which Meta sends `sha256=<hex>`.
pub const SIGNATURE_HEADER: &str = "x-hub-signature-256";

/// Whether a header can be a signature at all, of whatever secret: `sha256=` and the 64 hexadecimal digits of a digest.
#[must_use]
pub fn may_be_signature(header: &str) -> bool {
    let digits = header.strip_prefix("sha256=");
    digits.is_some_and(|digits| digits.len() == 64 && digits.bytes().all(|b| b.is_ascii_hexdigit()))
}

/// The app secret is empty. An HMAC with an empty key is one that anybody can make.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the app secret is empty")]
pub struct EmptySecret;

/// Makes and checks `X-Hub-Signature-256` for one app secret: HMAC-SHA256 of the body, in hexadecimal digits.
pub struct AppSignature(Hmac<Sha256>);

impl AppSignature {
    /// Takes the app secret of a connection.
    ///
    /// # Errors
    /// [`EmptySecret`].
    pub fn new(app_secret: &SecretString) -> Result<Self, EmptySecret> {
        let secret = app_secret.expose_secret();
        if secret.is_empty() {
            return Err(EmptySecret);
        }
        // HMAC takes a key of any length; the error exists for other algorithms only.
        Hmac::new_from_slice(secret.as_bytes()).map(Self).map_err(|_| EmptySecret)
    }

    /// Whether `header` is the signature of exactly these bytes. Compares in constant time.
    ///
    /// The bytes must be those that arrived: Meta escapes non-ASCII text in its own way, so a body that was parsed
    /// and written again has another signature.
    #[must_use]
    pub fn verify(&self, header: &str, body: &[u8]) -> bool {
        let Some(given) = header.strip_prefix("sha256=").and_then(|digits| hex::decode(digits).ok()) else {
            return false;
        };
        self.0.clone().chain_update(body).verify_slice(&given).is_ok()
    }

    /// The header's value for these bytes: for tests and for whoever stands in for Meta.
    #[must_use]
    pub fn sign(&self, body: &[u8]) -> String {
        format!("sha256={}", hex::encode(self.0.clone().chain_update(body).finalize().into_bytes()))
    }
}

impl std::fmt::Debug for AppSignature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AppSignature(…)")
    }
}

/// Whether a token somebody sent is the one we expect, in constant time. An empty expectation matches nothing.
#[must_use]
pub fn same_token(given: &str, expected: &SecretString) -> bool {
    let expected = expected.expose_secret();
    // Digests have one length, so the comparison does not tell how long the right token is.
    let same = Sha256::digest(given).ct_eq(&Sha256::digest(expected));
    !expected.is_empty() && bool::from(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signature() -> AppSignature {
        AppSignature::new(&SecretString::from("demo-app-secret")).unwrap()
    }

    #[test]
    fn a_signature_made_by_another_implementation_is_accepted() {
        // printf '{"a":"\\u05e9"}' | openssl dgst -sha256 -hmac demo-app-secret
        let header = "sha256=8ed20b2f43cb62ee027e2458888717a99f239a1e3f9f8a9f751453e7e3876ae3";
        assert!(signature().verify(header, br#"{"a":"\u05e9"}"#));
        assert_eq!(signature().sign(br#"{"a":"\u05e9"}"#), header);
    }

    #[test]
    fn a_signature_holds_for_exactly_these_bytes_and_this_secret() {
        let body = "{\"text\":\"שלום 👋\"}".as_bytes();
        let header = signature().sign(body);
        assert!(signature().verify(&header, body));
        assert!(!signature().verify(&header, br#"{"text":"\u05e9\u05dc\u05d5\u05dd"}"#), "same text, other bytes");
        let other = AppSignature::new(&SecretString::from("demo-app-secret2")).unwrap();
        assert!(!other.verify(&header, body));
    }

    #[test]
    fn anything_but_a_whole_signature_is_refused() {
        let right = signature().sign(b"x");
        let bare = right.trim_start_matches("sha256=").to_owned();
        for wrong in [
            String::new(),
            "sha256=".to_owned(),
            bare.clone(),
            format!("sha1={bare}"),
            right[..20].to_owned(),
            format!("{right}00"),
            "sha256=zz".to_owned(),
        ] {
            assert!(!signature().verify(&wrong, b"x"), "{wrong:?}");
            assert!(!may_be_signature(&wrong), "{wrong:?}");
        }
        for whole in [right.clone(), format!("sha256={}", bare.to_uppercase()), format!("sha256={}", "0".repeat(64))] {
            assert!(may_be_signature(&whole), "{whole}");
        }
        for wrong in [format!("sha256={}", "g".repeat(64)), format!("sha256={}", "ש".repeat(32)), format!(" {right}")]
        {
            assert!(!may_be_signature(&wrong), "{wrong:?}");
        }
    }

    #[test]
    fn an_empty_app_secret_is_refused_at_the_start() {
        assert_eq!(AppSignature::new(&SecretString::from("")).unwrap_err(), EmptySecret);
    }

    #[test]
    fn a_token_matches_only_itself_and_an_empty_one_matches_nothing() {
        let token = SecretString::from("demo-verify-token");
        assert!(same_token("demo-verify-token", &token));
        for wrong in ["", "demo-verify-toke", "demo-verify-token ", "DEMO-VERIFY-TOKEN"] {
            assert!(!same_token(wrong, &token), "{wrong:?}");
        }
        assert!(!same_token("", &SecretString::from("")));
    }

    #[test]
    fn a_signature_never_prints_its_secret() {
        assert_eq!(format!("{:?}", signature()), "AppSignature(…)");
    }
}
