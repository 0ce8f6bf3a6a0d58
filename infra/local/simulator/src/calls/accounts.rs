//! The accounts at the call providers, as the launcher of the stack seeds them.

use super::When;
use super::provider::Provider;
use crate::api_error::ApiError;

/// The accounts: the same secrets at every provider.
pub(super) struct Accounts {
    /// Where the providers post to, up to the provider's name.
    url: String,
    pub(super) signing_secret: String,
    /// The Bearer token of providers that do not sign.
    pub(super) token: String,
    /// The key of the providers' APIs, by which calls are placed.
    pub(super) api_key: String,
    /// The number that is called, and that calls are placed from.
    pub(super) number: String,
}

impl Accounts {
    pub(super) fn from_env() -> Result<Self, ApiError> {
        let text = |name: &str| {
            let unset = || {
                let names = "CALLS_URL, CALLS_SECRET, CALLS_TOKEN, CALLS_API_KEY or CALLS_NUMBER";
                ApiError::not_found(format!("no calls here: {names} is not set"))
            };
            std::env::var(name).map_err(|_| unset())
        };
        Ok(Self {
            url: text("CALLS_URL")?,
            signing_secret: text("CALLS_SECRET")?,
            token: text("CALLS_TOKEN")?,
            api_key: text("CALLS_API_KEY")?,
            number: text("CALLS_NUMBER")?,
        })
    }

    /// The accounts of a test.
    #[cfg(test)]
    pub(super) fn of_demo() -> Self {
        let text = str::to_owned;
        Self {
            url: text("http://127.0.0.1/webhooks/calls"),
            signing_secret: text("demo-calls-secret"),
            token: text("demo-calls-token"),
            api_key: text("demo-calls-api-key"),
            number: text("+12025550100"),
        }
    }

    /// Where a provider posts to: at the start of a call, in its course, or at its end.
    pub(super) fn webhook_url(&self, provider: Provider, when: When) -> String {
        let end = match when {
            When::Start => "/start",
            When::Recall => "/recall",
            When::Remember => "/remember",
            When::End => "",
        };
        let name = provider.as_str();
        format!("{}/{name}/calls-{name}{end}", self.url)
    }
}
