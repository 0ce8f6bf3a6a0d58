//! A connection's secret: what proves that Meta speaks, and what lets us speak to Meta.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::future::Future;
use zikaron_protocol::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

/// The secret of one WhatsApp connection, as it stands in Secrets Manager: a JSON object with these keys. Other keys
/// are left alone. `Debug` shows none of the values.
#[derive(Clone, Debug, Deserialize)]
pub struct ConnectionSecret {
    /// Signs what Meta posts to the webhook.
    pub app_secret: SecretString,
    /// What Meta must show when the webhook is registered.
    pub verify_token: SecretString,
    /// The Bearer token of the Graph API.
    pub access_token: SecretString,
}

/// Why a text is not a connection's secret. Never carries a part of it.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum InvalidSecret {
    /// Not an object with the three keys.
    #[error("not a JSON object with the texts app_secret, verify_token and access_token")]
    Shape,
    /// One of the values is empty.
    #[error("{0} is empty")]
    Empty(&'static str),
}

impl ConnectionSecret {
    /// Reads the secret's JSON.
    ///
    /// # Errors
    /// [`InvalidSecret`], also when a value is empty.
    pub fn from_json(json: &str) -> Result<Self, InvalidSecret> {
        let secret: Self = serde_json::from_str(json).map_err(|_| InvalidSecret::Shape)?;
        let values = [
            ("app_secret", &secret.app_secret),
            ("verify_token", &secret.verify_token),
            ("access_token", &secret.access_token),
        ];
        for (name, value) in values {
            if value.expose_secret().trim().is_empty() {
                return Err(InvalidSecret::Empty(name));
            }
        }
        Ok(secret)
    }
}

/// Where the secrets of connections stand.
pub trait ConnectionSecrets: Send + Sync {
    /// The secret of a connection; none when there is no such connection.
    fn connection(
        &self,
        connection: &ConnectionId,
    ) -> impl Future<Output = Result<Option<ConnectionSecret>, Unavailable>> + Send;
}

impl<S: ConnectionSecrets> ConnectionSecrets for &S {
    async fn connection(&self, connection: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        (*self).connection(connection).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_and_never_prints_itself() {
        let json = r#"{"app_secret":"aaa","verify_token":"bbb","access_token":"ccc","note":"anything"}"#;
        let secret = ConnectionSecret::from_json(json).unwrap();
        assert_eq!(secret.app_secret.expose_secret(), "aaa");
        let printed = format!("{secret:?}");
        assert!(["aaa", "bbb", "ccc"].iter().all(|value| !printed.contains(value)), "{printed}");
    }

    #[test]
    fn a_secret_that_lacks_something_says_what_and_shows_nothing() {
        let table = [
            (r#"{"app_secret":"","verify_token":"bbb","access_token":"ccc"}"#, InvalidSecret::Empty("app_secret")),
            (r#"{"app_secret":"aaa","verify_token":" ","access_token":"ccc"}"#, InvalidSecret::Empty("verify_token")),
            (r#"{"app_secret":"aaa","verify_token":"bbb","access_token":""}"#, InvalidSecret::Empty("access_token")),
            (r#"{"app_secret":"aaa"}"#, InvalidSecret::Shape),
            (r#"{"app_secret":1,"verify_token":"bbb","access_token":"ccc"}"#, InvalidSecret::Shape),
            ("aaa", InvalidSecret::Shape),
        ];
        for (json, expected) in table {
            assert_eq!(ConnectionSecret::from_json(json).unwrap_err(), expected, "{json}");
        }
    }
}
