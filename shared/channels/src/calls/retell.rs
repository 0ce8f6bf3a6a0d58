//! Retell AI. `X-Retell-Signature: v=<milliseconds>,d=<hex>` over the body followed by the milliseconds, with the API key
//! that has the webhook badge; 5 minutes of tolerance, as in its SDK. It tells of a call twice: `call_ended`, then
//! `call_analyzed` with its summary, in any order. Both are read; that they are one call is seen where it is stored.

use super::proof::{self, Delivered, is_fresh};
use super::{Asked, CallSecret, Message, Object, Told, direction, kind, sides, transcript};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use zikaron_protocol::model::call::Spoken;

const HEADER: &str = "x-retell-signature";
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn is_genuine(secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
    let Some(header) = delivered.header(HEADER) else { return false };
    let (Some(at), Some(digest)) = (proof::parts(header, "v").next(), proof::parts(header, "d").next()) else {
        return false;
    };
    let time = at.parse().ok().and_then(|millis| Timestamp::from_millisecond(millis).ok());
    is_fresh(time, now, TOLERANCE)
        && proof::signed(secret.signing_secret.as_ref(), &[delivered.body(), at.as_bytes()], digest)
}

pub(super) fn sign(secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    let at = now.as_millisecond().to_string();
    let digest = proof::sign(secret.signing_secret.as_ref(), &[body, at.as_bytes()]);
    vec![(HEADER, format!("v={at},d={digest}"))]
}

pub(super) fn message(whole: &Object<'_>) -> Message {
    let event = whole.text("event");
    if !matches!(event.as_deref(), Some("call_ended" | "call_analyzed")) {
        return Message::Other(kind(event));
    }
    let call = whole.object("call");
    let analysis = call.object("call_analysis");
    let because = call.text("disconnection_reason");
    let direction = direction(call.text("direction").as_deref());
    let (customer, own) = sides(direction, call.text("from_number"), call.text("to_number"));
    Message::Ended(Box::new(Told {
        call_id: call.text("call_id"),
        agent: call.text("agent_id"),
        customer,
        own,
        direction,
        started: call.time("start_timestamp"),
        ended: call.time("end_timestamp"),
        lasted: call.lasting("duration_ms", 0.001),
        transcript: turns(&call),
        voicemail: because.as_deref() == Some("voicemail_reached") || analysis.flag("in_voicemail"),
        summary: analysis.text("call_summary"),
        recording_url: call.text("recording_url"),
        ended_because: because,
    }))
}

fn turns(call: &Object<'_>) -> Vec<Spoken> {
    let turn = |turn: Object<'_>| {
        let voice = transcript::voice(&turn.text("role")?)?;
        let second = turn.objects("words").first().and_then(|word| word.second("start", 1.0));
        transcript::turn(voice, &turn.text("content")?, second)
    };
    let turns: Vec<_> = call.objects("transcript_object").into_iter().filter_map(turn).collect();
    if !turns.is_empty() {
        return turns;
    }
    call.text("transcript").map(|text| transcript::of_text(&text)).unwrap_or_default()
}

pub(super) fn starting(whole: &Object<'_>) -> Asked {
    let call = whole.object("call_inbound");
    Asked::new(call.text("agent_id"), call.text("from_number"), call.text("to_number"))
}

/// Values must be text.
pub(super) fn answer(variables: Map<String, Value>) -> Value {
    json!({"call_inbound": {"dynamic_variables": variables}})
}
