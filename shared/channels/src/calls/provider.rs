//! What a call provider's file must say: how its requests are proven, what is in them, and how it wants to be answered.

use super::object::Object;
use super::on_the_line::CallStartRequest;
use super::proof::Delivered;
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{Direction, Spoken};

/// Which of a provider's webhooks a request came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookKind {
    /// A call ended.
    End,
    /// A call begins.
    Start,
    /// A voice agent asks or notes something in mid-call.
    Tool,
}

/// One call provider. A new one is a file that implements this, and a line in the table of `mod.rs`.
pub(super) trait CallProvider: Sync {
    /// The headers that may carry a proof, in lower case: a request without any of them is refused before a secret is
    /// fetched for it.
    fn proof_headers(&self) -> &'static [&'static str];

    /// Whether a request comes from whoever holds the secret. `now` measures the age of a signature, where the provider
    /// signs a time.
    fn is_genuine(&self, kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool;

    /// The headers with which the provider would send these bytes.
    fn sign(&self, kind: WebhookKind, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)>;

    /// The body as JSON, where the provider posts another form.
    fn json<'a>(&self, body: &'a [u8]) -> Cow<'a, [u8]> {
        Cow::Borrowed(body)
    }

    /// What the body of an end-of-call webhook tells.
    fn message(&self, whole: &Object<'_>) -> ProviderMessage;

    /// Whether the provider asks at the start of a call. One that does also writes the next two, which are not called
    /// for any other.
    fn asks_at_start(&self) -> bool {
        false
    }

    /// Who is calling whom, by the body of a start-of-call webhook.
    fn starting(&self, _whole: &Object<'_>) -> CallStartRequest {
        CallStartRequest::default()
    }

    /// Whether the provider's agents have tools. One whose do also writes the next, which is not called for any
    /// other.
    fn has_tools(&self) -> bool {
        self.asks_at_start()
    }

    /// What a voice agent asks or notes, by the body its tool sends.
    fn tool(&self, _tool: Tool, _whole: &Object<'_>) -> ToolRequest {
        ToolRequest::default()
    }

    /// The answer to a tool: of one call of it, but where the provider makes several at once. `ids` are the provider's.
    fn tool_answer(&self, answers: &[Answer], _ids: &[Option<String>]) -> Value {
        answers.first().map_or_else(|| tool::result(&Answer::default()), tool::result)
    }

    /// The provider's own API for calls it is to place; none where it has none.
    fn outbound(&self) -> Option<OutboundApi> {
        None
    }

    /// The answer to a start-of-call webhook. `variables` holds the memory as text under `memory`, and the fields of
    /// the profile by name; `assistant` is who takes the call, for providers that must be told.
    fn answer(&self, known: &Recalled, variables: Map<String, Value>, _assistant: Option<&str>) -> Value {
        own_answer(known, variables)
    }
}

/// How a provider is asked to place a call: one POST, answered with JSON.
pub(super) struct OutboundApi {
    /// Scheme and host of its API.
    pub(super) host: &'static str,
    /// The header the key stands in, and what stands before it there.
    pub(super) key: (&'static str, &'static str),
    /// The path, and the request's body.
    pub(super) request: fn(&CallOrder<'_>) -> (&'static str, Value),
    /// The member of the answer that holds the call's id, as the reports name it.
    pub(super) id: &'static str,
}

/// A call that is to be placed, for a provider's file to write down.
pub(super) struct CallOrder<'a> {
    pub(super) agent: &'a str,
    pub(super) from: &'a str,
    pub(super) to: &'a str,
    /// What the agent's prompt may name; all are texts.
    pub(super) variables: Map<String, Value>,
    /// What the report of the call is to hold under [`TAG`].
    pub(super) tag: &'a str,
    /// Where the provider is to report the call, where it must be told with each.
    pub(super) report_to: &'a str,
}

/// The name under which our tag goes along with a call and comes back with its report.
pub(super) const TAG: &str = "zikaron_tag";

/// Our own format of an answer: the memory document as staff see it, its text, and the variables.
fn own_answer(known: &Recalled, variables: Map<String, Value>) -> Value {
    let memory = known.document.as_ref().map(|document| {
        json!({
            "customer_profile_json": document.customer_profile_json.to_public_json(),
            "last_summary": document.last_summary,
            "summary_updated_at": document.summary_updated_at,
            "notes": document.notes,
        })
    });
    json!({"memory": memory, "text": known.text, "variables": variables})
}

/// What a provider tells of a finished call, in its own words. A provider's file fills it in as far as it goes.
pub(super) struct ProviderReport {
    pub(super) call_id: Option<String>,
    pub(super) agent: Option<String>,
    /// The customer's number.
    pub(super) customer: Option<String>,
    /// The business's number.
    pub(super) own: Option<String>,
    pub(super) direction: Direction,
    pub(super) started: Option<Timestamp>,
    pub(super) ended: Option<Timestamp>,
    pub(super) lasted: Option<SignedDuration>,
    pub(super) transcript: Vec<Spoken>,
    pub(super) voicemail: bool,
    pub(super) summary: Option<String>,
    pub(super) recording_url: Option<String>,
    pub(super) ended_because: Option<String>,
    /// What stands under [`TAG`], where the call was placed by us.
    pub(super) tag: Option<String>,
}

/// What a provider's file makes of a body.
pub(super) enum ProviderMessage {
    Ended(Box<ProviderReport>),
    /// A conversation ended whose calls the provider keeps: its id there.
    Due(String),
    /// A message that tells of no finished call: its type, made for the log.
    Other(String),
}

/// The type of a provider's message, for the log: it is somebody else's text, so only harmless characters stay.
pub(super) fn type_for_log(name: Option<String>) -> String {
    let name = name.unwrap_or_else(|| "without a type".to_owned());
    name.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ')).take(60).collect()
}
