//! The sending side: a provider is asked, by its own API, to have its voice agent call a customer. Asked once: no
//! provider has an idempotency key.

use super::provider::{CallOrder, OutboundApi};
use super::report::call_id;
use super::secret::{CallSecret, CallSecrets};
use super::table::of;
use crate::lenient_json::text;
pub use crate::once::InvalidBaseUrl;
use crate::once::{NOT_REACHED, asked, base};
use reqwest::Url;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret;
use serde_json::Value;
use std::time::Duration;
use zikaron_protocol::model::call::CallName;
use zikaron_protocol::model::ids::ConnectionId;
use zikaron_protocol::ports::{Caller, OutgoingCall, SendError};

/// The longest a provider's answer takes.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(11);

/// The longest the key takes before it.
const KEY_TIMEOUT: Duration = Duration::from_secs(4);

/// Places calls.
#[derive(Clone)]
pub struct CallClient<S> {
    http: fn() -> reqwest::Client,
    secrets: S,
    stand_in: Option<Url>,
    report_to: String,
}

impl<S: CallSecrets> CallClient<S> {
    /// `report_to` is the address of the webhook for calls up to the provider's name, for providers that must be told
    /// with every call. With a `stand_in` all providers are asked there, each under its name, and not at their own hosts.
    ///
    /// # Errors
    /// [`InvalidBaseUrl`].
    pub fn new(
        http: fn() -> reqwest::Client,
        secrets: S,
        report_to: &str,
        stand_in: Option<&str>,
    ) -> Result<Self, InvalidBaseUrl> {
        let stand_in = stand_in.map(base).transpose()?;
        Ok(Self { http, secrets, stand_in, report_to: report_to.trim_end_matches('/').to_owned() })
    }

    /// The secret of the account. Without one, or without a key in it, nothing has left this process.
    async fn secret(&self, connection: &ConnectionId) -> Result<CallSecret, SendError> {
        let fetched = tokio::time::timeout(KEY_TIMEOUT, self.secrets.call_connection(connection)).await;
        match fetched {
            Ok(Ok(Some(secret))) => Ok(secret),
            Ok(Ok(None)) => Err(SendError::RefusedUntilMended { code: NOT_REACHED }),
            Ok(Err(error)) => {
                tracing::warn!(%connection, %error, "no key: no call is placed");
                Err(SendError::RefusedForNow { code: NOT_REACHED })
            }
            Err(_) => Err(SendError::RefusedForNow { code: NOT_REACHED }),
        }
    }

    fn url(&self, provider: &str, api: &OutboundApi, path: &str) -> Result<Url, SendError> {
        let address = match &self.stand_in {
            Some(base) => format!("{}/{provider}{path}", base.as_str().trim_end_matches('/')),
            None => format!("{}{path}", api.host),
        };
        Url::parse(&address).map_err(|_| SendError::RefusedUntilMended { code: NOT_REACHED })
    }
}

impl<S: CallSecrets> Caller for CallClient<S> {
    async fn call(&self, call: OutgoingCall<'_>) -> Result<CallName, SendError> {
        let connection = call.connection;
        let secret = self.secret(connection).await?;
        let provider = secret.provider;
        let (Some(api), Some(key)) = (of(provider).outbound(), &secret.api_key) else {
            tracing::error!(%connection, provider = provider.as_str(), "no call is placed: the account has no key of an API");
            return Err(SendError::RefusedUntilMended { code: NOT_REACHED });
        };
        let name = provider.as_str();
        let variables = call.variables.iter().map(|(name, value)| (name.clone(), Value::String(value.clone())));
        let (path, body) = (api.request)(&CallOrder {
            agent: call.agent.as_str(),
            from: call.from.as_str(),
            to: call.to.expose(),
            variables: variables.collect(),
            tag: call.tag,
            report_to: &format!("{}/{name}/{connection}", self.report_to),
        });
        let mut key = HeaderValue::from_str(&format!("{}{}", api.key.1, key.expose_secret()))
            .map_err(|_| SendError::RefusedUntilMended { code: NOT_REACHED })?;
        key.set_sensitive(true);
        let request = (self.http)().post(self.url(name, &api, path)?).header(api.key.0, key).json(&body);
        let (status, answer) = asked(request, ANSWER_TIMEOUT).await?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let id = text(&answer, &format!("/{}", api.id)).filter(|_| (200..300).contains(&status) && !says_no(&answer));
        match id.as_deref().and_then(call_id) {
            Some(call_id) => Ok(CallName { provider, call_id }),
            None => {
                tracing::warn!(%connection, provider = name, status, "the provider did not take a call");
                Err(refusal(status, &answer))
            }
        }
    }
}

/// Whether a success says no in words, be there an id beside it (ElevenLabs: `success: false` where Twilio did not take it;
/// Bland: `status: "error"`).
fn says_no(answer: &Value) -> bool {
    answer["success"] == false || answer["status"] == "error"
}

/// What an answer without a call's id means: certainly not placed, or perhaps. A success that says no is a refusal; any other
/// may have been a call. A 5xx, and a time-out on the way, may have got through.
fn refusal(status: u16, answer: &Value) -> SendError {
    let code = i64::from(status);
    match status {
        200..=299 if says_no(answer) => SendError::RefusedForGood { code },
        // Key, bill, permission; an agent or a number that the account does not have.
        401..=404 => SendError::RefusedUntilMended { code },
        429 => SendError::RefusedForNow { code },
        400..=407 | 409..=499 => SendError::RefusedForGood { code },
        _ => SendError::Unknown { reason: format!("HTTP {status}") },
    }
}
