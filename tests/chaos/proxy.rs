//! The proxy between the functions and AWS (microburst), and the rate rule's work done more often.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use zikaron_simulator::client;

/// The template's rule fires every five minutes; the protocol's own times stay as they are.
const SWEEP_PAUSE: Duration = Duration::from_secs(20);

/// Client of the proxy's control routes.
pub(crate) struct Proxy {
    http: reqwest::Client,
    rules: String,
    sweep: String,
    sweeps: AtomicUsize,
    /// Where the functions believe AWS is; it stands in their environment.
    pub(crate) url: String,
}

impl Proxy {
    pub(crate) fn of_this_stack(aws: &str) -> Result<Self> {
        let url = std::env::var("FAULTS_URL").ok().filter(|url| !url.is_empty());
        let url = url.context("FAULTS_URL is not set: this needs the stack of `make chaos`")?;
        let arn = std::env::var("SUMMARIZER_ARN").context("SUMMARIZER_ARN is not set")?;
        let (_, function) = arn.rsplit_once(':').context("SUMMARIZER_ARN is no ARN")?;
        Ok(Self {
            http: client()?,
            rules: format!("{url}/_microburst/rules"),
            sweep: format!("{aws}/2015-03-31/functions/{function}/invocations"),
            sweeps: AtomicUsize::new(0),
            url,
        })
    }

    /// Adds a rule; answers its number.
    pub(crate) async fn add(&self, rule: &Value) -> Result<u64> {
        let answer = self.http.patch(&self.rules).json(&json!([rule])).send().await?.error_for_status()?;
        let added: Value = answer.json().await?;
        added[0]["id"].as_u64().context("the proxy named no rule")
    }

    /// How often a rule was applied.
    pub(crate) async fn hits(&self, rule: u64) -> Result<u64> {
        let rules: Vec<Value> = self.http.get(&self.rules).send().await?.error_for_status()?.json().await?;
        let rule = rules.iter().find(|known| known["id"] == rule).context("the proxy lost a rule")?;
        rule["fired_count"].as_u64().context("the proxy counts nothing")
    }

    /// How often that was done.
    pub(crate) fn sweeps(&self) -> usize {
        self.sweeps.load(Ordering::Relaxed)
    }

    /// Invokes the summarizer as the rate rule does, again and again. A sweep that fails is followed by another.
    pub(crate) async fn sweep_for_ever(&self) -> Result<Infallible> {
        loop {
            tokio::time::sleep(SWEEP_PAUSE).await;
            let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, \
                         SignedHeaders=host, Signature=0";
            let request = self.http.post(&self.sweep).header("authorization", scope);
            let answer = request.json(&json!({"task": "sweep"})).send().await?;
            ensure!(answer.status().is_success(), "the sweep cannot be invoked: {}", answer.status());
            self.sweeps.fetch_add(1, Ordering::Relaxed);
        }
    }
}
