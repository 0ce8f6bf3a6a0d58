//! The failure queues of a stack, as `aws sqs` sees them.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use zikaron_simulator::client;
use zikaron_simulator::local_env::LocalEnv;

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    endpoint: String,
    url: String,
    http: reqwest::Client,
}

/// A message that was received and is hidden from others for a while.
#[derive(Clone, Debug)]
pub struct Held {
    /// What was put in.
    pub body: String,
    receipt: String,
}

impl Queue {
    /// The queue whose address the launcher put into this variable.
    ///
    /// # Errors
    /// When it did not.
    pub fn of(env: &LocalEnv, variable: &'static str) -> Result<Self> {
        let url = std::env::var(variable).with_context(|| format!("{variable} is not set"))?;
        Ok(Self { endpoint: env.aws_endpoint_url.clone(), url, http: client()? })
    }

    /// How long a message that was received and not deleted is hidden.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn hide_for(&self, seconds: u32) -> Result<()> {
        let attributes = json!({"VisibilityTimeout": seconds.to_string()});
        self.call("SetQueueAttributes", json!({"Attributes": attributes})).await.map(drop)
    }

    /// Puts a message in.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn send(&self, body: &str) -> Result<()> {
        self.call("SendMessage", json!({"MessageBody": body})).await.map(drop)
    }

    /// Up to ten messages.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn receive(&self) -> Result<Vec<Held>> {
        let answer = self.call("ReceiveMessage", json!({"MaxNumberOfMessages": 10, "VisibilityTimeout": 1})).await?;
        let text = |message: &Value, name: &str| message[name].as_str().map(str::to_owned);
        let held =
            |message: &Value| Some(Held { body: text(message, "Body")?, receipt: text(message, "ReceiptHandle")? });
        Ok(answer["Messages"].as_array().into_iter().flatten().filter_map(held).collect())
    }

    /// Takes a message out.
    ///
    /// # Errors
    /// When the queue does not answer.
    pub async fn delete(&self, held: &Held) -> Result<()> {
        self.call("DeleteMessage", json!({"ReceiptHandle": held.receipt})).await.map(drop)
    }

    async fn call(&self, action: &str, mut parameters: Value) -> Result<Value> {
        parameters["QueueUrl"] = json!(self.url);
        let scope = "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, \
                     SignedHeaders=host, Signature=0";
        let request = self.http.post(&self.endpoint).header("authorization", scope);
        let request = request.header("x-amz-target", format!("AmazonSQS.{action}"));
        let request = request.header("content-type", "application/x-amz-json-1.0").body(parameters.to_string());
        let answer = request.send().await?.error_for_status()?.text().await?;
        Ok(serde_json::from_str(&answer).unwrap_or_default())
    }
}
