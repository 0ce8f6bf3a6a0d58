//! One chat completion over HTTP. It never repeats a request by itself: the protocol decides what another try is
//! worth.
//!
//! Source: [chat completions](https://platform.openai.com/docs/api-reference/chat/create).

use crate::config::{ApiKey, ChatConfig, InvalidChatConfig};
use crate::finish::Finish;
use crate::marks::behind_marks;
use crate::ordered::Ordered;
use crate::refusal::{Meaning, Refusal};
use crate::spent::Spent;
use crate::thoughts::without_thoughts;
use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use std::time::Duration;
use zikaron_protocol::json::readable;
use zikaron_protocol::ports::ModelError;

/// More than any answer that could be used.
const MAX_ANSWER_BYTES: usize = 1024 * 1024;

/// Why there is no completion.
#[derive(Debug)]
pub(crate) enum Trouble {
    /// The endpoint refused the request, or broke.
    Refusal(Refusal),
    /// Everything else.
    Model(ModelError),
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<ModelError> for Trouble {
    fn from(error: ModelError) -> Self {
        Self::Model(error)
    }
}

impl From<Trouble> for ModelError {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Refusal(refusal) => refusal.into(),
            Trouble::Model(error) => error,
        }
    }
}

/// What is asked for.
#[derive(Serialize)]
struct Body<'a> {
    model: &'a str,
    messages: &'a Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_format: Option<&'a Ordered>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    frequency_penalty: Option<f32>,
}

/// What keeps a model from repeating itself, where it did: the more often a token was written, the less likely it is
/// to come again. From -2 to 2. Small, for what some servers count over the last tokens others count over the whole
/// answer, and a digest writes the names of its members again and again.
const FREQUENCY_PENALTY: f32 = 0.1;

/// Under which name the bound on an answer's length goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitName {
    /// `max_tokens`: the one every server knows. Mistral, older vLLM refuse the other, Ollama ignores it.
    Old,
    /// `max_completion_tokens`: the one models of OpenAI that think insist on.
    New,
}

/// One completion.
#[derive(Debug)]
pub(crate) struct Completion {
    /// Trimmed, without a reasoning model's thoughts; empty only where it was cut before there was anything.
    pub(crate) text: String,
    /// It ends at the bound on its length.
    pub(crate) cut: bool,
}

/// An endpoint and the model asked for there.
pub(crate) struct Chat<K> {
    http: fn() -> reqwest::Client,
    url: Url,
    model: String,
    key: K,
}

impl<K: ApiKey> Chat<K> {
    pub(crate) fn new(http: fn() -> reqwest::Client, config: &ChatConfig, key: K) -> Result<Self, InvalidChatConfig> {
        Ok(Self { http, url: config.endpoint()?, model: config.model.clone(), key })
    }

    /// The names of the bound on an answer's length, the one this endpoint most probably takes first.
    pub(crate) fn limit_names(&self) -> [LimitName; 2] {
        let of_openai = self.url.host_str().is_some_and(|host| is_azure(host) || host == "api.openai.com");
        if of_openai { [LimitName::New, LimitName::Old] } else { [LimitName::Old, LimitName::New] }
    }

    /// The first choice of what the model writes. `varied`: it is kept from repeating itself.
    pub(crate) async fn complete(
        &self,
        messages: &Value,
        format: Option<&Ordered>,
        limit: Option<(LimitName, u32)>,
        varied: bool,
        spent: &Spent,
    ) -> Result<Completion, Trouble> {
        let under = |name| limit.filter(|(wanted, _)| *wanted == name).map(|(_, tokens)| tokens);
        let body = Body {
            model: &self.model,
            messages,
            response_format: format,
            max_tokens: under(LimitName::Old),
            max_completion_tokens: under(LimitName::New),
            frequency_penalty: varied.then_some(FREQUENCY_PENALTY),
        };
        let key = self.key.api_key().await.map_err(|error| ModelError::Unavailable(format!("no key: {error}")))?;
        let (status, after, answer) = self.post(&body, key).await.map_err(|error| unanswered(&error))?;
        if (200..300).contains(&status) {
            completion(&answer, spent)
        } else {
            Err(Refusal { after, ..Refusal::read(status, &answer) }.into())
        }
    }

    async fn post(&self, body: &Body<'_>, key: Option<SecretString>) -> reqwest::Result<Answered> {
        read(authorized((self.http)().post(self.url.clone()).json(body), &self.url, key)).await
    }
}

/// The status, when it wants to be asked again, and the body.
pub(crate) type Answered = (u16, Option<Duration>, Vec<u8>);

/// The request with the key, if there is one.
pub(crate) fn authorized(request: RequestBuilder, url: &Url, key: Option<SecretString>) -> RequestBuilder {
    let Some(key) = key.filter(|key| !key.expose_secret().trim().is_empty()) else { return request };
    let request = request.bearer_auth(key.expose_secret());
    if url.host_str().is_some_and(is_azure) { request.header("api-key", key.expose_secret()) } else { request }
}

/// What the endpoint answers.
pub(crate) async fn read(request: RequestBuilder) -> reqwest::Result<Answered> {
    let mut answer = request.send().await?;
    let after = after(answer.headers());
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > MAX_ANSWER_BYTES {
            // Cut short it is no JSON, and so unusable.
            break;
        }
    }
    Ok((answer.status().as_u16(), after, bytes))
}

/// The header [`Retry-After`](https://www.rfc-editor.org/rfc/rfc9110#name-retry-after) in seconds, or what OpenAI and
/// Azure say more exactly.
fn after(headers: &HeaderMap) -> Option<Duration> {
    let number = |name| headers.get(name)?.to_str().ok()?.trim().parse::<f64>().ok();
    let millis = number("retry-after-ms").or_else(|| Some(1_000.0 * number("retry-after")?))?;
    Duration::try_from_secs_f64(millis / 1_000.0).ok()
}

/// Azure takes its keys in a [header](https://learn.microsoft.com/azure/ai-services/openai/reference) of its own.
fn is_azure(host: &str) -> bool {
    host.to_ascii_lowercase().ends_with(".azure.com")
}

/// reqwest's message names the URL: only the kind is told.
fn unanswered(error: &reqwest::Error) -> Trouble {
    if error.is_builder() {
        return ModelError::Refused("the request cannot be made: is the key printable ASCII?".to_owned()).into();
    }
    let kind = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Refusal::broken(kind).into()
}

/// What is no completion is no answer of a model: a proxy's page, an error in a success.
fn completion(body: &[u8], spent: &Spent) -> Result<Completion, Trouble> {
    let answer: Value = serde_json::from_str(&readable(body)).map_err(|_| Refusal::broken("the answer is not JSON"))?;
    // OpenRouter answers 200 and tells the status of the endpoint behind it.
    if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
        let status = error.get("code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
        let refusal = status.filter(|status| *status >= 400).map(|status| Refusal::read(status, body));
        return Err(refusal.unwrap_or_else(|| Refusal::broken("an error instead of an answer")).into());
    }
    let unusable = |why: &str| Err(ModelError::unusable(why).into());
    let reason = answer.pointer("/choices/0/finish_reason").and_then(Value::as_str).unwrap_or_default();
    let finish = Finish::read(reason);
    spent.add(&answer, finish);
    let cut = match finish {
        Finish::Whole => false,
        Finish::Cut => true,
        Finish::Filtered => return unusable("the answer was filtered"),
        Finish::Broken => return Err(Refusal::broken("the answer broke off").into()),
    };
    // Beside a filter there may be none.
    let message = answer.pointer("/choices/0/message");
    let message = message.ok_or_else(|| Refusal::broken("the answer holds no message"))?;
    let text = match message.get("content") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(parts)) => parts.iter().filter_map(written).collect(),
        _ => String::new(),
    };
    if cut && !text.is_empty() && text.trim().is_empty() {
        // What keeps an answer to a form lets blanks through without end.
        return Err(Refusal { means: Meaning::Spoiled, ..Refusal::broken("the answer is blank") }.into());
    }
    let text = behind_marks(without_thoughts(&text)).to_owned();
    match message.get("refusal").and_then(Value::as_str) {
        _ if cut || !text.is_empty() => Ok(Completion { text, cut }),
        Some(refusal) if !refusal.is_empty() => unusable("the model declined"),
        _ => unusable("the answer is empty"),
    }
}

/// A part of an answer that is for whoever asked: endpoints of reasoning models hand out thoughts as parts of their own.
fn written(part: &Value) -> Option<&str> {
    let kind = part.get("type").and_then(Value::as_str).unwrap_or("text");
    matches!(kind, "text" | "output_text").then(|| part.get("text")?.as_str()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hosts_of_azure_get_azure_s_header() {
        assert!(is_azure("demo.openai.Azure.com"));
        assert!(!is_azure("azure.com.example") && !is_azure("notazure.com"));
    }
}
