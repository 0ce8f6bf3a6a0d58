//! The door for everybody else: Twilio, a PBX, a script. `X-Zikaron-Timestamp: <seconds>` and
//! `X-Zikaron-Signature: <hex>` over `"{timestamp}.{body}"`, 5 minutes of tolerance.

use super::proof::{self, Delivered, is_fresh, seconds};
use super::{Asked, CallSecret, Message, Object, Told, direction, sides, transcript};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};
use zikaron_protocol::call::start::Recalled;
use zikaron_protocol::model::call::Spoken;

const SIGNATURE: &str = "x-zikaron-signature";
const TIMESTAMP: &str = "x-zikaron-timestamp";
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

pub(super) fn is_genuine(secret: &CallSecret, delivered: &Delivered<'_>, now: Timestamp) -> bool {
    let (Some(at), Some(digest)) = (delivered.header(TIMESTAMP), delivered.header(SIGNATURE)) else { return false };
    is_fresh(seconds(at), now, TOLERANCE)
        && proof::signed(secret.signing_secret.as_ref(), &[at.as_bytes(), b".", delivered.body()], digest)
}

pub(super) fn sign(secret: &CallSecret, body: &[u8], now: Timestamp) -> Vec<(&'static str, String)> {
    let at = now.as_second().to_string();
    let digest = proof::sign(secret.signing_secret.as_ref(), &[at.as_bytes(), b".", body]);
    vec![(TIMESTAMP, at), (SIGNATURE, digest)]
}

pub(super) fn message(call: &Object<'_>) -> Message {
    let direction = direction(call.text("direction").as_deref());
    let (customer, own) = sides(direction, call.text("from"), call.text("to"));
    Message::Ended(Box::new(Told {
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
    }))
}

/// A text, or a list of turns.
fn turns(call: &Object<'_>) -> Vec<Spoken> {
    if let Some(text) = call.text("transcript") {
        return transcript::of_text(&text);
    }
    let began = call.time("started_at");
    let turn = |turn: Object<'_>| {
        let voice = transcript::voice(&turn.text("speaker")?)?;
        let since = turn.time("at").zip(began).map(|(at, began)| at.duration_since(began).as_secs());
        transcript::turn(voice, &turn.text("text")?, since.and_then(|seconds| u32::try_from(seconds).ok()))
    };
    call.objects("transcript").into_iter().filter_map(turn).collect()
}

pub(super) fn starting(whole: &Object<'_>) -> Asked {
    Asked::new(whole.text("agent"), whole.text("from"), whole.text("to"))
}

/// The document as staff see it.
pub(super) fn answer(known: &Recalled, variables: Map<String, Value>) -> Value {
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
