//! Secrets Manager, with a cache: a secret is fetched once and again after its time.

use crate::cache::Cache;
use crate::unavailable::unavailable;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::operation::get_secret_value::GetSecretValueError;
use secrecy::{ExposeSecret, SecretString};
use std::time::Duration;
use zikaron_protocol::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "GetSecretValue";

/// Reads a secret's text; its error must not quote it.
pub type Parse<T> = fn(&str) -> Result<T, String>;

/// The secrets of one kind.
pub struct Secrets<T> {
    client: Client,
    prefix: String,
    parse: Parse<T>,
    cache: Cache<String, Option<T>>,
}

impl<T> std::fmt::Debug for Secrets<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

impl<T: Clone> Secrets<T> {
    /// The secrets whose names begin with `prefix`, kept for `keep`.
    #[must_use]
    pub fn new(client: Client, prefix: String, keep: Duration, parse: Parse<T>) -> Self {
        Self { client, prefix, parse, cache: Cache::new(keep) }
    }

    /// The secret of a connection; none where there is none.
    ///
    /// # Errors
    /// When Secrets Manager does not answer, or the secret is not what it should be; never with its content.
    pub async fn connection(&self, connection: &ConnectionId) -> Result<Option<T>, Unavailable> {
        self.get(format!("connections/{connection}")).await
    }

    /// The secret `<prefix>/<name>`; none where there is none.
    ///
    /// # Errors
    /// As [`Self::connection`].
    pub async fn get(&self, name: String) -> Result<Option<T>, Unavailable> {
        if let Some(secret) = self.cache.get(&name) {
            return Ok(secret);
        }
        let secret = self.fetch(&name).await?;
        self.cache.put(name, secret.clone());
        Ok(secret)
    }

    async fn fetch(&self, name: &str) -> Result<Option<T>, Unavailable> {
        let request = self.client.get_secret_value().secret_id(format!("{}/{name}", self.prefix));
        match request.send().await {
            Ok(answer) => (self.parse)(answer.secret_string().unwrap_or_default())
                .map(Some)
                .map_err(|rule| Unavailable { what: WHAT, reason: format!("the secret {name}: {rule}") }),
            Err(error) if matches!(error.as_service_error(), Some(GetSecretValueError::ResourceNotFoundException(_))) => {
                Ok(None)
            }
            Err(error) => Err(unavailable(WHAT, &error)),
        }
    }
}

/// The key of the AI vendor from the secret `<prefix>/ai`, `{"api_key": "…"}`; none where it is empty or missing, as
/// for a model of one's own.
///
/// # Errors
/// As [`Secrets::connection`].
pub async fn ai_key(client: Client, prefix: String) -> Result<Option<SecretString>, Unavailable> {
    #[derive(serde::Deserialize)]
    struct Ai {
        #[serde(default)]
        api_key: String,
    }
    let parse: Parse<SecretString> = |text| {
        let ai: Ai = serde_json::from_str(text).map_err(|_| "must be JSON with the text api_key".to_owned())?;
        Ok(ai.api_key.into())
    };
    let key = Secrets::new(client, prefix, Duration::ZERO, parse).get("ai".to_owned()).await?;
    Ok(key.filter(|key| !key.expose_secret().trim().is_empty()))
}
