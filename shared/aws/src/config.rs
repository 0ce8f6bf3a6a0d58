//! Environment variables, one struct per concern. A missing or malformed one names itself.

use crate::store::Retention;
use anyhow::{Context, Result, bail};
use jiff::SignedDuration;
use std::time::Duration;
use zikaron_channels::webhook::Targets;
use zikaron_protocol::model::config::Config;
use zikaron_protocol::webhook::courier::CourierConfig;

fn text(name: &str) -> Result<String> {
    match std::env::var(name) {
        Ok(value) if !value.trim().is_empty() => Ok(value),
        _ => {
            bail!("the environment variable {name} is missing; template.yaml sets it for every function that needs it")
        }
    }
}

fn seconds(name: &str) -> Result<u32> {
    number(name, "seconds")
}

fn number(name: &str, of: &str) -> Result<u32> {
    let value = text(name)?;
    value.parse().with_context(|| format!("{name} is {value:?}, but must be a whole number of {of}"))
}

/// How long settings, routes and secrets are kept: `SETTINGS_CACHE_SECONDS`.
///
/// # Errors
/// Names the variable.
pub fn cache_time() -> Result<Duration> {
    Ok(Duration::from_secs(seconds("SETTINGS_CACHE_SECONDS")?.into()))
}

/// How long messages and changes are kept: `MESSAGE_RETENTION_DAYS`, `CHANGE_RETENTION_DAYS`; 0 is for ever.
///
/// # Errors
/// Names the variable.
pub fn retention() -> Result<Retention> {
    let days = |name| number(name, "days").map(|days| Some(days).filter(|days| *days > 0));
    Ok(Retention { messages: days("MESSAGE_RETENTION_DAYS")?, changes: days("CHANGE_RETENTION_DAYS")? })
}

/// The name of the table: `TABLE_NAME`.
///
/// # Errors
/// Names the variable.
pub fn table_name() -> Result<String> {
    text("TABLE_NAME")
}

/// The bucket where files wait to be imported: `IMPORT_BUCKET`.
///
/// # Errors
/// Names the variable.
pub fn import_bucket() -> Result<String> {
    text("IMPORT_BUCKET")
}

/// The name of the bus: `EVENT_BUS_NAME`.
///
/// # Errors
/// Names the variable.
pub fn bus_name() -> Result<String> {
    text("EVENT_BUS_NAME")
}

/// What every secret's name begins with: `SECRET_PREFIX`.
///
/// # Errors
/// Names the variable.
pub fn secret_prefix() -> Result<String> {
    text("SECRET_PREFIX")
}

/// Where messages are sent: `GRAPH_BASE_URL`, with the version, such as `https://graph.facebook.com/v26.0`.
///
/// # Errors
/// Names the variable.
pub fn graph_base_url() -> Result<String> {
    text("GRAPH_BASE_URL")
}

/// How calls are placed: `CALL_WEBHOOK_URL`, `CALL_BASE_URL`.
#[derive(Clone, Debug)]
pub struct CallConfig {
    /// The webhook for calls up to the provider's name, for providers that must be told with every call.
    pub webhook_url: String,
    /// A stand-in for all providers' own APIs; none: those.
    pub base_url: Option<String>,
}

impl CallConfig {
    /// Reads the environment.
    ///
    /// # Errors
    /// Names the variable.
    pub fn from_env() -> Result<Self> {
        let base_url = std::env::var("CALL_BASE_URL").ok().filter(|url| !url.trim().is_empty());
        Ok(Self { webhook_url: text("CALL_WEBHOOK_URL")?, base_url })
    }
}

/// The schedules: `SCHEDULE_GROUP`, `SCHEDULE_ROLE_ARN`, `SUMMARIZER_ARN`, `FAILURE_QUEUE_ARN`.
#[derive(Clone, Debug)]
pub struct TimerConfig {
    /// The schedule group's name.
    pub group: String,
    /// The ARN of the role the scheduler invokes the function with.
    pub role_arn: String,
    /// The ARN of the function.
    pub target_arn: String,
    /// The ARN of the SQS queue a fire goes to that the scheduler cannot deliver.
    pub failure_queue_arn: String,
}

impl TimerConfig {
    /// Reads the environment.
    ///
    /// # Errors
    /// Names the variable.
    pub fn from_env() -> Result<Self> {
        Self::of("SUMMARIZER_ARN")
    }

    /// Those of the function that the variable `target` names.
    fn of(target: &str) -> Result<Self> {
        Ok(Self {
            group: text("SCHEDULE_GROUP")?,
            role_arn: text("SCHEDULE_ROLE_ARN")?,
            target_arn: text(target)?,
            failure_queue_arn: text("FAILURE_QUEUE_ARN")?,
        })
    }
}

/// The schedules of retries: `SCHEDULE_GROUP`, `SCHEDULE_ROLE_ARN`, `DELIVER_ARN`, `FAILURE_QUEUE_ARN`.
///
/// # Errors
/// Names the variable.
pub fn retries() -> Result<TimerConfig> {
    TimerConfig::of("DELIVER_ARN")
}

/// When what was posted in vain is posted again: `WEBHOOK_RETRY_SECONDS`, `SCHEDULER_LEAD_SECONDS`.
///
/// # Errors
/// Names the variable.
pub fn courier() -> Result<CourierConfig> {
    let time = |name| seconds(name).map(|seconds| SignedDuration::from_secs(seconds.into()));
    Ok(CourierConfig { first_wait: time("WEBHOOK_RETRY_SECONDS")?, timer_lead: time("SCHEDULER_LEAD_SECONDS")? })
}

/// Where webhooks may be: `WEBHOOK_TARGETS`, `public` or `any`.
///
/// # Errors
/// Names the variable.
pub fn webhook_targets() -> Result<Targets> {
    match text("WEBHOOK_TARGETS")?.as_str() {
        "public" => Ok(Targets::Public),
        "any" => Ok(Targets::Any),
        other => bail!("WEBHOOK_TARGETS is {other:?}, but must be public or any"),
    }
}

/// The group of the schedules: `SCHEDULE_GROUP`.
///
/// # Errors
/// Names the variable.
pub fn schedule_group() -> Result<String> {
    text("SCHEDULE_GROUP")
}

/// Whose access tokens count: `OIDC_ISSUER`, `OIDC_AUDIENCE`, `OIDC_BUSINESS_CLAIM`, `OIDC_ROLE_CLAIM`.
#[derive(Clone, Debug)]
pub struct TokenConfig {
    /// The issuer's URL, letter by letter as it stands in its tokens.
    pub issuer: String,
    /// Whom a token must be meant for: its `aud`, or its `client_id`.
    pub audience: String,
    /// The claim that names the business.
    pub business_claim: String,
    /// The claim that names the role, or several.
    pub role_claim: String,
}

impl TokenConfig {
    /// Reads the environment.
    ///
    /// # Errors
    /// Names the variable.
    pub fn from_env() -> Result<Self> {
        Ok(Self {
            issuer: text("OIDC_ISSUER")?,
            audience: text("OIDC_AUDIENCE")?,
            business_claim: text("OIDC_BUSINESS_CLAIM")?,
            role_claim: text("OIDC_ROLE_CLAIM")?,
        })
    }
}

/// How people sign in to the console: `CONSOLE_CLIENT_ID`, `CONSOLE_SCOPE`, `CONSOLE_SIGN_IN_ORIGIN`.
#[derive(Clone, Debug)]
pub struct ConsoleConfig {
    /// The client of the issuer the console is: a public one, which needs no secret.
    pub client_id: String,
    /// What the console asks the issuer for.
    pub scope: String,
    /// The origin of the issuer's token endpoint where that is not the issuer's own; or empty.
    pub sign_in_origin: String,
}

impl ConsoleConfig {
    /// Reads the environment; none where no client is named: then there is no console.
    #[must_use]
    pub fn from_env() -> Option<Self> {
        let named = |name| std::env::var(name).unwrap_or_default().trim().to_owned();
        let client_id = Some(named("CONSOLE_CLIENT_ID")).filter(|id| !id.is_empty())?;
        Some(Self { client_id, scope: named("CONSOLE_SCOPE"), sign_in_origin: named("CONSOLE_SIGN_IN_ORIGIN") })
    }
}

/// The language model: `AI_BASE_URL`, `AI_MODEL`; its key stands in the secret `<SECRET_PREFIX>/ai`.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// Where `/chat/completions` is found: a URL without it, such as `https://api.openai.com/v1`.
    pub base_url: String,
    /// The model's name, as its vendor writes it.
    pub model: String,
}

impl ModelConfig {
    /// Reads the environment.
    ///
    /// # Errors
    /// Names the variable.
    pub fn from_env() -> Result<Self> {
        Ok(Self { base_url: text("AI_BASE_URL")?, model: text("AI_MODEL")? })
    }
}

/// Where voice notes are transcribed, a URL without `/audio/transcriptions`: `TRANSCRIPTION_BASE_URL`; none where it is
/// empty: at the language model's endpoint.
#[must_use]
pub fn transcription_base_url() -> Option<String> {
    std::env::var("TRANSCRIPTION_BASE_URL").ok().filter(|url| !url.trim().is_empty())
}

/// Silence after which a session ends: `SESSION_IDLE_SECONDS`.
///
/// # Errors
/// Names the variable.
pub fn session_idle() -> Result<SignedDuration> {
    Ok(SignedDuration::from_secs(seconds("SESSION_IDLE_SECONDS")?.into()))
}

/// The protocol's times: `SESSION_IDLE_SECONDS`, `SCHEDULER_LEAD_SECONDS`; the others are its defaults.
///
/// # Errors
/// Names the variable.
pub fn protocol() -> Result<Config> {
    Ok(Config {
        idle: session_idle()?,
        timer_lead: SignedDuration::from_secs(seconds("SCHEDULER_LEAD_SECONDS")?.into()),
        ..Config::default()
    })
}
