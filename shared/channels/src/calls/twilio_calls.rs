//! What was said in the calls of a conversation that closed, fetched from Twilio's Conversation Orchestrator: its
//! participants and its communications, page by page, with an API key.
//!
//! Sources: [communications](https://www.twilio.com/docs/api/conversations/v2/Communication),
//! [participants](https://www.twilio.com/docs/api/conversations/v2/Participant).
//!
//! One conversation may hold several calls, and messages of other channels between them: a call is what has the same
//! `channelId`, its `CallSid`; what was written is not fetched for anything. Whose words they are, the participants say.

use super::object::Object;
use super::provider::ProviderReport;
use super::report::{self, of_body};
use super::secret::{CallSecret, CallSecrets};
use super::transcript;
use crate::once::{InvalidBaseUrl, base};
use jiff::Timestamp;
use reqwest::Url;
use secrecy::ExposeSecret;
use std::collections::{BTreeMap, HashMap};
use std::future::Future;
use std::time::Duration;
use zikaron_protocol::model::call::{CallCompleted, CallsDue, Direction, Provider, Voice};
use zikaron_protocol::ports::{Clock, Unavailable};

/// Twilio's Conversations API in the version this was written against, without a slash at the end.
const DEFAULT_BASE_URL: &str = "https://conversations.twilio.com/v2";
/// The longest an answer takes.
const TIMEOUT: Duration = Duration::from_secs(15);
/// As many items as Twilio gives at once.
const PAGE_SIZE: &str = "1000";
/// A call of a day's length has fewer turns than these hold.
const MAX_PAGES: usize = 20;
/// A page is turns of a call, each with its words one by one; more than this is not read.
const MAX_PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Where calls are fetched of which a provider only says that they ended.
pub trait DueCalls: Send + Sync {
    /// The calls of a conversation; none where it holds none or is not there any more.
    fn calls(&self, due: &CallsDue) -> impl Future<Output = Result<Vec<CallCompleted>, Unavailable>> + Send;
}

/// Twilio's Conversations API, by the connections' own keys.
#[derive(Clone)]
pub struct TwilioCalls<S, C> {
    http: fn() -> reqwest::Client,
    secrets: S,
    clock: C,
    base: Url,
}

/// Somebody in the conversation.
struct Participant {
    voice: Voice,
    /// Their number on the phone, with the call it was used in.
    numbers: Vec<(String, Option<String>)>,
}

/// What somebody said in a call.
struct Utterance {
    author: Option<String>,
    number: Option<String>,
    text: String,
    at: Option<Timestamp>,
}

impl<S: CallSecrets, C: Clock> TwilioCalls<S, C> {
    /// With a `stand_in` Twilio is asked there, under its name, as [`super::CallClient`] asks the providers.
    ///
    /// # Errors
    /// [`InvalidBaseUrl`].
    pub fn new(
        http: fn() -> reqwest::Client,
        secrets: S,
        clock: C,
        stand_in: Option<&str>,
    ) -> Result<Self, InvalidBaseUrl> {
        let stand_in = stand_in.map(|address| format!("{}/twilio/v2", address.trim_end_matches('/')));
        Ok(Self { http, secrets, clock, base: base(stand_in.as_deref().unwrap_or(DEFAULT_BASE_URL))? })
    }

    /// A page of a list; none where the conversation is not there.
    async fn page(&self, secret: &CallSecret, url: Url) -> Result<Option<Vec<u8>>, Unavailable> {
        let (Some(user), Some(key)) = (&secret.account.api_user, &secret.api_key) else {
            return Err(unavailable("the connection's secret holds no api_user with its api_key"));
        };
        let request = (self.http)().get(url).basic_auth(user, Some(key.expose_secret())).timeout(TIMEOUT);
        let mut answer = request.send().await.map_err(|error| broken(&error))?;
        match answer.status().as_u16() {
            200 => {}
            404 => return Ok(None),
            status => return Err(unavailable(format!("HTTP {status}"))),
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| broken(&error))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > MAX_PAGE_BYTES {
                return Err(unavailable("a page does not end"));
            }
        }
        Ok(Some(bytes))
    }

    /// Every item of a conversation's list, read by `read`; none where the conversation is not there.
    async fn list<T>(
        &self,
        secret: &CallSecret,
        due: &CallsDue,
        name: (&str, &str),
        read: impl Fn(&Object<'_>) -> Option<T> + Send + Sync,
    ) -> Result<Option<Vec<T>>, Unavailable> {
        let mut url = self.base.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            // An http(s) URL always has segments; what stands in the id cannot make another path.
            segments.extend(["Conversations", due.conversation.as_str(), name.0]);
        }
        let (mut items, mut token) = (Vec::new(), None::<String>);
        for _ in 0..MAX_PAGES {
            let mut url = url.clone();
            url.query_pairs_mut().append_pair("pageSize", PAGE_SIZE);
            if let Some(token) = &token {
                url.query_pairs_mut().append_pair("pageToken", token);
            }
            let Some(page) = self.page(secret, url).await? else { return Ok(None) };
            let read = of_body(&page, |page| {
                items.extend(page.objects(name.1).iter().filter_map(&read));
                page.object("meta").text("nextToken")
            });
            token = read.map_err(|_| unavailable("an answer is no JSON object"))?;
            if token.is_none() {
                return Ok(Some(items));
            }
        }
        Err(unavailable("a list does not end"))
    }
}

impl<S: CallSecrets, C: Clock> DueCalls for TwilioCalls<S, C> {
    async fn calls(&self, due: &CallsDue) -> Result<Vec<CallCompleted>, Unavailable> {
        let secret = self.secrets.call_connection(&due.connection).await?;
        let Some(secret) = secret.filter(|secret| secret.provider == due.provider) else {
            tracing::warn!(connection = %due.connection, "calls of a connection that is not there any more");
            return Ok(Vec::new());
        };
        let participants = self.list(&secret, due, ("Participants", "participants"), participant).await?;
        let communications = self.list(&secret, due, ("Communications", "communications"), utterance).await?;
        let (Some(participants), Some(said)) = (participants, communications) else {
            tracing::warn!(conversation = %due.conversation, "a conversation is not there any more");
            return Ok(Vec::new());
        };
        let participants: HashMap<String, Participant> = participants.into_iter().collect();
        let mut calls: BTreeMap<String, Vec<Utterance>> = BTreeMap::new();
        for (call, utterance) in said {
            calls.entry(call).or_default().push(utterance);
        }
        let now = self.clock.now();
        let completed = |(call, said): (String, Vec<Utterance>)| {
            let told = told(call, said, &participants);
            let completed = report::completed(Provider::Twilio, &due.connection, told, now);
            completed
                .inspect_err(|reason| tracing::warn!(connection = %due.connection, reason, "a call was set aside"))
                .ok()
        };
        Ok(calls.into_iter().filter_map(completed).collect())
    }
}

/// A participant, by its id.
fn participant(of: &Object<'_>) -> Option<(String, Participant)> {
    let voice = match of.text("type").map(|kind| kind.to_ascii_lowercase()).as_deref() {
        Some("customer") => Voice::Customer,
        Some("ai_agent" | "agent") => Voice::Agent,
        Some("human_agent") => Voice::Staff,
        _ => Voice::Unknown,
    };
    let on_the_phone = |of: &Object<'_>| of.text("channel").as_deref() == Some("VOICE");
    let numbers = of.objects("addresses").into_iter().filter(on_the_phone);
    let numbers = numbers.filter_map(|of| Some((of.text("address")?, of.text("channelId")))).collect();
    Some((of.text("id")?, Participant { voice, numbers }))
}

/// What was said in a call, by the call's id; none for what was written.
fn utterance(of: &Object<'_>) -> Option<(String, Utterance)> {
    let author = of.object("author");
    if author.text("channel").as_deref() != Some("VOICE") {
        return None;
    }
    let utterance = Utterance {
        author: author.text("participantId"),
        number: author.text("address"),
        text: of.object("content").text("text")?,
        at: of.time("occurredAt").or_else(|| of.time("createdAt")),
    };
    Some((of.text("channelId")?, utterance))
}

/// A call as its utterances tell of it. Which way it went they do not: the status of the call does, where it is told.
fn told(call: String, mut said: Vec<Utterance>, participants: &HashMap<String, Participant>) -> ProviderReport {
    said.sort_by_key(|utterance| utterance.at);
    let voice = |author: &Option<String>| {
        let author = author.as_ref().and_then(|author| participants.get(author));
        author.map_or(Voice::Unknown, |author| author.voice)
    };
    let number = |of: &dyn Fn(Voice) -> bool| {
        let spoken = said.iter().filter(|utterance| of(voice(&utterance.author))).find_map(|said| said.number.clone());
        let silent = || {
            let silent = participants.values().filter(|participant| of(participant.voice));
            let mut numbers = silent.flat_map(|participant| &participant.numbers);
            numbers.find(|(_, in_call)| in_call.as_ref() == Some(&call)).map(|(number, _)| number.clone())
        };
        spoken.or_else(silent)
    };
    let (customer, own) =
        (number(&|voice| voice == Voice::Customer), number(&|voice| matches!(voice, Voice::Agent | Voice::Staff)));
    let (started, ended) = (said.iter().find_map(|said| said.at), said.iter().rev().find_map(|said| said.at));
    let turn = |said: &Utterance| {
        let since = said.at.zip(started).map(|(at, began)| at.duration_since(began).as_secs());
        transcript::turn(voice(&said.author), &said.text, since.and_then(|second| u32::try_from(second).ok()))
    };
    ProviderReport {
        agent: None,
        customer,
        own,
        direction: Direction::Inbound,
        started,
        ended,
        lasted: None,
        transcript: said.iter().filter_map(turn).collect(),
        voicemail: false,
        summary: None,
        recording_url: None,
        ended_because: None,
        tag: None,
        call_id: Some(call),
    }
}

/// reqwest's own message names the URL: only the kind is told.
fn broken(error: &reqwest::Error) -> Unavailable {
    unavailable(if error.is_timeout() { "no answer in time" } else { "the connection broke" })
}

fn unavailable(reason: impl Into<String>) -> Unavailable {
    Unavailable { what: "Twilio's Conversations API", reason: reason.into() }
}
