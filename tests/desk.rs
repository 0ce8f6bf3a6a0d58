//! Staff who have something done for a customer at a time (docs/rules.md#m).

use crate::stage::Stage;
use anyhow::{Context, Result};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};
use zikaron_simulator::customer::Customer;
use zikaron_simulator::{now, wait};

const AGENT: &str = "agent_demo";
/// Tests change who calls for the seeded business: one at a time.
static DESK: Mutex<()> = Mutex::const_new(());

/// Staff at the API.
#[derive(Debug)]
pub struct Desk<'a> {
    stage: &'a Stage,
    http: reqwest::Client,
    _alone: MutexGuard<'static, ()>,
}

impl<'a> Desk<'a> {
    /// Lets actions be done at any hour, and has a template for what is late.
    ///
    /// # Errors
    /// When a setting cannot be written.
    pub async fn of(stage: &'a Stage) -> Result<Self> {
        let alone = DESK.lock().await;
        let templates =
            json!([{"name": "visit_reminder", "language": "he", "text": "היי, {{1}}", "parameters": ["text"]}]);
        for (key, value) in [
            ("enable_actions", "true"),
            ("quiet_hours", r#"{"from": "00:00", "until": "00:00"}"#),
            ("quiet_days", "[]"),
            ("templates", &templates.to_string()),
        ] {
            stage.admin.set(key, value).await?;
        }
        Ok(Self { stage, http: zikaron_simulator::client()?, _alone: alone })
    }

    /// Who calls from now on.
    ///
    /// # Errors
    /// When it cannot be set.
    pub async fn calls_by(&self, provider: &str) -> Result<()> {
        let connection = format!("calls-{provider}");
        self.stage.admin.run(&["route", "add", "--connection", &connection, "--number", AGENT]).await?;
        // Retell and Bland are told a number, the others its id.
        let number = std::env::var("CALLS_NUMBER")?;
        let number = match provider {
            "vapi" => "phnum_demo",
            "elevenlabs" => "sip:phnum_demo",
            _ => number.as_str(),
        };
        let caller = json!({"connection": connection, "agent": AGENT, "number": number});
        self.stage.admin.set("caller", &caller.to_string()).await?;
        // Functions see it when their cache has run out.
        tokio::time::sleep(Duration::from_secs(2)).await;
        Ok(())
    }

    /// Asks the API for something about a customer's actions, at this path below them.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn ask(&self, of: &Customer, method: reqwest::Method, path: &str, body: Option<Value>) -> Result<Value> {
        let lead = of.lead().await?["lead"].as_str().context("no lead")?.to_owned();
        let url = format!("{}/leads/{lead}/actions{path}", self.stage.env.api_url);
        let mut request = self.http.request(method, url).bearer_auth(&self.stage.env.api_token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let (status, text) = (answer.status(), answer.text().await?);
        anyhow::ensure!(status.is_success(), "{status}: {text}");
        Ok(serde_json::from_str(&text)?)
    }

    /// Has something done in a moment. Answers its id.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub async fn enters(&self, of: &Customer, kind: &str, text: &str) -> Result<String> {
        let body = json!({"kind": kind, "text": text, "due_at": now().to_string()});
        let made = self.ask(of, reqwest::Method::POST, "", Some(body)).await?;
        made["id"].as_str().map(str::to_owned).context("no id")
    }

    /// The customer's actions, the newest first.
    ///
    /// # Errors
    /// See [`Self::ask`].
    pub async fn actions(&self, of: &Customer) -> Result<Vec<Value>> {
        let all = self.ask(of, reqwest::Method::GET, "", None).await?;
        Ok(all["actions"].as_array().cloned().unwrap_or_default())
    }

    /// How the newest action has ended.
    ///
    /// # Errors
    /// When it does not within `limit`.
    pub async fn end(&self, of: &Customer, limit: Duration) -> Result<Value> {
        wait::until("the end of an action", limit, async || {
            let newest = self.actions(of).await?.into_iter().next().unwrap_or_default();
            Ok(Some(newest["ended"].clone()).filter(|ended| !ended.is_null()))
        })
        .await
    }
}
