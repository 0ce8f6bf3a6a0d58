//! Secrets Manager, with a cache: a secret is fetched once and again after its time.

use crate::cache::Cache;
use crate::unavailable::unavailable;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::time::Duration;
use zikaron_channels::calls::{CallSecret, CallSecrets};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_protocol::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "GetSecretValue";

/// The secrets of connections: `<prefix>/connections/<connection>`.
pub struct Connections {
    client: Client,
    prefix: String,
    cache: Cache<ConnectionId, Option<ConnectionSecret>>,
    calls: Cache<ConnectionId, Option<CallSecret>>,
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connections").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl Connections {
    /// The secrets whose names begin with `prefix`, kept for `keep`.
    #[must_use]
    pub fn new(client: Client, prefix: String, keep: Duration) -> Self {
        Self { client, prefix, cache: Cache::new(keep), calls: Cache::new(keep) }
    }
}

impl ConnectionSecrets for Connections {
    async fn connection(&self, connection: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        if let Some(secret) = self.cache.get(connection) {
            return Ok(secret);
        }
        let secret = fetch(&self.client, &format!("{}/connections/{connection}", self.prefix)).await?;
        self.cache.put(connection.clone(), secret.clone());
        Ok(secret)
    }
}

impl CallSecrets for Connections {
    async fn call_connection(&self, connection: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        /// Without a provider it is the secret of another kind of connection.
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Held {
            Calls(CallSecret),
            Other(OtherKind),
        }
        #[derive(Deserialize)]
        struct OtherKind {
            provider: Option<serde::de::IgnoredAny>,
        }
        if let Some(secret) = self.calls.get(connection) {
            return Ok(secret);
        }
        let name = format!("{}/connections/{connection}", self.prefix);
        let secret = match fetch(&self.client, &name).await? {
            Some(Held::Calls(secret)) => Some(secret),
            Some(Held::Other(OtherKind { provider: Some(_) })) => {
                let reason = format!("{name} names a provider, but not one we know, or holds nothing that proves it");
                return Err(Unavailable { what: WHAT, reason });
            }
            Some(Held::Other(_)) | None => None,
        };
        self.calls.put(connection.clone(), secret.clone());
        Ok(secret)
    }
}

/// The key of the AI vendor from the secret `<prefix>/ai`, `{"api_key": "…"}`; none where it is empty or missing, as
/// for a model of one's own.
///
/// # Errors
/// When Secrets Manager does not answer, or the secret is not what it should be; never with its content.
pub async fn ai_key(client: &Client, prefix: &str) -> Result<Option<SecretString>, Unavailable> {
    #[derive(Deserialize)]
    struct Ai {
        #[serde(default)]
        api_key: SecretString,
    }
    let secret: Option<Ai> = fetch(client, &format!("{prefix}/ai")).await?;
    Ok(secret.map(|ai| ai.api_key).filter(|key| !key.expose_secret().trim().is_empty()))
}

pub(crate) async fn fetch<T: DeserializeOwned>(client: &Client, name: &str) -> Result<Option<T>, Unavailable> {
    match client.get_secret_value().secret_id(name).send().await {
        Ok(answer) => match serde_json::from_str(answer.secret_string().unwrap_or_default()) {
            Ok(secret) => Ok(Some(secret)),
            // Where it went wrong, not what stands there.
            Err(error) => Err(Unavailable {
                what: WHAT,
                reason: format!("{name} is not the JSON it should be, or a value is empty (column {})", error.column()),
            }),
        },
        Err(error) if matches!(error.as_service_error(), Some(GetSecretValueError::ResourceNotFoundException(_))) => {
            Ok(None)
        }
        Err(error) => Err(unavailable(WHAT, &error)),
    }
}
