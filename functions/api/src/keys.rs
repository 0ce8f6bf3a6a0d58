//! The issuer's public keys, by its discovery document.

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
const BYTES_MOST: usize = 256 * 1024;
const KEYS_MOST: usize = 64;

/// The keys tokens are signed with.
pub trait Keys: Send + Sync {
    /// The key of an id; none if the issuer has none of it.
    fn key(&self, id: &str) -> impl Future<Output = Result<Option<Arc<DecodingKey>>, Unavailable>> + Send;
}

/// The keys of an OIDC issuer, cached.
pub struct OidcKeys {
    http: reqwest::Client,
    issuer: String,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    keys: HashMap<String, Arc<DecodingKey>>,
    fetched: Option<Instant>,
    asked: Option<Instant>,
}

impl std::fmt::Debug for OidcKeys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OidcKeys").field("issuer", &self.issuer).finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Discovery {
    issuer: String,
    jwks_uri: String,
}

impl OidcKeys {
    /// The keys of this issuer.
    #[must_use]
    pub fn new(http: reqwest::Client, issuer: String) -> Self {
        Self { http, issuer, known: Mutex::default() }
    }

    async fn fetch(&self) -> Result<HashMap<String, Arc<DecodingKey>>, Unavailable> {
        let url = format!("{}/.well-known/openid-configuration", self.issuer);
        let discovery: Discovery = self.get(&url).await?;
        if discovery.issuer.trim_end_matches('/') != self.issuer {
            return Err(failed("the discovery document is of another issuer"));
        }
        if self.issuer.starts_with("https:") && !discovery.jwks_uri.starts_with("https:") {
            return Err(failed("the keys are not served over TLS"));
        }
        let keys: JwkSet = self.get(&discovery.jwks_uri).await?;
        Ok(keys.keys.iter().take(KEYS_MOST).filter_map(signing_key).collect())
    }

    async fn get<T: DeserializeOwned>(&self, url: &str) -> Result<T, Unavailable> {
        let request = self.http.get(url).timeout(DEADLINE).send();
        let mut answer = request.await.and_then(reqwest::Response::error_for_status).map_err(|e| unreachable(&e))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| unreachable(&error))? {
            body.extend_from_slice(&chunk);
            if body.len() > BYTES_MOST {
                return Err(failed("the answer is too long"));
            }
        }
        serde_json::from_slice(&body).map_err(|_| failed("the answer is unreadable"))
    }
}

impl Keys for OidcKeys {
    async fn key(&self, id: &str) -> Result<Option<Arc<DecodingKey>>, Unavailable> {
        let mut known = self.known.lock().await;
        let within = |at: Option<Instant>, limit| at.is_some_and(|at: Instant| at.elapsed() < limit);
        let found = known.keys.get(id).cloned();
        if (found.is_some() && within(known.fetched, FRESH)) || within(known.asked, PAUSE) {
            return Ok(found.filter(|_| within(known.fetched, GOOD)));
        }
        known.asked = Some(Instant::now());
        match self.fetch().await {
            Ok(keys) => {
                known.keys = keys;
                known.fetched = Some(Instant::now());
                Ok(known.keys.get(id).cloned())
            }
            Err(error) => match found.filter(|_| within(known.fetched, GOOD)) {
                Some(key) => {
                    tracing::warn!(%error, "the issuer's keys could not be fetched again");
                    Ok(Some(key))
                }
                None => {
                    // So that the next call tries again.
                    known.asked = known.fetched;
                    Err(error)
                }
            },
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
