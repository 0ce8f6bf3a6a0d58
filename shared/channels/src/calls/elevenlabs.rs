//! ElevenLabs Agents.
//!
//! Sources: [end of a call](https://elevenlabs.io/docs/eleven-agents/workflows/post-call-webhooks), [start of a
//! call](https://elevenlabs.io/docs/agents-platform/customization/personalization/twilio-personalization), [placing
//! one](https://elevenlabs.io/docs/api-reference/twilio/outbound-call), also [over a SIP
//! trunk](https://elevenlabs.io/docs/api-reference/sip-trunk/outbound-call).
//!
//! `ElevenLabs-Signature: t=<seconds>,v0=<hex>`: HMAC-SHA256 over `"{t}.{body}"`, with 30 minutes of tolerance. The
//! request at the start of a call is not signed, nor is a tool's; they carry headers one enters in the console: ours is a
//! bearer token.

use super::object::Object;
use super::on_the_line::{CallStartRequest, direction};
use super::proof::{self, Delivered, is_fresh, seconds};
use super::provider::{CallProvider, OutboundApi, ProviderMessage, ProviderReport, TAG, WebhookKind, type_for_log};
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use super::transcript;
use crate::signature::same_token;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::Spoken;

const HEADER: &str = "elevenlabs-signature";
/// Before the id of a number that is reached over a SIP trunk; the others are Twilio's.
const SIP_TRUNK: &str = "sip:";
const TOLERANCE: SignedDuration = SignedDuration::from_mins(30);

pub(super) struct ElevenLabs;

/// A turn; none of what an application told the agent in the course of the call, whoever's role it stands under. Where an
/// agent spoke in several voices, their words stand in parts.
fn turn(turn: &Object<'_>) -> Option<Spoken> {
    if turn.has("contextual_update_info") {
        return None;
    }
    let parts = || {
        let parts = turn.object("multivoice_message").objects("parts");
        let words: Vec<String> = parts.iter().filter_map(|part| part.text("text")).collect();
        Some(words.join(" "))
    };
    let words = turn.text("message").or_else(parts)?;
    transcript::of_role(turn.text("role").as_deref(), &words, turn.second("time_in_call_secs", 1.0))
}

/// WhatsApp writes numbers without their `+`.
fn international(user: String) -> String {
    if user.chars().all(|c| c.is_ascii_digit()) { format!("+{user}") } else { user }
}

impl CallProvider for ElevenLabs {
    fn proof_headers(&self) -> &'static [&'static str] {
        &[HEADER, "authorization"]
    }

    fn is_genuine(&self, kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
        if kind != WebhookKind::End {
            return delivered
                .bearer()
                .zip(secret.token.as_ref())
                .is_some_and(|(given, token)| same_token(given, token));
        }
        let Some(header) = delivered.header(HEADER) else { return false };
        let Some(at) = proof::parts(header, "t").next() else { return false };
        let parts: [&[u8]; 3] = [at.as_bytes(), b".", delivered.body()];
        let mut digests = proof::parts(header, "v0");
        is_fresh(seconds(at), now, TOLERANCE)
            && digests.any(|digest| proof::signed(secret.signing_secret.as_ref(), &parts, digest))
    }

    fn sign(&self, kind: WebhookKind, secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
        if kind != WebhookKind::End {
            let token = secret.token.as_ref().map(|token| token.expose_secret()).unwrap_or_default();
            return vec![("authorization", format!("Bearer {token}"))];
        }
        let at = now.as_second().to_string();
        let digest = proof::sign(secret.signing_secret.as_ref(), &[at.as_bytes(), b".", body]);
        vec![(HEADER, format!("t={at},v0={digest}"))]
    }

    fn message(&self, whole: &Object<'_>) -> ProviderMessage {
        let name = whole.text("type");
        if name.as_deref() != Some("post_call_transcription") {
            return ProviderMessage::Other(type_for_log(name));
        }
        let data = whole.object("data");
        let metadata = data.object("metadata");
        // A conversation on a web page has none of these and so no numbers.
        let phone = metadata.object("phone_call");
        let (whatsapp, sms) = (metadata.object("whatsapp"), metadata.object("sms"));
        let result = phone.text("call_result").or_else(|| whatsapp.text("call_result"));
        let way = [&phone, &whatsapp, &sms].into_iter().find_map(|of| of.text("direction"));
        let because = metadata.text("termination_reason");
        let customer = phone
            .text("external_number")
            .or_else(|| whatsapp.text("whatsapp_user_id").map(international))
            .or_else(|| sms.text("sms_user_phone_number"));
        // A chat on a web page is no call, and its writer nobody who could be known again: a lead of it would stay alone.
        // One on WhatsApp or by text message names its customer, and belongs to their memory like what they said.
        if metadata.flag("text_only") && customer.is_none() {
            return ProviderMessage::Other("a chat that names no customer".to_owned());
        }
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: data.text("conversation_id"),
            agent: data.text("agent_id"),
            customer,
            own: phone
                .text("agent_number")
                .or_else(|| whatsapp.text("whatsapp_phone_number_id"))
                .or_else(|| sms.text("agent_phone_number")),
            direction: direction(way.as_deref()),
            started: metadata.time("start_time_unix_secs"),
            ended: None,
            lasted: metadata.lasting("call_duration_secs", 1.0),
            transcript: data.objects("transcript").iter().filter_map(turn).collect(),
            voicemail: result.as_deref() == Some("voicemail")
                || because.as_ref().is_some_and(|why| why.to_lowercase().contains("voicemail")),
            summary: data.object("analysis").text("transcript_summary"),
            recording_url: None,
            ended_because: because,
            tag: data.object("conversation_initiation_client_data").object("dynamic_variables").text(TAG),
        }))
    }

    fn outbound(&self) -> Option<OutboundApi> {
        Some(OutboundApi {
            host: "https://api.elevenlabs.io",
            key: ("xi-api-key", ""),
            request: |call| {
                let (path, from) = match call.from.strip_prefix(SIP_TRUNK) {
                    Some(from) => ("/v1/convai/sip-trunk/outbound-call", from),
                    None => ("/v1/convai/twilio/outbound-call", call.from),
                };
                let mut variables = call.variables.clone();
                variables.insert(TAG.to_owned(), json!(call.tag));
                let body = json!({"agent_id": call.agent, "agent_phone_number_id": from, "to_number": call.to,
                    "conversation_initiation_client_data": {"dynamic_variables": variables}});
                (path, body)
            },
            id: "conversation_id",
        })
    }

    fn asks_at_start(&self) -> bool {
        true
    }

    fn starting(&self, whole: &Object<'_>) -> CallStartRequest {
        CallStartRequest {
            agent: whole.text("agent_id"),
            from: whole.text("caller_id"),
            to: whole.text("called_number"),
        }
    }

    /// A webhook tool sends what it was set up to: who is on the line are ElevenLabs's own variables
    /// ([system variables](https://elevenlabs.io/docs/eleven-agents/customization/personalization/dynamic-variables)).
    fn tool(&self, tool: Tool, whole: &Object<'_>) -> ToolRequest {
        tool::own(tool, whole, whole.first(&["agent_id", "agent"]))
    }

    /// Every variable the agent's prompt names must be there, or the call does not begin: so all are, also empty ones.
    fn answer(&self, _known: &Recalled, variables: Map<String, Value>, _assistant: Option<&str>) -> Value {
        json!({"type": "conversation_initiation_client_data", "dynamic_variables": variables})
    }
}
