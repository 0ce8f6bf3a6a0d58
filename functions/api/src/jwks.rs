//! The issuer's public keys (a JSON Web Key Set, RFC 7517, <https://www.rfc-editor.org/rfc/rfc7517>), by its discovery
//! document.

pub use jsonwebtoken::DecodingKey;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, JwkSet, PublicKeyUse};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::HashMap;
use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Mutex;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "keys of the issuer";
/// After this long the keys are fetched again …
const FRESH: Duration = Duration::from_secs(3_600);
/// … and if that fails, they hold for this long. A key that was withdrawn is believed no longer.
const GOOD: Duration = Duration::from_secs(24 * 3_600);
/// Tokens with unknown keys make us ask no more often than this.
const PAUSE: Duration = Duration::from_secs(30);
const DEADLINE: Duration = Duration::from_secs(5);
const MAX_BYTES: usize = 256 * 1024;
const MAX_KEYS: usize = 64;

/// The keys tokens are signed with.
pub trait JwksSource: Send + Sync {
    /// The key of an id; none if the issuer has none of it.
    fn key(&self, id: &str) -> impl Future<Output = Result<Option<Arc<DecodingKey>>, Unavailable>> + Send;
}

/// The keys of an OIDC issuer (<https://openid.net/specs/openid-connect-discovery-1_0.html>), kept from request to
/// request. This is a Tokio mutex: it is held while the issuer is asked, so that many requests ask once.
pub struct OidcJwks {
    http: fn() -> reqwest::Client,
    issuer: String,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Instant>,
    asked: Option<Instant>,
}

impl std::fmt::Debug for OidcJwks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcJwks").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl OidcJwks {
    /// The keys of this issuer.
    #[must_use]
    pub fn new(http: fn() -> reqwest::Client, issuer: String) -> Self {
        Self { http, issuer, known: Mutex::default() }
    }

    async fn fetch(&self) -> Result<HashMap<String, Arc<DecodingKey>>, Unavailable> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer.trim_end_matches('/'));
        let discovery: Discovery = self.get(&url).await?;
        if discovery.issuer != self.issuer {
            return Err(failed("the discovery document is of another issuer"));
        }
        if self.issuer.starts_with("https:") && !discovery.jwks_uri.starts_with("https:") {
            return Err(failed("the keys are not served over TLS"));
        }
        let keys: JwkSet = self.get(&discovery.jwks_uri).await?;
        Ok(keys.keys.iter().take(MAX_KEYS).filter_map(signing_key).collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Unavailable> {
        let request = (self.http)().get(url).timeout(DEADLINE).send();
        let mut answer = request.await.and_then(reqwest::Response::error_for_status).map_err(|e| unreachable(&e))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_BYTES {
                return Err(failed("the answer is too long"));
            }
        }
        serde_json::from_slice(&body).map_err(|_| failed("the answer is unreadable"))
    }
}

/// What is to be done for a token's key.
enum KeyLookup {
    /// Nothing: this is the key, or there is none of this id.
    Done(Option<Arc<DecodingKey>>),
    /// The issuer is to be asked; this is what holds where it does not answer.
    Ask(Option<Arc<DecodingKey>>),
}

impl Known {
    fn look(&self, id: &str, now: Instant) -> KeyLookup {
        let within = |at: Option<Instant>, limit| at.is_some_and(|at| now.duration_since(at) < limit);
        let found = self.keys.get(id).cloned().filter(|_| within(self.fetched, GOOD));
        if (found.is_some() && within(self.fetched, FRESH)) || within(self.asked, PAUSE) {
            return KeyLookup::Done(found);
        }
        KeyLookup::Ask(found)
    }

    fn learn(&mut self, keys: HashMap<String, Arc<DecodingKey>>, now: Instant) {
        *self = Self { keys, fetched: Some(now), asked: Some(now) };
    }
}

impl JwksSource for OidcJwks {
    async fn key(&self, id: &str) -> Result<Option<Arc<DecodingKey>>, Unavailable> {
        let mut known = self.known.lock().await;
        let old = match known.look(id, Instant::now()) {
            KeyLookup::Done(found) => return Ok(found),
            KeyLookup::Ask(old) => old,
        };
        match self.fetch().await {
            Ok(keys) => {
                known.learn(keys, Instant::now());
                Ok(known.keys.get(id).cloned())
            }
            Err(error) if old.is_some() => {
                tracing::warn!(%error, "the issuer's keys could not be fetched again");
                known.asked = Some(Instant::now());
                Ok(old)
            }
            // The next call tries again.
            Err(error) => Err(error),
        }
    }
}

fn signing_key(jwk: &Jwk) -> Option<(String, Arc<DecodingKey>)> {
    let AlgorithmParameters::RSA(rsa) = &jwk.algorithm else { return None };
    if !matches!(jwk.common.public_key_use, None | Some(PublicKeyUse::Signature)) {
        return None;
    }
    let key = DecodingKey::from_rsa_components(&rsa.n, &rsa.e).ok()?;
    Some((jwk.common.key_id.clone()?, Arc::new(key)))
}

fn failed(reason: &str) -> Unavailable {
    Unavailable { what: WHAT, reason: reason.to_owned() }
}

fn unreachable(error: &reqwest::Error) -> Unavailable {
    let reason = match error.status() {
        Some(status) => format!("answered {status}"),
        None if error.is_timeout() => "timed out".to_owned(),
        None => "cannot be reached".to_owned(),
    };
    Unavailable { what: WHAT, reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::{Context, Result};
    use axum::Router;
    use axum::routing::get;
    use serde_json::{Value, json};

    const N: &str = "AQAB";

    fn rsa(id: &str, purpose: &str) -> Value {
        json!({"kty": "RSA", "kid": id, "use": purpose, "n": N, "e": "AQAB"})
    }

    /// An issuer that serves this discovery document and these keys; `{}` in the document is where it is.
    async fn issuer(discovery: &str, keys: String) -> Result<OidcJwks> {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let here = format!("http://{}", listener.local_addr()?);
        let discovery = discovery.replace("{}", &here);
        let app = Router::new()
            .route("/.well-known/openid-configuration", get(|| async { discovery }))
            .route("/keys", get(|| async { keys }));
        tokio::spawn(async { axum::serve(listener, app).await });
        Ok(OidcJwks::new(zikaron_aws::sdk::http, here))
    }

    const GOOD_DISCOVERY: &str = r#"{"issuer": "{}", "jwks_uri": "{}/keys"}"#;

    fn known(fetched: Instant) -> Known {
        let key = Arc::new(DecodingKey::from_secret(b"k"));
        Known { keys: HashMap::from([("a".to_owned(), key)]), fetched: Some(fetched), asked: Some(fetched) }
    }

    #[tokio::test]
    async fn only_keys_that_sign_count() -> Result<()> {
        let ec = json!({"kty": "EC", "kid": "c", "crv": "P-256", "x": "AQAB", "y": "AQAB"});
        let nameless = json!({"kty": "RSA", "n": N, "e": "AQAB"});
        let keys = json!({"keys": [rsa("a", "sig"), rsa("b", "enc"), ec, nameless]}).to_string();
        let keys = issuer(GOOD_DISCOVERY, keys).await?.fetch().await?;
        assert_eq!(keys.keys().collect::<Vec<_>>(), ["a"]);
        Ok(())
    }

    #[tokio::test]
    async fn keys_of_another_issuer_unreadable_ones_and_endless_ones_are_refused() -> Result<()> {
        let long = format!(r#"{{"keys": [], "more": "{}"}}"#, "x".repeat(MAX_BYTES));
        let none = || r#"{"keys": []}"#.to_owned();
        let of_another = r#"{"issuer": "https://stranger.example", "jwks_uri": "{}/keys"}"#;
        for (discovery, keys, reason) in [
            (of_another, none(), "another issuer"),
            ("not a document", none(), "unreadable"),
            (GOOD_DISCOVERY, "<html>".to_owned(), "unreadable"),
            (GOOD_DISCOVERY, long, "too long"),
            (r#"{"issuer": "{}", "jwks_uri": "{}/elsewhere"}"#, none(), "404"),
        ] {
            let keys = issuer(discovery, keys).await?;
            let error = keys.key("a").await.err().context(reason)?;
            assert!(error.reason.contains(reason), "{}", error.reason);
        }
        Ok(())
    }

    #[test]
    fn a_key_is_believed_for_an_hour_and_for_a_day_while_the_issuer_is_silent() {
        let now = Instant::now();
        let known = known(now);
        assert!(matches!(known.look("a", now + FRESH - PAUSE), KeyLookup::Done(Some(_))));
        assert!(matches!(known.look("a", now + FRESH), KeyLookup::Ask(Some(_))));
        assert!(matches!(known.look("a", now + GOOD), KeyLookup::Ask(None)), "withdrawn keys die");
    }

    #[test]
    fn unknown_keys_make_us_ask_twice_a_minute_at_most() {
        let now = Instant::now();
        let known = known(now);
        assert!(matches!(known.look("forged", now + PAUSE / 2), KeyLookup::Done(None)));
        assert!(matches!(known.look("rotated", now + PAUSE), KeyLookup::Ask(None)));
    }
}
