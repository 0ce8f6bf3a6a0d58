//! What the launcher of the local stack tells the programs it runs.

use anyhow::{Context, Result};
use std::time::Duration;

/// The local stack, as its environment describes it.
#[derive(Clone, Debug)]
pub struct LocalEnv {
    /// The webhook of the seeded connection.
    pub webhook_url: String,
    /// The simulator.
    pub simulator_url: String,
    /// The stand-in for AWS.
    pub aws_endpoint_url: String,
    /// The staff API, up to and with `/v1`.
    pub api_url: String,
    /// A token of an admin of the seeded business.
    pub api_token: String,
    /// The table.
    pub table_name: String,
    /// The group of the one-shot schedules.
    pub schedule_group: String,
    /// What the names of secrets begin with.
    pub secret_prefix: String,
    /// The seeded connection.
    pub connection: String,
    /// The seeded business.
    pub business: String,
    /// The `phone_number_id` of the seeded connection.
    pub number: String,
    /// What the seeded connection's webhooks are signed with.
    pub app_secret: String,
    /// The seeded connection's verify token.
    pub verify_token: String,
    /// Silence after which a session ends.
    pub idle: Duration,
}

impl LocalEnv {
    /// Reads the environment.
    ///
    /// # Errors
    /// The name of the first variable that is missing.
    pub fn from_env() -> Result<Self> {
        let text = |name: &str| {
            std::env::var(name).with_context(|| {
                format!("{name} is not set: run this on a local stack, by `python3 infra/local/stack.py run -- …`")
            })
        };
        let seconds = text("SESSION_IDLE_SECONDS")?.parse().context("SESSION_IDLE_SECONDS is no number")?;
        Ok(Self {
            webhook_url: text("WEBHOOK_URL")?,
            simulator_url: text("SIMULATOR_URL")?,
            aws_endpoint_url: text("AWS_ENDPOINT_URL")?,
            api_url: text("API_URL")?,
            api_token: text("API_TOKEN")?,
            table_name: text("TABLE_NAME")?,
            schedule_group: text("SCHEDULE_GROUP")?,
            secret_prefix: text("SECRET_PREFIX")?,
            connection: text("CONNECTION_ID")?,
            business: text("BUSINESS_ID")?,
            number: text("WHATSAPP_PHONE_NUMBER_ID")?,
            app_secret: text("WHATSAPP_APP_SECRET")?,
            verify_token: text("WHATSAPP_VERIFY_TOKEN")?,
            idle: Duration::from_secs(seconds),
        })
    }

    /// The webhook of another connection of the same stack.
    #[must_use]
    pub fn webhook_of(&self, connection: &str) -> String {
        let base = self.webhook_url.strip_suffix(self.connection.as_str()).unwrap_or(&self.webhook_url);
        format!("{base}{connection}")
    }
}
