//! The key that the secrets of webhooks follow from (docs/decisions/0025-webhooks-out.md says why).

use crate::hmac_key::HmacKey;
use aws_sdk_secretsmanager::Client;
use zikaron_channels::webhook::{TargetError, Targets, WebhookSecret, WebhookSecrets, WebhookTargets};
use zikaron_protocol::model::ids::BusinessId;
use zikaron_protocol::model::webhook::SecretId;
use zikaron_protocol::ports::Unavailable;

/// The key in the secret `<prefix>/webhooks`, `{"key": "…"}`. Another key is another secret for every webhook.
#[derive(Debug)]
pub struct WebhookKey(HmacKey);

impl WebhookKey {
    /// The key of the stack whose secrets begin with `prefix`.
    #[must_use]
    pub fn new(client: Client, prefix: &str) -> Self {
        Self(HmacKey::new(client, format!("{prefix}/webhooks")))
    }
}

impl WebhookSecrets for WebhookKey {
    async fn webhook_secret(&self, business: &BusinessId, id: &SecretId) -> Result<WebhookSecret, Unavailable> {
        self.0.code(business, id.as_str()).await.map(WebhookSecret::from_bytes)
    }
}

/// Where webhooks may be, and what they are signed with: what staff need to enter one.
#[derive(Debug)]
pub struct Webhooks {
    /// Where they may be.
    pub targets: Targets,
    /// What they are signed with.
    pub key: WebhookKey,
}

impl WebhookTargets for Webhooks {
    async fn check(&self, url: &str) -> Result<(), TargetError> {
        self.targets.check(url).await
    }
}

impl WebhookSecrets for Webhooks {
    async fn webhook_secret(&self, business: &BusinessId, id: &SecretId) -> Result<WebhookSecret, Unavailable> {
        self.key.webhook_secret(business, id).await
    }
}
