//! Bland AI.
//!
//! Sources: [signing](https://docs.bland.ai/tutorials/webhook-signing), [placing a
//! call](https://docs.bland.ai/api-v1/post/calls).
//!
//! `X-Webhook-Signature: <hex>`: HMAC-SHA256 over the body. No time is signed, so an old request can be sent again: it
//! tells of a call that is stored already, and changes nothing. A custom tool signs nothing; it carries headers one enters: ours
//! is a bearer token. Bland asks nothing when a call begins.

use super::object::Object;
use super::on_the_line::sides;
use super::proof::{self, Delivered};
use super::provider::{CallProvider, OutboundApi, ProviderMessage, ProviderReport, TAG, WebhookKind, type_for_log};
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use super::{flat_text, transcript};
use crate::signature::same_token;
use jiff::Timestamp;
use secrecy::ExposeSecret;
use serde_json::json;
use zikaron_protocol::model::call::{Direction, Spoken};

const HEADER: &str = "x-webhook-signature";

pub(super) struct Bland;

impl CallProvider for Bland {
    fn proof_headers(&self) -> &'static [&'static str] {
        &[HEADER, "authorization"]
    }

    fn is_genuine(&self, kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, _now: Timestamp) -> bool {
        if kind == WebhookKind::Tool {
            return delivered
                .bearer()
                .zip(secret.token.as_ref())
                .is_some_and(|(given, token)| same_token(given, token));
        }
        let digest = delivered.header(HEADER);
        digest.is_some_and(|digest| proof::signed(secret.signing_secret.as_ref(), &[delivered.body()], digest))
    }

    fn sign(
        &self,
        kind: WebhookKind,
        secret: &CallSecret,
        body: &[u8],
        _now: Timestamp,
    ) -> Vec<(&'static str, String)> {
        if kind == WebhookKind::Tool {
            let token = secret.token.as_ref().map(|token| token.expose_secret()).unwrap_or_default();
            return vec![("authorization", format!("Bearer {token}"))];
        }
        vec![(HEADER, proof::sign(secret.signing_secret.as_ref(), &[body]))]
    }

    fn message(&self, call: &Object<'_>) -> ProviderMessage {
        // Events during a call, which one can subscribe to, come one by one and tell of no end.
        let ended =
            call.text("call_length").is_some() || !call.objects("transcripts").is_empty() || call.flag("completed");
        if !ended && call.text("concatenated_transcript").is_none() {
            return ProviderMessage::Other(type_for_log(call.first(&["category", "event", "status"])));
        }
        let direction = if call.flag("inbound") { Direction::Inbound } else { Direction::Outbound };
        let (customer, own) = sides(direction, call.text("from"), call.text("to"));
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: call.first(&["call_id", "c_id"]),
            agent: call.first(&["agent_id", "pathway_id"]),
            customer,
            own,
            direction,
            started: call.time("started_at").or_else(|| call.time("created_at")),
            ended: call.time("end_at"),
            lasted: call.lasting("corrected_duration", 1.0).or_else(|| call.lasting("call_length", 60.0)),
            transcript: turns(call),
            voicemail: call.text("answered_by").is_some_and(|who| who.eq_ignore_ascii_case("voicemail")),
            summary: call.text("summary"),
            recording_url: call.text("recording_url"),
            ended_because: call.first(&["call_ended_by", "error_message"]),
            tag: [call.object("metadata"), call.object("variables").object("metadata")]
                .iter()
                .find_map(|metadata| metadata.text(TAG)),
        }))
    }

    fn has_tools(&self) -> bool {
        true
    }

    /// A custom tool sends what it was set up to ([custom tools](https://docs.bland.ai/tutorials/custom-tools)).
    fn tool(&self, tool: Tool, whole: &Object<'_>) -> ToolRequest {
        tool::own(tool, whole, whole.first(&["agent_id", "pathway_id", "agent"]))
    }

    fn outbound(&self) -> Option<OutboundApi> {
        Some(OutboundApi {
            host: "https://api.bland.ai",
            key: ("authorization", ""),
            request: |call| {
                let body = json!({"phone_number": call.to, "from": call.from, "pathway_id": call.agent,
                    "request_data": call.variables, "metadata": {TAG: call.tag}, "webhook": call.report_to});
                ("/v1/calls", body)
            },
            id: "call_id",
        })
    }
}

fn turns(call: &Object<'_>) -> Vec<Spoken> {
    let turn = |turn: Object<'_>| transcript::of_role(turn.text("user").as_deref(), &turn.text("text")?, None);
    let turns: Vec<_> = call.objects("transcripts").into_iter().filter_map(turn).collect();
    if !turns.is_empty() {
        return turns;
    }
    call.text("concatenated_transcript").map(|text| flat_text::of_text(&text)).unwrap_or_default()
}
