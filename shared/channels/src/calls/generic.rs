//! Everybody else: a PBX, a script. The format is ours; the README of this crate describes it.
//!
//! `X-Zikaron-Timestamp: <seconds>` and `X-Zikaron-Signature: <hex>`: HMAC-SHA256 over `"{timestamp}.{body}"`, with 5
//! minutes of tolerance.

use super::object::Object;
use super::on_the_line::{CallStartRequest, direction, sides};
use super::proof::{self, Delivered, is_fresh, seconds};
use super::provider::{CallProvider, ProviderMessage, ProviderReport, TAG, WebhookKind};
use super::secret::CallSecret;
use super::tool::{self, Tool, ToolRequest};
use super::{flat_text, transcript};
use jiff::{SignedDuration, Timestamp};
use zikaron_protocol::model::call::Spoken;

const SIGNATURE: &str = "x-zikaron-signature";
const TIMESTAMP: &str = "x-zikaron-timestamp";
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(super) struct Generic;

impl CallProvider for Generic {
    fn proof_headers(&self) -> &'static [&'static str] {
        &[SIGNATURE]
    }

    fn is_genuine(&self, _kind: WebhookKind, secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
        let (Some(at), Some(digest)) = (delivered.header(TIMESTAMP), delivered.header(SIGNATURE)) else { return false };
        is_fresh(seconds(at), now, TOLERANCE)
            && proof::signed(secret.signing_secret.as_ref(), &[at.as_bytes(), b".", delivered.body()], digest)
    }

    fn sign(
        &self,
        _kind: WebhookKind,
        secret: &CallSecret,
        body: &[u8],
        now: Timestamp,
    ) -> Vec<(&'static str, String)> {
        let at = now.as_second().to_string();
        let digest = proof::sign(secret.signing_secret.as_ref(), &[at.as_bytes(), b".", body]);
        vec![(TIMESTAMP, at), (SIGNATURE, digest)]
    }

    fn message(&self, call: &Object<'_>) -> ProviderMessage {
        let direction = direction(call.text("direction").as_deref());
        let (customer, own) = sides(direction, call.text("from"), call.text("to"));
        ProviderMessage::Ended(Box::new(ProviderReport {
            call_id: call.text("call_id"),
            agent: call.text("agent"),
            customer,
            own,
            direction,
            started: call.time("started_at"),
            ended: call.time("ended_at"),
            lasted: None,
            transcript: turns(call),
            voicemail: call.flag("voicemail"),
            summary: call.text("summary"),
            recording_url: call.text("recording_url"),
            ended_because: call.text("ended_because"),
            tag: call.text(TAG),
        }))
    }

    fn asks_at_start(&self) -> bool {
        true
    }

    fn starting(&self, whole: &Object<'_>) -> CallStartRequest {
        CallStartRequest { agent: whole.text("agent"), from: whole.text("from"), to: whole.text("to") }
    }

    fn tool(&self, tool: Tool, whole: &Object<'_>) -> ToolRequest {
        tool::own(tool, whole, whole.text("agent"))
    }
}

/// A text, or a list of turns.
fn turns(call: &Object<'_>) -> Vec<Spoken> {
    if let Some(text) = call.text("transcript") {
        return flat_text::of_text(&text);
    }
    let began = call.time("started_at");
    let turn = |turn: Object<'_>| {
        let since = turn.time("at").zip(began).map(|(at, began)| at.duration_since(began).as_secs());
        let second = since.and_then(|seconds| u32::try_from(seconds).ok());
        transcript::of_role(turn.text("speaker").as_deref(), &turn.text("text")?, second)
    };
    call.objects("transcript").into_iter().filter_map(turn).collect()
}
