//! A connection's secret: what proves that Meta speaks, and what lets us speak to Meta.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::future::Future;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

/// The secret of one WhatsApp connection, as it stands in Secrets Manager: a JSON object with these keys. Other keys
/// are left alone. `Debug` shows none of the values.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct ConnectionSecret {
    /// Signs what Meta posts to the webhook.
    pub app_secret: SecretString,
    /// What Meta must show when the webhook is registered.
    pub verify_token: SecretString,
    /// The Bearer token of the Graph API.
    pub access_token: SecretString,
}

/// A value of a connection's secret is empty.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("{0} is empty")]
pub struct EmptyValue(&'static str);

#[derive(Deserialize)]
struct Unchecked {
    app_secret: SecretString,
    verify_token: SecretString,
    access_token: SecretString,
}

impl TryFrom<Unchecked> for ConnectionSecret {
    type Error = EmptyValue;

    fn try_from(secret: Unchecked) -> Result<Self, EmptyValue> {
        let Unchecked { app_secret, verify_token, access_token } = secret;
        let values = [("app_secret", &app_secret), ("verify_token", &verify_token), ("access_token", &access_token)];
        for (name, value) in values {
            if value.expose_secret().trim().is_empty() {
                return Err(EmptyValue(name));
            }
        }
        Ok(Self { app_secret, verify_token, access_token })
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

impl<S: ConnectionSecrets> ConnectionSecrets for std::sync::Arc<S> {
    async fn connection(&self, connection: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        (**self).connection(connection).await
    }
}

impl<S: ConnectionSecrets> ConnectionSecrets for &S {
    async fn connection(&self, connection: &ConnectionId) -> Result<Option<ConnectionSecret>, Unavailable> {
        (*self).connection(connection).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<ConnectionSecret, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn a_secret_is_read_and_never_prints_itself() {
        let json = r#"{"app_secret":"aaa","verify_token":"bbb","access_token":"ccc","note":"anything"}"#;
        let secret = read(json).unwrap();
        assert_eq!(secret.app_secret.expose_secret(), "aaa");
        let printed = format!("{secret:?}");
        assert!(["aaa", "bbb", "ccc"].iter().all(|value| !printed.contains(value)), "{printed}");
    }

    #[test]
    fn a_secret_that_lacks_something_is_refused_and_says_what() {
        let table = [
            (r#"{"app_secret":"","verify_token":"bbb","access_token":"ccc"}"#, "app_secret is empty"),
            (r#"{"app_secret":"aaa","verify_token":" ","access_token":"ccc"}"#, "verify_token is empty"),
            (r#"{"app_secret":"aaa","verify_token":"bbb","access_token":""}"#, "access_token is empty"),
            (r#"{"app_secret":"aaa"}"#, "missing field `verify_token`"),
        ];
        for (json, expected) in table {
            let error = read(json).unwrap_err().to_string();
            assert!(error.contains(expected), "{json}: {error}");
        }
    }
}
