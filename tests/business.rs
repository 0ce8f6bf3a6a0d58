//! A business set up as an operator does it: a secret, a route, settings.

use anyhow::{Context, Result};
use serde_json::json;
use std::sync::atomic::{AtomicI64, Ordering};
use zikaron_aws::sdk;
use zikaron_simulator::admin::Admin;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::driver::Driver;
use zikaron_simulator::local_env::LocalEnv;
use zikaron_simulator::{Connection, now};

/// A business of a test's own, on a connection of its own.
#[derive(Clone, Debug)]
pub struct Business {
    /// The operator's command for it.
    pub admin: Admin,
    /// The connection's id.
    pub connection: String,
    /// The connection's `phone_number_id`.
    pub number: String,
    /// What the connection's webhooks are signed with.
    pub app_secret: String,
    /// Where they go.
    pub webhook_url: String,
    driver: Driver,
}

impl Business {
    pub(crate) async fn set_up(env: &LocalEnv, driver: &Driver) -> Result<Self> {
        static MADE: AtomicI64 = AtomicI64::new(0);
        let unique = now().as_millisecond() * 100 + MADE.fetch_add(1, Ordering::Relaxed);
        let connection = format!("test-{unique}");
        let business = Self {
            admin: Admin::of(&format!("business-{unique}"))?,
            number: format!("2{unique}"),
            app_secret: format!("app-secret-{unique}"),
            webhook_url: env.webhook_of(&connection),
            driver: driver.clone(),
            connection,
        };
        business.keep_secret(env).await?;
        let (admin, route) = (&business.admin, [&business.connection, &business.number]);
        admin.run(&["route", "add", "--connection", route[0], "--number", route[1]]).await?;
        // Tests look at what the AI answers, and one of them at the sentence before it.
        admin.set("disclose_ai", "false").await?;
        admin.set("instructions", "אתה נציג של עסק לדוגמה. מחירים: תספורת 70 ש\"ח.").await?;
        Ok(business)
    }

    /// Puts the connection's secret where the functions look for it, and tells the simulator.
    async fn keep_secret(&self, env: &LocalEnv) -> Result<()> {
        let access_token = format!("access-token-{}", self.number);
        let secret = json!({
            "app_secret": self.app_secret, "verify_token": "verify-token", "access_token": access_token,
        });
        let secrets = aws_sdk_secretsmanager::Client::new(&sdk::load().await);
        let name = format!("{}/connections/{}", env.secret_prefix, self.connection);
        let request = secrets.create_secret().name(name).secret_string(secret.to_string());
        request.send().await.context("the connection's secret cannot be made")?;
        let connection: Connection = serde_json::from_value(json!({
            "number": self.number,
            "webhook_url": self.webhook_url,
            "app_secret": self.app_secret,
            "access_token": access_token,
        }))?;
        self.driver.connect(&connection).await
    }

    /// Switches the memory on.
    ///
    /// # Errors
    /// When the setting cannot be written.
    pub async fn remembers(&self) -> Result<()> {
        self.admin.set("enable_customer_service", "true").await
    }

    /// Someone this business does not know yet.
    #[must_use]
    pub fn customer(&self) -> Customer {
        Customer::unknown(&self.driver, &self.admin, &self.number)
    }
}
