//! As a call provider: `POST /call` places a call and tells of its end, `POST /ring` asks who is calling. Each as that
//! provider does it, with its own body and its own signature.

mod bodies;
mod proof;

use crate::clock::now;
use crate::fault::Fault;
use crate::server::log;
use crate::world::World;
use axum::Json;
use axum::extract::State;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use reqwest::header::CONTENT_TYPE;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// How long the product may take to answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);

/// A call provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Provider {
    /// ElevenLabs.
    ElevenLabs,
    /// Vapi.
    Vapi,
    /// Retell, which tells of a call twice.
    #[default]
    Retell,
    /// Bland.
    Bland,
    /// Anybody.
    Generic,
}

impl Provider {
    /// The name in paths.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ElevenLabs => "elevenlabs",
            Self::Vapi => "vapi",
            Self::Retell => "retell",
            Self::Bland => "bland",
            Self::Generic => "generic",
        }
    }
}

/// A turn of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// `customer` or `agent`.
    pub speaker: String,
    /// What is said.
    pub text: String,
}

/// A call that took place.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Call {
    /// The customer's number; left out, it is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who carried it.
    pub provider: Provider,
    /// What was said, in order.
    pub lines: Vec<Line>,
    /// The call's id; a fresh one, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// When it ended, in Unix seconds; now, if left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at: Option<i64>,
    /// The provider's own summary.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// A machine answered.
    pub voicemail: bool,
    /// How many times every report of it comes, all at once.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<usize>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Called {
    /// The call's id.
    pub id: String,
    /// What the product answered to each report; 0 where it did not answer.
    pub statuses: Vec<u16>,
}

/// A call that begins.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Ring {
    /// Who calls; left out, the number is withheld.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Who asks.
    pub provider: Provider,
}

/// What the product says of the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Greeted {
    /// The status; 0 without an answer.
    pub status: u16,
    /// The answer, in the provider's format.
    pub answer: Value,
}

/// The accounts at the call providers, as the launcher of the stack seeds them.
struct Accounts {
    url: String,
    signing_secret: String,
    token: String,
    /// The number that is called.
    number: String,
}

impl Accounts {
    fn from_env() -> Result<Self, Fault> {
        let text = |name: &str| {
            let unset =
                || Fault::not_found("no calls here: CALLS_URL, CALLS_SECRET, CALLS_TOKEN or CALLS_NUMBER is not set");
            std::env::var(name).map_err(|_| unset())
        };
        Ok(Self {
            url: text("CALLS_URL")?,
            signing_secret: text("CALLS_SECRET")?,
            token: text("CALLS_TOKEN")?,
            number: text("CALLS_NUMBER")?,
        })
    }

    fn address(&self, provider: Provider, start: bool) -> String {
        let (name, end) = (provider.as_str(), if start { "/start" } else { "" });
        format!("{}/{name}/calls-{name}{end}", self.url)
    }
}

/// A call as its provider knows it.
struct Took<'a> {
    id: &'a str,
    call: &'a Call,
    own: &'a str,
    began: Timestamp,
    ended: Timestamp,
}

pub(crate) async fn call(State(world): State<World>, Json(call): Json<Call>) -> Result<Json<Called>, Fault> {
    let accounts = Accounts::from_env()?;
    if call.lines.iter().any(|line| line.speaker != "customer" && line.speaker != "agent") {
        return Err(Fault::bad_request("`speaker` is `customer` or `agent`"));
    }
    let ended = match call.at {
        Some(seconds) => Timestamp::from_second(seconds).map_err(|_| Fault::bad_request("`at` is no time"))?,
        None => now(),
    };
    let id = call.id.clone().unwrap_or_else(|| format!("call_{}", world.book().wamid().replace(['.', '='], "_")));
    // A second for each turn: people here talk fast, so that a call does not reach back into what was written before.
    let lasted = SignedDuration::from_secs(i64::try_from(call.lines.len()).unwrap_or(0).max(1));
    let took = Took { id: &id, call: &call, own: &accounts.number, began: ended - lasted, ended };
    let mut statuses = Vec::new();
    for body in bodies::ended(&took) {
        let body = body.to_string().into_bytes();
        let posts = (0..call.times.unwrap_or(1)).map(|_| post(&world, &accounts, call.provider, false, &body));
        statuses.extend(join_all(posts).await.into_iter().map(|(status, _)| status));
    }
    log(&format!("call {id} of {}: answered {statuses:?}", call.provider.as_str()));
    Ok(Json(Called { id, statuses }))
}

pub(crate) async fn ring(State(world): State<World>, Json(ring): Json<Ring>) -> Result<Json<Greeted>, Fault> {
    let accounts = Accounts::from_env()?;
    let body = bodies::starts(&ring, &accounts.number)
        .ok_or_else(|| Fault::bad_request("this provider asks nothing when a call begins"))?;
    let (status, answer) = post(&world, &accounts, ring.provider, true, body.to_string().as_bytes()).await;
    Ok(Json(Greeted { status, answer: serde_json::from_slice(&answer).unwrap_or_default() }))
}

/// Posts once, with the provider's proof. Answers status and body; 0 when there was no answer.
async fn post(world: &World, accounts: &Accounts, provider: Provider, start: bool, body: &[u8]) -> (u16, Vec<u8>) {
    let mut request = world
        .http
        .post(accounts.address(provider, start))
        .header(CONTENT_TYPE, "application/json")
        .timeout(ANSWER_TIMEOUT)
        .body(body.to_vec());
    for (name, value) in proof::headers(provider, start, accounts, body, now()) {
        request = request.header(name, value);
    }
    match request.send().await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            (status, answer.bytes().await.map(|bytes| bytes.to_vec()).unwrap_or_default())
        }
        Err(_) => (0, Vec::new()),
    }
}
