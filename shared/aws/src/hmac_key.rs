//! A key in Secrets Manager under which something of a business is hashed (HMAC, RFC 2104,
//! <https://www.rfc-editor.org/rfc/rfc2104>).

use crate::secrets::fetch;
use crate::unavailable::unreadable;
use aws_sdk_secretsmanager::Client;
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;
use tokio::sync::OnceCell;
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::ports::Unavailable;

const WHAT: &str = "GetSecretValue";

/// The key in a secret `{"key": "…"}`; fetched when it is first needed. What is kept of it is a `OnceCell`: requests that
/// need it at the same moment fetch it once.
pub(crate) struct HmacKey {
    client: Client,
    name: String,
    key: OnceCell<SecretString>,
}

impl std::fmt::Debug for HmacKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HmacKey").field("name", &self.name).finish_non_exhaustive()
    }
}

impl HmacKey {
    /// The key in the secret of this name.
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name, key: OnceCell::new() }
    }

    /// The code of a name of this business.
    pub(crate) async fn code(&self, business: &BusinessId, name: &str) -> Result<[u8; 32], Unavailable> {
        #[derive(Deserialize)]
        struct Held {
            key: SecretString,
        }
        let fetched = async || {
            let held: Option<Held> = fetch(&self.client, &self.name).await?;
            let key = held.map(|held| held.key).filter(|key| !key.expose_secret().is_empty());
            key.ok_or_else(|| Unavailable { what: WHAT, reason: format!("{} is missing or empty", self.name) })
        };
        let key = self.key.get_or_try_init(fetched).await?;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).map_err(|error| unreadable(WHAT, &error))?;
        mac.update(business.as_str().as_bytes());
        mac.update(&[0]);
        mac.update(name.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }
}
