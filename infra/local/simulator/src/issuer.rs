//! The OIDC issuer of the local stack: it signs whatever access token it is asked for. For one machine only.

use crate::clock::now;
use anyhow::{Result, anyhow};
use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

/// The audience (`aud`) of the local stack's tokens.
pub const AUDIENCE: &str = "zikaron-staff";
/// How long a token is valid where its claims do not say, in seconds.
pub(crate) const LIFETIME_S: i64 = 3_600;

/// An issuer with a key of its own.
pub struct Issuer {
    url: String,
    key: RsaKeyPair,
    id: String,
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Issuer").field("url", &self.url).field("id", &self.id).finish_non_exhaustive()
    }
}

impl Issuer {
    /// An issuer at this URL, with a fresh key.
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new(url: impl Into<String>) -> Result<Self> {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).map_err(|_| anyhow!("no RSA key can be made"))?;
        let id = hex::encode(&Sha256::digest(key.public_key().as_ref())[..8]);
        Ok(Self { url: url.into(), key, id })
    }

    /// The document at `/.well-known/openid-configuration`
    /// (<https://openid.net/specs/openid-connect-discovery-1_0.html>).
    #[must_use]
    pub fn discovery(&self) -> Value {
        json!({
            "issuer": self.url,
            "jwks_uri": format!("{}/jwks", self.url),
            "authorization_endpoint": format!("{}/authorize", self.url),
            "token_endpoint": format!("{}/token", self.url),
            "end_session_endpoint": format!("{}/end-session", self.url),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none"],
            "id_token_signing_alg_values_supported": ["RS256"],
        })
    }

    /// The public key as a JSON Web Key Set (<https://www.rfc-editor.org/rfc/rfc7517>).
    #[must_use]
    pub fn jwks(&self) -> Value {
        let number = |bytes: &[u8]| BASE64.encode(bytes);
        let key = self.key.public_key();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
            "n": number(key.modulus().big_endian_without_leading_zero()),
            "e": number(key.exponent().big_endian_without_leading_zero()),
        }]})
    }

    /// A signed token with these claims. Claims left out are those of a valid token of staff that lasts an hour; null
    /// takes a claim away.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn token(&self, claims: &Map<String, Value>) -> Result<String> {
        let now = now().as_second();
        let usual = json!({"iss": self.url, "aud": AUDIENCE, "sub": "staff", "iat": now, "exp": now + LIFETIME_S});
        let mut all = usual.as_object().cloned().unwrap_or_default();
        all.extend(claims.clone());
        all.retain(|_, value| !value.is_null());
        let head = json!({"alg": "RS256", "typ": "JWT", "kid": self.id});
        self.signed(&head, &Value::Object(all))
    }

    /// A code nobody can guess.
    ///
    /// # Errors
    /// When there is no randomness.
    pub(crate) fn code(&self) -> Result<String> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow!("no code can be made"))?;
        Ok(BASE64.encode(bytes))
    }

    /// Any header and claims as a signed JSON Web Token (<https://www.rfc-editor.org/rfc/rfc7519>), RS256.
    ///
    /// # Errors
    /// When they cannot be signed.
    pub fn signed(&self, head: &Value, claims: &Value) -> Result<String> {
        let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), text.as_bytes(), &mut signature);
        signed.map_err(|_| anyhow!("the token cannot be signed"))?;
        Ok(format!("{text}.{}", BASE64.encode(signature)))
    }
}
