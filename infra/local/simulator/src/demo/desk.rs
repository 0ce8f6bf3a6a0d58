//! Staff at the API and in the console, looking at one customer.

use anyhow::{Context, Result};
use reqwest::{Client, Method};
use serde_json::Value;
use zikaron_simulator::customer::Customer;
use zikaron_simulator::local_env::LocalEnv;

/// Where the console shows what is remembered of this customer.
pub(crate) async fn in_console(customer: &Customer) -> Result<String> {
    let console = std::env::var("CONSOLE_URL").context("CONSOLE_URL is not set")?;
    let lead = customer.lead().await?;
    Ok(format!("{console}#/leads/{}", lead["lead"].as_str().context("the customer is no lead")?))
}

/// The API's resource of one lead, as an admin of the business sees it.
pub(crate) struct Desk {
    http: Client,
    url: String,
    token: String,
}

impl Desk {
    /// That of a customer the business knows.
    pub(crate) async fn of(env: &LocalEnv, customer: &Customer) -> Result<Self> {
        let lead = customer.lead().await?["lead"].as_str().context("the customer is no lead")?.to_owned();
        let url = format!("{}/leads/{lead}", env.api_url);
        Ok(Self { http: zikaron_simulator::client()?, url, token: env.api_token.clone() })
    }

    /// What it answers at this path behind the lead; empty for the lead itself.
    pub(crate) async fn ask(&self, method: Method, path: &str, body: Option<Value>) -> Result<Value> {
        let mut request = self.http.request(method, format!("{}{path}", self.url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Ok(request.send().await?.error_for_status()?.json().await?)
    }

    /// What it says of a field of the profile.
    pub(crate) async fn field(&self, name: &str) -> Result<Value> {
        Ok(self.ask(Method::GET, "", None).await?["customer_profile_json"][name].clone())
    }
}
