//! Vapi.
//!
//! Sources: [proof](https://docs.vapi.ai/server-url/server-authentication),
//! [messages](https://docs.vapi.ai/server-url/events), [placing a
//! call](https://docs.vapi.ai/api-reference/calls/create).
//!
//! The credential of a server URL decides on the proof: a bearer token, the older `X-Vapi-Secret`, or an HMAC-SHA256 of
//! the body, or of `"{timestamp}.{body}"` with 5 minutes of tolerance where a timestamp comes with it. All types of
//! messages arrive at one address: those that are not asked for are taken and left.

use super::object::Object;
use super::on_the_line::{CallStartRequest, direction};
use super::proof::{self, Delivered, is_fresh, seconds};
use super::provider::{CallProvider, OutboundApi, ProviderMessage, ProviderReport, TAG, WebhookKind, type_for_log};
use super::report::of_body;
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use super::{flat_text, transcript};
use crate::signature::same_token;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use zikaron_protocol::call::ask::Answer;
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{Direction, Spoken, Voice};

const SIGNATURE: [&str; 2] = ["x-vapi-signature", "x-signature"];
const TIMESTAMP: &str = "x-timestamp";
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(super) struct Vapi;

impl CallProvider for Vapi {
    fn proof_headers(&self) -> &'static [&'static str] {
        &["authorization", "x-vapi-secret", SIGNATURE[0], SIGNATURE[1]]
    }

    fn is_genuine(&self, _kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
        let token = delivered.bearer().or_else(|| delivered.header("x-vapi-secret"));
        if token.zip(secret.token.as_ref()).is_some_and(|(given, token)| same_token(given, token)) {
            return true;
        }
        let Some(digest) = SIGNATURE.iter().find_map(|name| delivered.header(name)) else { return false };
        let digest = digest.strip_prefix("sha256=").unwrap_or(digest);
        let key = secret.signing_secret.as_ref();
        match delivered.header(TIMESTAMP) {
            None => proof::signed(key, &[delivered.body()], digest),
            Some(at) => {
                // Vapi writes seconds or milliseconds.
                let time = if at.len() > 11 {
                    at.parse().ok().and_then(|ms| Timestamp::from_millisecond(ms).ok())
                } else {
                    seconds(at)
                };
                is_fresh(time, now, TOLERANCE) && proof::signed(key, &[at.as_bytes(), b".", delivered.body()], digest)
            }
        }
    }

    fn sign(
        &self,
        _kind: WebhookKind,
        secret: &CallSecret,
        body: &[u8],
        _now: Timestamp,
    ) -> Vec<(&'static str, String)> {
        match &secret.token {
            Some(token) => vec![("authorization", format!("Bearer {}", token.expose_secret()))],
            None => vec![(SIGNATURE[0], proof::sign(secret.signing_secret.as_ref(), &[body]))],
        }
    }

    fn message(&self, whole: &Object<'_>) -> ProviderMessage {
        let report = whole.object("message");
        let name = report.text("type");
        if name.as_deref() != Some("end-of-call-report") {
            return ProviderMessage::Other(type_for_log(name));
        }
        let (call, artifact) = (report.object("call"), report.object("artifact"));
        let because = report.text("endedReason").or_else(|| call.text("endedReason"));
        let recording = artifact.object("recording");
        let parties = parties(&report, &call);
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: call.text("id"),
            agent: parties.agent,
            customer: parties.customer,
            own: parties.own,
            direction: parties.direction,
            started: report.time("startedAt").or_else(|| call.time("startedAt")),
            ended: report.time("endedAt").or_else(|| call.time("endedAt")).or_else(|| report.time("timestamp")),
            lasted: report.lasting("durationSeconds", 1.0),
            transcript: turns(&report, &artifact),
            voicemail: because.as_deref() == Some("voicemail"),
            summary: report.object("analysis").text("summary").or_else(|| report.text("summary")),
            recording_url: artifact
                .text("recordingUrl")
                .or_else(|| recording.text("stereoUrl"))
                .or_else(|| recording.object("mono").text("combinedUrl"))
                .or_else(|| artifact.text("stereoRecordingUrl")),
            ended_because: because,
            tag: call.object("assistantOverrides").object("metadata").text(TAG),
        }))
    }

    /// Names nobody knows are refused there, so that the tag stands where there is room for one's own.
    fn outbound(&self) -> Option<OutboundApi> {
        Some(OutboundApi {
            host: "https://api.vapi.ai",
            key: ("authorization", "Bearer "),
            request: |call| {
                let body = json!({"assistantId": call.agent, "phoneNumberId": call.from,
                    "customer": {"number": call.to},
                    "assistantOverrides": {"variableValues": call.variables, "metadata": {TAG: call.tag}}});
                ("/call", body)
            },
            id: "id",
        })
    }

    fn asks_at_start(&self) -> bool {
        true
    }

    /// Another message than a question about a call that begins names nobody.
    fn starting(&self, whole: &Object<'_>) -> CallStartRequest {
        let message = whole.object("message");
        if message.text("type").as_deref() != Some("assistant-request") {
            return CallStartRequest::default();
        }
        let parties = parties(&message, &message.object("call"));
        CallStartRequest { agent: parties.agent, from: parties.customer, to: parties.own }
    }

    /// The arguments of a tool come as an object, or as JSON in a text; what the agent asks at once comes together
    /// ([custom tools](https://docs.vapi.ai/tools/custom-tools)).
    fn tool(&self, tool: Tool, whole: &Object<'_>) -> ToolRequest {
        let message = whole.object("message");
        if message.text("type").as_deref() != Some("tool-calls") {
            return ToolRequest::default();
        }
        let call = message.object("call");
        let parties = parties(&message, &call);
        let given = |made: &Object<'_>| {
            let function = made.object("function");
            let given = [made, &function].iter().find_map(|of| tool::argument(tool, &of.object("arguments")));
            let written = || [made, &function].iter().find_map(|of| written(tool, &of.text("arguments")?));
            // Every call is answered, be it that there was nothing: the agent waits for each.
            (made.text("id"), given.or_else(written).unwrap_or_default())
        };
        ToolRequest {
            call: CallStartRequest { agent: parties.agent, from: parties.customer, to: parties.own },
            call_id: call.text("id"),
            given: message.objects("toolCallList").iter().map(given).collect(),
        }
    }

    /// Each result names its call, and is a text on one line.
    fn tool_answer(&self, answers: &[Answer], ids: &[Option<String>]) -> Value {
        let line = |answer: &Answer| tool::text(answer).replace('\n', "; ");
        let results = answers.iter().zip(ids).map(|(answer, id)| json!({"toolCallId": id, "result": line(answer)}));
        json!({"results": results.collect::<Vec<_>>()})
    }

    /// `assistant` is the one that takes the call, where the phone number itself has none.
    fn answer(&self, _known: &Recalled, variables: Map<String, Value>, assistant: Option<&str>) -> Value {
        let overrides = json!({"variableValues": variables});
        match assistant {
            Some(id) => json!({"assistantId": id, "assistantOverrides": overrides}),
            None => json!({"assistantOverrides": overrides}),
        }
    }
}

/// The argument of a tool, where all of them were written as JSON into a text.
fn written(tool: Tool, arguments: &str) -> Option<String> {
    of_body(arguments.as_bytes(), |arguments| tool::argument(tool, arguments)).ok().flatten()
}

struct Parties {
    agent: Option<String>,
    customer: Option<String>,
    own: Option<String>,
    direction: Direction,
}

fn parties(message: &Object<'_>, call: &Object<'_>) -> Parties {
    // A caller by a SIP trunk has an address in place of a number; a number of Twilio's that was made for the call only
    // stands under a name of its own.
    let of = |party: Object<'_>| party.first(&["number", "sipUri", "twilioPhoneNumber"]);
    let number = |name: &str| of(call.object(name)).or_else(|| of(message.object(name)));
    Parties {
        agent: call.first(&["assistantId", "squadId", "workflowId"]).or_else(|| message.object("assistant").text("id")),
        customer: number("customer"),
        own: number("phoneNumber"),
        direction: direction(call.text("type").as_deref()),
    }
}

fn turns(report: &Object<'_>, artifact: &Object<'_>) -> Vec<Spoken> {
    let turn = |turn: Object<'_>| {
        let second = turn.second("secondsFromStart", 1.0);
        transcript::of_role(turn.text("role").as_deref(), &turn.first(&["message", "content"])?, second)
    };
    let messages =
        [artifact.objects("messages"), report.objects("messages")].into_iter().find(|found| !found.is_empty());
    let mut turns: Vec<_> = messages.into_iter().flatten().filter_map(turn).collect();
    if turns.is_empty() {
        let text = artifact.text("transcript").or_else(|| report.text("transcript"));
        turns = text.map(|text| flat_text::of_text(&text)).unwrap_or_default();
    }
    // What agent and operator said to each other before a warm transfer. There the `user` is a person of the business,
    // and the times are those of another conversation.
    let handed_over = artifact.objects("transfers").into_iter().flat_map(|transfer| transfer.objects("messages"));
    turns.extend(handed_over.filter_map(turn).map(|said| match said.voice {
        Voice::Customer => Spoken { voice: Voice::Staff, second: None, ..said },
        _ => Spoken { second: None, ..said },
    }));
    turns
}
