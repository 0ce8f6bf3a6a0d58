//! The simulator's client: what the demo and the end-to-end tests say and look at.

use crate::calls::{Call, CallResult, Ring, RingResult, ToolUse};
use crate::http::client;
use crate::state::{
    AiRequest, Connection, FaultScript, FaultStep, FileFault, PlacedCall, Say, SayResult, Script, Sent, Template,
};
use crate::wait;
use crate::wire::{SIGNATURE_HEADER, sign};
use anyhow::{Context, Result, ensure};
use reqwest::header::CONTENT_TYPE;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Drives one simulator.
#[derive(Clone, Debug)]
pub struct Driver {
    base: String,
    http: reqwest::Client,
}

impl Driver {
    /// The simulator at this URL.
    ///
    /// # Errors
    /// When the HTTP client does not start.
    pub fn new(base: &str) -> Result<Self> {
        Ok(Self { base: base.trim_end_matches('/').to_owned(), http: client()? })
    }

    /// Makes a number known, or changes what is known of it.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn connect(&self, connection: &Connection) -> Result<()> {
        self.post("/connections", connection).await?;
        Ok(())
    }

    /// A customer writes; comes back when the webhook has taken it.
    ///
    /// # Errors
    /// When the webhook did not take it in the end.
    pub async fn say(&self, say: &Say) -> Result<SayResult> {
        let said: SayResult = self.post("/say", say).await?.json().await?;
        ensure!(said.status == 200, "the webhook answered {} to {}", said.status, said.id);
        Ok(said)
    }

    /// A customer calls; comes back when every report of the call was taken.
    ///
    /// # Errors
    /// When the webhook did not take one of them.
    pub async fn call(&self, call: &Call) -> Result<CallResult> {
        let called: CallResult = self.post("/call", call).await?.json().await?;
        ensure!(called.statuses.iter().all(|status| *status == 200), "call {}: {:?}", called.id, called.statuses);
        Ok(called)
    }

    /// A call begins; comes back with what the product answers about the caller.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn ring(&self, ring: &Ring) -> Result<RingResult> {
        Ok(self.post("/ring", ring).await?.json().await?)
    }

    /// Has a voice agent ask or write down something in mid-call.
    ///
    /// # Errors
    /// When the simulator does not answer, or refuses.
    pub async fn tool(&self, used: &ToolUse) -> Result<RingResult> {
        Ok(self.post("/tool", used).await?.json().await?)
    }

    /// The calls to a customer (digits) that a provider was asked to place, oldest first.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn placed_calls(&self, to: &str) -> Result<Vec<PlacedCall>> {
        self.get("/call-providers/placed", &[("to", to)]).await
    }

    /// The faults of the call providers that still wait for a call to this customer.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn call_faults_left(&self, to: &str) -> Result<Vec<FaultStep>> {
        self.get("/call-providers/script", &[("to", to)]).await
    }

    /// Queues faults of the call providers towards one customer.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn script_call_faults(&self, script: &FaultScript) -> Result<()> {
        self.post("/call-providers/script", script).await?;
        Ok(())
    }

    /// Has a template approved, or paused, rejected, switched off.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn put_template(&self, template: &Template) -> Result<()> {
        self.post("/templates", template).await?;
        Ok(())
    }

    /// Sends a webhook body as it is, signed with the secret of a number, once. Answers the webhook's status.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn deliver(&self, number: &str, body: Vec<u8>) -> Result<u16> {
        let request = self.http.post(format!("{}/deliver?number={number}", self.base)).body(body);
        let answer: serde_json::Value = request.send().await?.error_for_status()?.json().await?;
        u16::try_from(answer["status"].as_u64().unwrap_or_default()).context("the webhook's status")
    }

    /// What a customer (digits of the phone number, or the user id) was sent from a number, oldest first.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn sent(&self, number: &str, to: &str) -> Result<Vec<Sent>> {
        self.get("/sent", &[("number", number), ("to", to)]).await
    }

    /// Waits for the customer's messages to be this many, or more; answers all of them.
    ///
    /// # Errors
    /// When they are not there in time.
    pub async fn sent_at_least(&self, number: &str, to: &str, many: usize, limit: Duration) -> Result<Vec<Sent>> {
        wait::until(&format!("{many} messages to a customer"), limit, async || {
            Ok(Some(self.sent(number, to).await?).filter(|sent| sent.len() >= many))
        })
        .await
    }

    /// The requests the offline model got that hold a text, of one kind (`reply`, `digest`), oldest first.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn ai_requests(&self, kind: &str, holding: &str) -> Result<Vec<AiRequest>> {
        self.get("/ai/requests", &[("kind", kind), ("holding", holding)]).await
    }

    /// Queues answers of the offline model.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn script(&self, script: &Script) -> Result<()> {
        self.post("/ai/script", script).await?;
        Ok(())
    }

    /// Queues faults of WhatsApp towards one customer.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn script_faults(&self, script: &FaultScript) -> Result<()> {
        self.post("/graph/script", script).await?;
        Ok(())
    }

    /// The faults that still wait for the next messages to this customer.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn faults_left(&self, to: &str) -> Result<Vec<FaultStep>> {
        self.get("/graph/script", &[("to", to)]).await
    }

    /// What went wrong with each fetch of the files in which something is said that holds a text, in their order.
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn fetches(&self, holding: &str) -> Result<Vec<FileFault>> {
        self.get("/graph/fetches", &[("holding", holding)]).await
    }

    /// Posts a body to any webhook, signed with any secret. Answers the status.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn post_signed(&self, url: &str, app_secret: &str, body: Vec<u8>) -> Result<u16> {
        let request = self.http.post(url).header(CONTENT_TYPE, "application/json");
        let request = request.header(SIGNATURE_HEADER, sign(app_secret, &body)?);
        Ok(request.body(body).send().await?.status().as_u16())
    }

    /// An access token of the local issuer with these claims; see [`crate::issuer::Issuer::token`].
    ///
    /// # Errors
    /// When the simulator does not answer with success.
    pub async fn token(&self, claims: &serde_json::Value) -> Result<String> {
        let answer: serde_json::Value = self.post("/oidc/token", claims).await?.json().await?;
        answer["access_token"].as_str().map(str::to_owned).context("no token")
    }

    async fn post(&self, path: &str, body: &impl Serialize) -> Result<reqwest::Response> {
        let answer = self.http.post(format!("{}{path}", self.base)).json(body).send().await?;
        let status = answer.status();
        if !status.is_success() {
            anyhow::bail!("{path} answered {status}: {}", answer.text().await.unwrap_or_default());
        }
        Ok(answer)
    }

    async fn get<T: DeserializeOwned>(&self, path: &str, query: &[(&str, &str)]) -> Result<T> {
        let mut url = reqwest::Url::parse(&format!("{}{path}", self.base))?;
        url.query_pairs_mut().extend_pairs(query);
        Ok(self.http.get(url).send().await?.error_for_status()?.json().await?)
    }
}
