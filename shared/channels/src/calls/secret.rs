//! A call connection's secret: what proves that its provider speaks, and what lets us speak to the provider.

use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::future::Future;
use zikaron_protocol::model::call::Provider;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::Unavailable;

/// The secret of one call connection, as it stands in Secrets Manager: a JSON object with these keys. Other keys are
/// left alone. `Debug` shows none of the values.
#[derive(Clone, Debug, Deserialize)]
#[serde(try_from = "Unchecked")]
pub struct CallSecret {
    /// Whose account the connection is: requests to another provider's address prove nothing.
    pub provider: Provider,
    /// Signs what the provider posts.
    pub signing_secret: Option<SecretString>,
    /// What the provider sends as it is, where it does not sign.
    pub token: Option<SecretString>,
    /// The key of the provider's API, by which calls are placed and fetched; without one none are.
    pub api_key: Option<SecretString>,
    /// What a provider asks for besides.
    pub account: Account,
}

/// What Twilio asks for besides: the same secret's further keys.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Account {
    /// The id of the API key (`SK…`), or of the account itself (`AC…`).
    pub api_user: Option<String>,
    /// The webhook's address as it was entered at the provider, where that is not the one the function is reached at: a
    /// proxy in front of it.
    pub webhook_url: Option<String>,
}

/// The secret proves nothing.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("signing_secret and token are empty")]
pub struct NoProof;

#[derive(Deserialize)]
struct Unchecked {
    provider: Provider,
    #[serde(default)]
    signing_secret: Option<SecretString>,
    #[serde(default)]
    token: Option<SecretString>,
    #[serde(default)]
    api_key: Option<SecretString>,
    #[serde(flatten)]
    account: Account,
}

impl TryFrom<Unchecked> for CallSecret {
    type Error = NoProof;

    fn try_from(secret: Unchecked) -> Result<Self, NoProof> {
        let filled = |value: Option<SecretString>| value.filter(|value| !value.expose_secret().trim().is_empty());
        let Unchecked { provider, signing_secret, token, api_key, account } = secret;
        let [signing_secret, token, api_key] = [signing_secret, token, api_key].map(filled);
        let secret = Self { provider, signing_secret, token, api_key, account };
        if secret.signing_secret.is_none() && secret.token.is_none() { Err(NoProof) } else { Ok(secret) }
    }
}

/// Where the secrets of call connections stand.
pub trait CallSecrets: Send + Sync {
    /// The secret of a connection; none when there is no such connection, or it is not one for calls.
    fn call_connection(
        &self,
        connection: &ConnectionId,
    ) -> impl Future<Output = Result<Option<CallSecret>, Unavailable>> + Send;
}

impl<S: CallSecrets> CallSecrets for std::sync::Arc<S> {
    async fn call_connection(&self, connection: &ConnectionId) -> Result<Option<CallSecret>, Unavailable> {
        (**self).call_connection(connection).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_that_proves_nothing_is_refused_and_none_prints_itself() {
        let read = |json: &str| serde_json::from_str::<CallSecret>(json);
        let secret =
            read(r#"{"provider":"vapi","token":"ttt","signing_secret":"sss","api_key":"kkk","note":"x"}"#).unwrap();
        let printed = format!("{secret:?}");
        assert!(["ttt", "sss", "kkk"].iter().all(|value| !printed.contains(value)), "{printed}");
        assert_eq!(secret.api_key.unwrap().expose_secret(), "kkk");
        assert!(read(r#"{"provider":"vapi","token":"ttt","api_key":" "}"#).unwrap().api_key.is_none());
        for json in [
            r#"{"provider":"retell"}"#,
            r#"{"provider":"retell","api_key":"kkk"}"#,
            r#"{"provider":"retell","signing_secret":" ","token":null}"#,
            r#"{"provider":"carrier-pigeon","token":"ttt"}"#,
            r#"{"token":"ttt"}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
