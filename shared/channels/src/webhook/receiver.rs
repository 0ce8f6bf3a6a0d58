//! Posts to a webhook: once, to no other address than the one that was checked, and nothing of the answer is read but its
//! status. Or tells a CRM, by its mapping, under the same rules.

use super::secret::WebhookSecrets;
use super::targets::{NotPublic, PublicOnly, Targets};
use crate::crm::{Mapping, Run};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;
use zikaron_protocol::model::webhook::{Crm, Outcome};
use zikaron_protocol::ports::{Post, Receiver, Unavailable};

/// The longest a post takes, all in all: as long as Standard Webhooks wants a sender to wait at least.
pub const POST_TIMEOUT: Duration = Duration::from_secs(15);
/// What of it may pass before there is a connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How the product names itself to receivers.
const USER_AGENT: &str = "Zikaron-Webhooks/1";

/// Posts by HTTP.
pub struct HttpReceiver<K> {
    http: reqwest::Client,
    secrets: K,
    targets: Targets,
    within: Duration,
}

impl<K> std::fmt::Debug for HttpReceiver<K> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpReceiver").field("targets", &self.targets).finish_non_exhaustive()
    }
}

impl<K: WebhookSecrets> HttpReceiver<K> {
    /// Posts to such addresses, signed with these secrets.
    ///
    /// # Errors
    /// When the TLS stack cannot be set up.
    #[expect(
        clippy::disallowed_methods,
        reason = "it looks names up in a way of its own, and so is a client of its own"
    )]
    pub fn new(secrets: K, targets: Targets) -> reqwest::Result<Self> {
        let client = reqwest::Client::builder()
            .user_agent(USER_AGENT)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(POST_TIMEOUT)
            // Another address is one that nobody checked, and what a proxy of ours can reach is not everybody's.
            .redirect(Policy::none())
            .no_proxy();
        let client = if targets == Targets::Public { client.dns_resolver(Arc::new(PublicOnly)) } else { client };
        Ok(Self { http: client.build()?, secrets, targets, within: POST_TIMEOUT })
    }

    /// The same, but all that a CRM is told of an event takes no longer than this: for tests.
    #[must_use]
    pub fn within(self, within: Duration) -> Self {
        Self { within, ..self }
    }

    /// The header `webhook-signature`: one for each secret, with a space between.
    async fn signatures(&self, post: &Post<'_>) -> Result<String, Unavailable> {
        let mut signatures = Vec::with_capacity(post.secrets.len());
        for id in post.secrets {
            let secret = self.secrets.webhook_secret(post.business, id).await?;
            signatures.extend(secret.sign(post.id.as_str(), post.at, post.body));
        }
        Ok(signatures.join(" "))
    }

    /// Tells a CRM at this address, all in all within the time of a post.
    async fn tell(&self, post: &Post<'_>, crm: &Crm, base: Url) -> Result<Outcome, Unavailable> {
        let secret = self.secrets.webhook_secret(post.business, &crm.token.key).await?;
        let (Some(mapping), Some(token)) = (Mapping::named(&crm.mapping), secret.open(&crm.token.text)) else {
            return Ok(Outcome::NotAllowed);
        };
        let run = Run { http: &self.http, base, token: &token, delivery: post.id };
        Ok(match tokio::time::timeout(self.within, run.all(&mapping, post.body)).await {
            Ok(Ok(outcome)) => outcome,
            Ok(Err(error)) => unanswered(&error),
            Err(_) => Outcome::TimedOut,
        })
    }
}

impl<K: WebhookSecrets> Receiver for HttpReceiver<K> {
    async fn post(&self, post: Post<'_>) -> Result<Outcome, Unavailable> {
        let Ok(url) = self.targets.allowed(post.url) else { return Ok(Outcome::NotAllowed) };
        if let Some(crm) = post.crm {
            return self.tell(&post, crm, url).await;
        }
        let signatures = self.signatures(&post).await?;
        let request = self
            .http
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", post.id.as_str())
            .header("webhook-timestamp", post.at.as_second().to_string())
            .header("webhook-signature", signatures)
            .body(post.body.to_owned());
        Ok(match request.send().await {
            Ok(answer) => Outcome::Answered(answer.status().as_u16()),
            Err(error) => unanswered(&error),
        })
    }
}

fn unanswered(error: &reqwest::Error) -> Outcome {
    match error {
        error if error.is_timeout() => Outcome::TimedOut,
        error if is_not_public(error) => Outcome::NotAllowed,
        _ => Outcome::Unreachable,
    }
}

fn is_not_public(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<NotPublic>() {
            return true;
        }
        cause = error.source();
    }
    false
}
