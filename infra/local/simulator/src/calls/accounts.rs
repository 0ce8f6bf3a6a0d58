//! The accounts at the call providers, as the launcher of the stack seeds them.

use super::provider::Provider;
use crate::api_error::ApiError;

/// The accounts: the same secrets at every provider.
pub(super) struct Accounts {
    /// Where the providers post to, up to the provider's name.
    url: String,
    pub(super) signing_secret: String,
    /// The Bearer token of providers that do not sign.
    pub(super) token: String,
    /// The number that is called.
    pub(super) number: String,
}

impl Accounts {
    pub(super) fn from_env() -> Result<Self, ApiError> {
        let text = |name: &str| {
            let unset = || {
                ApiError::not_found("no calls here: CALLS_URL, CALLS_SECRET, CALLS_TOKEN or CALLS_NUMBER is not set")
            };
            std::env::var(name).map_err(|_| unset())
        };
        Ok(Self {
            url: text("CALLS_URL")?,
            signing_secret: text("CALLS_SECRET")?,
            token: text("CALLS_TOKEN")?,
            number: text("CALLS_NUMBER")?,
        })
    }

    /// Where a provider posts to: at the start of a call, or at its end.
    pub(super) fn webhook_url(&self, provider: Provider, start: bool) -> String {
        let (name, end) = (provider.as_str(), if start { "/start" } else { "" });
        format!("{}/{name}/calls-{name}{end}", self.url)
    }
}
