//! Secrets Manager, with a cache: a secret is fetched once and again after its time.

use crate::cache::Cache;
use crate::unavailable::unavailable;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::OnceCell;
use zikaron_ai::config::ApiKey;
use zikaron_channels::calls::{CallSecret, CallSecrets};
use zikaron_channels::connection::{ConnectionSecret, ConnectionSecrets};
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "GetSecretValue";

/// The secrets of connections: `<prefix>/connections/<connection>`. They are kept for a time, so that not every webhook
/// costs a call of Secrets Manager's; a secret that was replaced is used that much longer.
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
/// for a model of one's own. Fetched once, when it is first needed or [`AiKey::prepare`] finds the time.
#[derive(Clone)]
pub struct AiKey(Arc<Held>);

struct Held {
    client: Client,
    name: String,
    key: OnceCell<Option<SecretString>>,
}

impl AiKey {
    /// The key of the stack whose secrets begin with `prefix`.
    #[must_use]
    pub fn new(client: Client, prefix: &str) -> Self {
        Self(Arc::new(Held { client, name: format!("{prefix}/ai"), key: OnceCell::new() }))
    }

    /// The key of a transcriber with an endpoint of its own, from the secret `<prefix>/transcription`: the model's goes
    /// to the model's endpoint and nowhere else.
    #[must_use]
    pub fn of_transcriber(client: Client, prefix: &str) -> Self {
        Self(Arc::new(Held { client, name: format!("{prefix}/transcription"), key: OnceCell::new() }))
    }

    /// Fetches it early, and has [`crate::sdk::http`] built, beside other work: the model is asked last. If that fails,
    /// it is fetched when it is needed.
    pub async fn prepare(&self) {
        let _ = crate::sdk::http();
        if let Err(error) = self.api_key().await {
            tracing::info!(%error, "the model's key is not there yet");
        }
    }
}

impl ApiKey for AiKey {
    async fn api_key(&self) -> Result<Option<SecretString>, Unavailable> {
        #[derive(Deserialize)]
        struct Ai {
            #[serde(default)]
            api_key: SecretString,
        }
        let Held { client, name, key } = &*self.0;
        let fetched = async || {
            let secret: Option<Ai> = fetch(client, name).await?;
            Ok(secret.map(|ai| ai.api_key).filter(|key| !key.expose_secret().trim().is_empty()))
        };
        key.get_or_try_init(fetched).await.cloned()
    }
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
