//! Retell AI.
//!
//! Sources: [signature](https://docs.retellai.com/features/secure-webhook), [start of a
//! call](https://docs.retellai.com/features/inbound-call-webhook), [placing
//! one](https://docs.retellai.com/api-references/create-phone-call).
//!
//! `X-Retell-Signature: v=<milliseconds>,d=<hex>`: HMAC-SHA256 over the body followed by the milliseconds, with the API
//! key that has the webhook badge; 5 minutes of tolerance, as in Retell's SDK.
//!
//! Retell tells of a call twice: `call_ended`, then `call_analyzed` with its summary, in any order. Both are read; that
//! they are one call is seen where calls are stored.

use super::object::Object;
use super::on_the_line::{CallStartRequest, direction, sides};
use super::proof::{self, Delivered, is_fresh};
use super::provider::{CallProvider, OutboundApi, ProviderMessage, ProviderReport, TAG, WebhookKind, type_for_log};
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use super::{flat_text, transcript};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::{Spoken, Voice};

const HEADER: &str = "x-retell-signature";
/// Where the turns stand, the plainest list first. The last may be all there is of an agent that stores nothing personal
/// ([settings](https://docs.retellai.com/accounts/privacy-disable)).
const LISTS: [&str; 3] = ["transcript_object", "transcript_with_tool_calls", "scrubbed_transcript_with_tool_calls"];
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(super) struct Retell;

impl CallProvider for Retell {
    fn proof_headers(&self) -> &'static [&'static str] {
        &[HEADER]
    }

    fn is_genuine(&self, _kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
        let Some(header) = delivered.header(HEADER) else { return false };
        let (Some(at), Some(digest)) = (proof::parts(header, "v").next(), proof::parts(header, "d").next()) else {
            return false;
        };
        let time = at.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
        is_fresh(time, now, TOLERANCE)
            && proof::signed(secret.signing_secret.as_ref(), &[delivered.body(), at.as_bytes()], digest)
    }

    fn sign(
        &self,
        _kind: WebhookKind,
        secret: &CallSecret,
        body: &[u8],
        now: Timestamp,
    ) -> Vec<(&'static str, String)> {
        let at = now.as_millisecond().to_string();
        let digest = proof::sign(secret.signing_secret.as_ref(), &[body, at.as_bytes()]);
        vec![(HEADER, format!("v={at},d={digest}"))]
    }

    fn message(&self, whole: &Object<'_>) -> ProviderMessage {
        let event = whole.text("event");
        if !matches!(event.as_deref(), Some("call_ended" | "call_analyzed")) {
            return ProviderMessage::Other(type_for_log(event));
        }
        let call = whole.object("call");
        let analysis = call.object("call_analysis");
        let because = call.text("disconnection_reason");
        let direction = direction(call.text("direction").as_deref());
        let (customer, own) = sides(direction, call.text("from_number"), call.text("to_number"));
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: call.text("call_id"),
            agent: call.text("agent_id"),
            customer,
            own,
            direction,
            started: call.time("start_timestamp"),
            ended: call.time("end_timestamp"),
            lasted: call.lasting("duration_ms", 0.001),
            transcript: turns(&call),
            // Machines both: what they say is nobody's word.
            voicemail: matches!(because.as_deref(), Some("voicemail_reached" | "ivr_reached"))
                || analysis.flag("in_voicemail"),
            summary: analysis.text("call_summary"),
            recording_url: call.first(&["recording_url", "scrubbed_recording_url"]),
            ended_because: because,
            tag: call.object("metadata").text(TAG),
        }))
    }

    /// Values must be text.
    fn outbound(&self) -> Option<OutboundApi> {
        Some(OutboundApi {
            host: "https://api.retellai.com",
            key: ("authorization", "Bearer "),
            request: |call| {
                let body = json!({"from_number": call.from, "to_number": call.to, "override_agent_id": call.agent,
                    "retell_llm_dynamic_variables": call.variables, "metadata": {TAG: call.tag}});
                ("/v2/create-phone-call", body)
            },
            id: "call_id",
        })
    }

    fn asks_at_start(&self) -> bool {
        true
    }

    fn starting(&self, whole: &Object<'_>) -> CallStartRequest {
        let call = whole.object("call_inbound");
        CallStartRequest { agent: call.text("agent_id"), from: call.text("from_number"), to: call.text("to_number") }
    }

    /// A custom function sends its arguments beside the call, unless it was set up to send them alone
    /// ([custom function](https://docs.retellai.com/build/conversation-flow/custom-function)).
    fn tool(&self, tool: Tool, whole: &Object<'_>) -> ToolRequest {
        let call = whole.object("call");
        let way = direction(call.text("direction").as_deref());
        let (customer, own) = sides(way, call.text("from_number"), call.text("to_number"));
        ToolRequest {
            call: CallStartRequest { agent: call.text("agent_id"), from: customer, to: own },
            call_id: call.text("call_id"),
            given: tool::argument(tool, &whole.object("args")).map(|given| (None, given)).into_iter().collect(),
        }
    }

    /// Values must be text.
    fn answer(&self, _known: &Recalled, variables: Map<String, Value>, _assistant: Option<&str>) -> Value {
        json!({"call_inbound": {"dynamic_variables": variables}})
    }
}

fn turns(call: &Object<'_>) -> Vec<Spoken> {
    let turn = |turn: Object<'_>| {
        let spoken = turn.objects("words").first().and_then(|word| word.second("start", 1.0));
        let second = spoken.or_else(|| turn.second("time_sec", 1.0));
        let role = turn.text("role");
        let words = turn.text("content")?;
        match role.as_deref() {
            // A text message the customer sent during the call.
            Some("sms") => transcript::turn(Voice::Customer, &words, second),
            role => transcript::of_role(role, &words, second),
        }
    };
    let list = |name: &&str| -> Vec<Spoken> { call.objects(name).into_iter().filter_map(turn).collect() };
    LISTS
        .iter()
        .map(list)
        .find(|turns| !turns.is_empty())
        .unwrap_or_else(|| call.text("transcript").map(|text| flat_text::of_text(&text)).unwrap_or_default())
}
